"""Matching announcements with the requests that follow, whatever order they come in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dropcheck.engine._chromium_causes import CauseBook, Origin, cause_of
from dropcheck.result import Cause

URL = "https://a.test/x"


def record(**parts: Any) -> dict[str, Any]:
    plain = {"url": URL, "top": True, "touched": False, "gesture": False, "form": False, "link": False}
    return {**plain, "scripted": False, "traverse": False, **parts}


@pytest.mark.parametrize(
    ("parts", "by"),
    [
        ({"link": True, "touched": True}, Cause.TAP),
        ({"link": True, "scripted": True}, Cause.SCRIPT),
        ({"link": True}, Cause.SCRIPT),
        ({"form": True, "touched": True}, Cause.FORM),
        ({"scripted": True}, Cause.SCRIPT),
        ({"traverse": True}, Cause.SCRIPT),
        ({}, Cause.META),
        ({"by": "popup", "window": True}, Cause.POPUP),
    ],
)
def test_a_record_tells_its_cause(parts: dict[str, Any], by: Cause) -> None:
    assert cause_of(record(**parts)) is by


async def test_what_the_engine_loads_itself_is_known_at_once() -> None:
    book = CauseBook()
    book.expect(URL, Origin(Cause.APP, False))
    assert (await book.origin(URL, "f", main_frame=True, touched=False)).by is Cause.APP


async def test_an_announcement_that_comes_after_its_request_is_waited_for() -> None:
    book = CauseBook()
    asking = asyncio.ensure_future(book.origin(URL, "f", main_frame=True, touched=True))
    await asyncio.sleep(0)
    book.announce_record(record(link=True, touched=True, gesture=True))
    origin = await asking
    assert (origin.by, origin.gesture) == (Cause.TAP, True)


async def test_a_request_nobody_announced_is_a_script_or_a_frame() -> None:
    book = CauseBook()
    assert (await book.origin(URL, "f", main_frame=True, touched=False)).by is Cause.SCRIPT
    assert (await book.origin(URL, "g", main_frame=False, touched=False)).by is Cause.FRAME


async def test_an_announcement_is_used_once_and_by_its_own_frame_and_url() -> None:
    book = CauseBook()
    book.announce_reason("f", f"{URL}#part", "metaTagRefresh")
    book.announce_reason("g", URL, "formSubmissionPost")
    assert (await book.origin(URL, "f", main_frame=True, touched=False)).by is Cause.META
    assert (await book.origin(URL, "f", main_frame=True, touched=False)).by is Cause.SCRIPT
    assert (await book.origin(URL, "g", main_frame=False, touched=False)).by is Cause.FORM
