"""Pages and JSON that may be broken: what can be read of them is, and no page is too large to read."""

from __future__ import annotations

from typing import Any

import pytest

from dropcheck.catalog.page import MOST_TAGS, dig, flag_at, list_at, number_at, read_page, text_at


def test_what_stands_before_an_endless_nesting_is_read() -> None:
    page = read_page("<title>Neon Hours</title>" + "<b>" * (20 * MOST_TAGS))
    assert page.title == "Neon Hours"


def test_an_ordinary_page_is_read_to_its_end() -> None:
    page = read_page("<p>x</p>" * 1000 + "<a href='https://a.example/'>last</a>")
    assert [anchor.text for anchor in page.anchors] == ["last"]


@pytest.mark.parametrize("piece", ["<", "<!--", "<a ", "<a x='", "<script>", "&#x", "<a href=x>"])
def test_a_hostile_page_is_read_to_its_end(piece: str) -> None:
    page = read_page('<meta property="og:title" content="Neon Hours">' + piece * 50_000)
    assert page.first("og:title") == "Neon Hours"


def test_what_stands_in_json_is_taken_only_when_it_is_of_its_kind() -> None:
    data: dict[str, Any] = {"a": [{"n": 3, "t": "x", "f": False, "empty": " "}], "none": None}
    assert dig(data, "a", 0, "n") == number_at(data, "a", 0, "n") == 3
    assert (text_at(data, "a", 0, "t"), text_at(data, "a", 0, "empty"), text_at(data, "a", 0, "n")) == (
        "x",
        None,
        None,
    )
    assert (flag_at(data, "a", 0, "f"), flag_at(data, "a", 0, "n")) == (False, None)
    assert (list_at(data, "a", 0), list_at(data, "none"), dig(data, "a", 7), dig(data, "none", "x")) == (
        [],
        [],
        None,
        None,
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**400, True, "3", None, [3]])
def test_what_is_no_number_is_none(value: Any) -> None:
    assert number_at({"n": value}, "n") is None
