"""Who caused a navigation, from WebKit's decision and what the agent in the page said before it."""

from __future__ import annotations

from typing import Any

import pytest

from dropcheck.engine._webkitgtk_causes import CauseOf, PageTrail, is_reported, is_within
from dropcheck.result import Cause

URL = "https://page.test/next"


def decision(url: str = URL, **more: Any) -> dict[str, Any]:
    """A navigation action as the host reports it, without gesture, of the main frame unless said otherwise."""
    fields = {
        "url": url,
        "kind": "navigation-action",
        "type": "other",
        "button": 0,
        "gesture": False,
        "redirect": False,
        "page": "https://page.test/",
        "app": None,
        "main": None,
    }
    return fields | more


def trail_of(*said: dict[str, Any]) -> PageTrail:
    """A trail of a page that has a document and announces its navigations."""
    trail = PageTrail()
    trail.heard({"kind": "document", "top": True, "announces": True})
    for message in said:
        trail.heard(message)
    return trail


def navigates(url: str = URL, *, top: bool = True, download: bool = False) -> dict[str, Any]:
    return {"kind": "navigate", "url": url, "top": top, "download": download, "sameDocument": False}


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        (decision(type="link-clicked", button=1, gesture=True), CauseOf(Cause.TAP, True)),
        # A script's click() has no button, whatever tap came before it.
        (decision(type="link-clicked", button=0, gesture=True), CauseOf(Cause.SCRIPT, True)),
        (decision(type="link-clicked", button=1, gesture=False), CauseOf(Cause.SCRIPT, False)),
        (decision(type="form-submitted"), CauseOf(Cause.FORM, False)),
        (decision(), CauseOf(Cause.SCRIPT, False)),
        (decision(app="started", gesture=True), CauseOf(Cause.APP, False)),
        (decision(kind="new-window-action"), CauseOf(Cause.POPUP, False, new_window=True)),
        (
            decision(kind="new-window-action", type="link-clicked", button=1, gesture=True),
            CauseOf(Cause.TAP, True, new_window=True),
        ),
    ],
)
def test_a_cause_follows_from_type_button_and_gesture(event: dict[str, Any], cause: CauseOf) -> None:
    assert trail_of(navigates()).explain(event) == cause


def test_what_was_announced_to_download_is_a_download() -> None:
    trail = trail_of(navigates(download=True))
    assert trail.explain(decision(type="link-clicked", button=1, gesture=True)).by is Cause.DOWNLOAD
    assert trail.explain(decision()).by is not Cause.DOWNLOAD, "an announcement explains one navigation"


def test_a_navigation_nobody_announced_is_a_frames() -> None:
    assert trail_of().explain(decision()) == CauseOf(Cause.FRAME, False, main_frame=False)
    assert trail_of(navigates(top=False)).explain(decision()).main_frame is False


def test_before_there_is_a_document_a_navigation_is_the_windows() -> None:
    assert PageTrail().explain(decision()).main_frame is True


def test_without_announcements_the_parents_markup_tells_a_frame() -> None:
    trail = PageTrail()
    trail.heard({"kind": "document", "top": True, "announces": False})
    trail.heard({"kind": "frame-source", "url": URL})
    assert trail.explain(decision()).main_frame is False
    assert trail.explain(decision("https://page.test/other")).main_frame is True


def test_a_refresh_of_markup_or_header_is_meta_until_a_gesture_or_another_page() -> None:
    trail = trail_of({"kind": "meta", "top": True, "url": URL}, navigates(), navigates(), navigates())
    assert trail.explain(decision()).by is Cause.META
    assert trail.explain(decision(gesture=True)).by is Cause.SCRIPT
    trail.heard({"kind": "document", "top": True, "announces": True})
    trail.heard(navigates())
    assert trail.explain(decision()).by is Cause.SCRIPT


@pytest.mark.parametrize(
    "header",
    [
        "0; url=/next",
        "0;URL='/next'",
        "3 , url = /next",
        '0; url="/next"',
        "0;/next",
        ".5 /next",
        "1; '/next'",
    ],
)
def test_a_refresh_header_is_read_as_browsers_do(header: str) -> None:
    trail = PageTrail()
    trail.committed("https://page.test/", header)
    trail.heard({"kind": "document", "top": True, "announces": True})
    trail.heard(navigates())
    assert trail.explain(decision()).by is Cause.META


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "5",
        "5;",
        "soon; url=/next",
        "0; url='",
        "0; url=http://[",
        f"0; url=a{' ' * 60_000}b",
        f"0{' ' * 60_000}",
    ],
)
def test_what_is_no_refresh_explains_nothing(header: str | None) -> None:
    trail = PageTrail()
    trail.committed("https://page.test/", "0; url=/next")
    trail.committed("https://page.test/", header)
    trail.heard({"kind": "document", "top": True, "announces": True})
    trail.heard(navigates())
    assert trail.explain(decision()).by is Cause.SCRIPT


