"""Deezer's answers: errors inside a success, ids that were replaced, advice that isn't given."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dropcheck.catalog import deezer
from dropcheck.catalog.ask import AskError, Trouble

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def trouble(call: Any, *args: Any) -> Trouble:
    with pytest.raises(AskError) as caught:
        call(*args)
    return caught.value.trouble


def test_deezers_errors_come_inside_a_success() -> None:
    gone = {"error": {"type": "DataException", "message": "no data", "code": 800}}
    busy = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}
    assert trouble(deezer.parse_track, gone, None, NOW) is Trouble.NOT_FOUND
    assert trouble(deezer.parse_track, busy, None, NOW) is Trouble.RATE_LIMITED
    track = deezer.parse_track({"id": 7, "title": "N", "release_date": "0000-00-00"}, "8", NOW)
    assert (track.replaces, track.released) == ("8", None)
