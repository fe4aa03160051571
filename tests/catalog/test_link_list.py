"""The links of a link-in-bio page, in the order a visitor sees them."""

from __future__ import annotations

from dropcheck.catalog.link_list import entries_of


def test_a_link_that_is_no_address_leads_nowhere_and_breaks_nothing() -> None:
    html = "<a href='http://['>x</a><a href='//[y'>y</a><a href='https://a.example/1'>One</a>"
    assert [one.url for one in entries_of(html, "https://list.example/mara")] == ["https://a.example/1"]


def test_a_list_of_links_is_read_in_order_without_its_navigation() -> None:
    html = "<a href='/about'>About</a><a href='mailto:x@y.z'>Mail</a><a href='https://a.example/1'><b>One</b></a>"
    assert [(one.url, one.text) for one in entries_of(html, "https://list.example/mara")] == [
        ("https://a.example/1", "One")
    ]