@pytest.mark.parametrize("url", ["foo://[not-an-address", "foo://x]", "//[", ""])
def test_an_address_that_cannot_be_split_is_met_like_any_other(url: str) -> None:
    event = decision(url)
    assert is_reported(event) is url.startswith("foo")
    assert not is_within(event, "https://page.test/")
    trail_of(navigates(url)).explain(event)


def test_what_a_frame_sends_the_window_to_is_the_windows_until_the_frame_goes_there_itself() -> None:
    tapped = decision(type="link-clicked", button=1, gesture=True)
    leaves = {"kind": "leaves-frame", "top": False, "url": URL}
    assert trail_of(leaves).explain(tapped) == CauseOf(Cause.TAP, True)
    prevented = trail_of(leaves, navigates(top=False))
    assert prevented.explain(decision(gesture=True)) == CauseOf(Cause.FRAME, True, main_frame=False)


def test_where_a_finger_in_a_frame_leads_is_the_windows_unless_a_frame_says_it_is_its_own() -> None:
    in_frame, in_page = {"kind": "touched", "top": False}, {"kind": "touched", "top": True}
    tapped = decision(gesture=True)
    frames = CauseOf(Cause.FRAME, True, main_frame=False)
    assert trail_of(in_frame).explain(tapped) == CauseOf(Cause.SCRIPT, True)
    assert trail_of(in_frame, navigates(top=False)).explain(tapped) == frames
    assert trail_of(in_frame, {"kind": "frame-source", "url": URL, "top": True}).explain(tapped) == frames
    assert trail_of(in_frame, in_page).explain(tapped) == frames
    assert trail_of(in_frame).explain(decision()) == CauseOf(Cause.FRAME, False, main_frame=False)


def test_a_redirect_keeps_the_gesture_and_the_cause_of_its_chain() -> None:
    trail = trail_of(navigates())
    trail.explain(decision(type="link-clicked", button=1, gesture=True))
    second = trail.explain(decision("https://b.test/", redirect=True, status=302, destination="document"))
    assert second == CauseOf(Cause.REDIRECT, True, chain_by=Cause.TAP, status=302)
    third = trail.explain(decision("spotify:x", redirect=True, status=301, destination="document"))
    assert (third.chain_by, third.gesture, third.status) == (Cause.TAP, True, 301)


def test_a_frames_redirect_is_the_frames() -> None:
    trail = trail_of(navigates())
    trail.explain(decision(type="link-clicked", button=1, gesture=True))
    cause = trail.explain(decision("https://b.test/", redirect=True, status=302, destination="iframe"))
    assert cause == CauseOf(Cause.REDIRECT, False, main_frame=False, chain_by=Cause.FRAME, status=302)


def test_a_popups_first_navigation_is_its_openers_doing() -> None:
    trail = PageTrail(opened_by=(Cause.TAP, True))
    assert trail.explain(decision()) == CauseOf(Cause.TAP, True, new_window=True)
    assert trail.explain(decision()) == CauseOf(Cause.SCRIPT, False)


@pytest.mark.parametrize(
    ("event", "page", "within"),
    [
        (decision("https://p.test/#a"), "https://p.test/", True),
        (decision("https://p.test/#a"), "https://p.test/#b", True),
        (decision("https://p.test/"), "https://p.test/#b", False),
        (decision("https://p.test/x#a"), "https://p.test/", False),
        (decision("https://p.test/#a"), None, False),
        (decision("https://p.test/#a", type="reload"), "https://p.test/", False),
        (decision("https://p.test/#a", kind="new-window-action"), "https://p.test/", False),
    ],
)
def test_a_move_within_the_page_is_no_navigation(
    event: dict[str, Any], page: str | None, within: bool
) -> None:
    assert is_within(event, page) is within


@pytest.mark.parametrize(
    ("url", "reported"),
    [
        ("https://a.test/", True),
        ("spotify:track:1", True),
        ("intent://x#Intent;end", True),
        ("about:blank", False),
        ("JavaScript:void 0", False),
        ("", False),
    ],
)
def test_the_phone_has_a_say_in_all_but_empty_documents_and_scripts(url: str, reported: bool) -> None:
    assert is_reported({"url": url}) is reported
