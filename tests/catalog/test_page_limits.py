"""No page is too large to read: what costs a parser most is cut first."""

from __future__ import annotations

from dropcheck.catalog.page import MOST_TAGS, read_page


def test_what_stands_before_an_endless_nesting_is_read() -> None:
    page = read_page("<title>Neon Hours</title>" + "<b>" * (20 * MOST_TAGS))
    assert page.title == "Neon Hours"


def test_an_ordinary_page_is_read_to_its_end() -> None:
    page = read_page("<p>x</p>" * 1000 + "<a href='https://a.example/'>last</a>")
    assert [anchor.text for anchor in page.anchors] == ["last"]
