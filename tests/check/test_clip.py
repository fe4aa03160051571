"""The clip against the song, and the audience against the store, from the sheet alone."""

from __future__ import annotations

from typing import Any

import pytest

from dropcheck.check.clip import audience_findings, clip_findings
from dropcheck.result import Severity
from dropcheck.suite.sheet import Recording, Release

SPOTIFY = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"


@pytest.mark.parametrize(
    ("song", "rule"),
    [
        ({}, None),
        ({"clip_start": 0, "hook_at": 12}, None),
        # The hook comes at thirty seconds sharp; a second later is late.
        ({"clip_start": 30, "hook_at": 30}, None),
        ({"clip_start": 31, "hook_at": 31}, "sound_page/late-hook"),
        ({"hook_at": "1:05"}, "sound_page/late-hook"),
        # The clip opens on it within a few seconds, or somewhere else altogether.
        ({"clip_start": 40, "hook_at": 45}, "sound_page/late-hook"),
        ({"clip_start": 10, "hook_at": 45}, None),
        # The song's first minute.
        ({"clip_start": 59.9}, None),
        ({"clip_start": 60}, "sound_page/late-clip"),
        ({"clip_start": "1:30", "hook_at": 20}, "sound_page/late-clip"),
        ({"clip_start": "2:30", "hook_at": "2:30"}, "sound_page/late-hook"),
    ],
)
def test_what_fans_hear_first_is_held_against_the_song(song: dict[str, Any], rule: str | None) -> None:
    found = clip_findings(Recording.model_validate({"title": "Neon Hours", **song}))
    assert [(one.rule, one.severity) for one in found] == ([(rule, Severity.WARNING)] if rule else [])
    assert rule is None or "Release a version that begins with" in found[0].fix


@pytest.mark.parametrize(
    ("audience", "spotify", "named"),
    [
        (["US", "GB"], SPOTIFY, ()),
        (["JP"], SPOTIFY, ("Japan",)),
        (["CN", "JP", "US"], SPOTIFY, ("China", "Japan")),
        (["JP"], None, ()),
        ([], SPOTIFY, ()),
    ],
)
def test_a_hint_is_given_where_spotify_does_not_lead(
    audience: list[str], spotify: str | None, named: tuple[str, ...]
) -> None:
    sheet = Release.model_validate(
        {"audience": audience, "genre": "Synthpop"} | ({"spotify": spotify} if spotify else {})
    )
    found = audience_findings(sheet)
    assert len(found) == bool(named)
    assert all(one.severity is Severity.INFO and "Synthpop" in one.detail for one in found)
    assert all(country in found[0].title for country in named)
