"""Which of the sheet's recordings a store's track is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dropcheck.catalog.facts import ItemFacts
from dropcheck.check.recordings import is_titled, recording_of, song_of
from dropcheck.suite.sheet import Release

EP = Release.model_validate(
    {
        "title": "Night Lines",
        "tracks": [
            {"title": "Slow Tide", "isrc": "QZABC2600012"},
            {"title": "Neon Hours", "isrc": "QZABC2600011", "alternate_isrcs": ["QZABC2600099"]},
            {"title": "Neon Hours", "version": "Sped Up", "focus": True},
            {"title": "夜の時間", "title_localized": {"en": "Night Hours"},
             "spotify": "https://open.spotify.com/track/4NightLinesTrackId0004"},
        ],
    }
)  # fmt: skip


def facts(**more: Any) -> ItemFacts:
    said = {"service": "spotify", "kind": "track", "id": "x", "url": "", **more}
    return ItemFacts(read_at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC), **said)


@pytest.mark.parametrize(
    ("item", "number"),
    [
        ({"isrc": "QZABC2600012", "title": "Whatever"}, "1"),
        ({"isrc": "qz-abc-26-00099"}, "2"),
        ({"title": "Neon Hours"}, "2"),
        ({"title": "Neon Hours - sped up"}, "3"),
        ({"title": "NEON HOURS (feat. Kai)"}, "2"),
        ({"title": "Night Hours"}, "4"),
        ({"id": "4NightLinesTrackId0004", "title": "Renamed"}, "4"),
        ({"title": "Somebody Else's Song"}, None),
        ({"kind": "album", "title": "Slow Tide"}, None),
    ],
)
def test_a_track_is_known_by_its_address_its_code_or_its_title(
    item: dict[str, Any], number: str | None
) -> None:
    recording, found = recording_of(EP, facts(**item))
    assert found == number
    assert (recording is EP) == (number is None)


def test_a_single_is_its_own_recording() -> None:
    single = Release(title="Neon Hours")
    assert recording_of(single, facts(title="Another"))[0] is single
    assert song_of(single, "Neon Hours") == (single, None)
    assert is_titled(single, "Neon Hours (Live)")
    assert not is_titled(single, "Neon Hours (Live)", with_version=True)
