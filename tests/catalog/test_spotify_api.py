"""What Spotify's Web API answers, and what its refusals mean."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dropcheck.catalog import spotify_api
from dropcheck.catalog.ask import Answer, AskError, Trouble

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


TRACK = "11dFghVXANMlKmJXsNCbNl"


def trouble(call: Any, *args: Any) -> Trouble:
    with pytest.raises(AskError) as caught:
        call(*args)
    return caught.value.trouble


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (
            403,
            b'{"error":{"message":"Active premium subscription required for the owner"}}',
            Trouble.CREDENTIALS,
        ),
        (401, b"", Trouble.CREDENTIALS),
        (400, b"", Trouble.NOT_FOUND),
        (404, b"", Trouble.NOT_FOUND),
        (503, b"", Trouble.BROKEN),
    ],
)
def test_what_the_web_api_refuses_is_named(status: int, body: bytes, expected: Trouble) -> None:
    assert trouble(spotify_api.usable, Answer("https://api", status, {}, body)) is expected


def test_web_api_objects_without_codes_are_no_mismatch() -> None:
    facts = spotify_api.track_facts({"id": TRACK, "name": "Neon Hours", "artists": []}, TRACK, NOW)
    assert facts.isrc is None
    assert "isrc" in facts.unasked
    other = spotify_api.track_facts({"id": "x", "name": "Neon Hours"}, TRACK, NOW)
    assert other.replaces == TRACK
    album = spotify_api.album_facts(
        {"id": "a", "name": "N", "external_ids": {"ean": "0859712345677"}}, "a", NOW
    )
    assert album.upc == "0859712345677"
