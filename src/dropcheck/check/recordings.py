"""Which recording of the sheet a store's track or a sound is: the single itself, or one of an album's tracks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from dropcheck.apps import parse
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.match import Match
from dropcheck.catalog.title import compare_titles
from dropcheck.catalog.values import compare_isrc
from dropcheck.suite.sheet import Recording, Release, Track

_SAME = (Match.EXACT, Match.STYLE)


def in_order(sheet: Release) -> list[tuple[str, Track]]:
    """Return the tracks as they are played, each with its number in the sheet's list."""
    numbered = list(enumerate(sheet.tracks, 1))
    numbered.sort(key=lambda pair: (pair[1].disc, pair[1].position or pair[0]))
    return [(str(number), track) for number, track in numbered]


def recording_of(sheet: Release, facts: ItemFacts) -> tuple[Recording, str | None]:
    """Return the recording a store's track is, and its number on an album; the release where none is it.

    A track is known by its own address on the sheet, by its ISRC, or else by its title.
    """
    if facts.kind != "track" or not sheet.tracks:
        return sheet, None
    ids = {facts.id, facts.replaces}
    tracks = in_order(sheet)
    by_address = (pair for pair in tracks if _id_on(pair[1], facts.service) in ids - {None})
    by_code = (pair for pair in tracks if facts.isrc and has_isrc(pair[1], facts.isrc))
    found = next(by_address, None) or next(by_code, None)
    if found is None:
        return song_of(sheet, facts.title)
    return found[1], found[0]


def song_of(sheet: Release, title: str | None) -> tuple[Recording, str | None]:
    """Return the recording of this title, one the campaign pushes before others; the release where none has it."""
    tracks = sorted(in_order(sheet), key=lambda pair: not pair[1].focus)
    same = (pair for pair in tracks if title and is_titled(pair[1], title, with_version=True))
    alike = (pair for pair in tracks if title and is_titled(pair[1], title))
    found = next(same, None) or next(alike, None)
    return (sheet, None) if found is None else (found[1], found[0])


def has_isrc(recording: Recording, code: str) -> bool:
    """Whether an ISRC is the recording's or one of its alternates."""
    known = (recording.isrc, *recording.alternate_isrcs)
    return any(one is not None and compare_isrc(one, code).match is Match.EXACT for one in known)


def is_titled(recording: Recording, title: str, *, with_version: bool = False) -> bool:
    """Whether a title is the recording's or one of its localized ones, features and style aside, versions too."""
    if recording.title is None:
        return False
    localized = tuple(recording.title_localized.values())
    found = compare_titles(recording.title, title, version=recording.version, localized=localized)
    return found.base in _SAME and (found.version in _SAME or not with_version)


def places(tracks: Sequence[Recording], listed: Sequence[ItemFacts]) -> list[int | None]:
    """Return where each track of the sheet stands in a store's list, by ISRC or else by title."""
    free = list(range(len(listed)))
    found: list[int | None] = []
    for want in tracks:
        by_code = (at for at in free if has_isrc(want, listed[at].isrc or ""))
        titles = {at: listed[at].title or "" for at in free}
        by_version = (at for at in free if is_titled(want, titles[at], with_version=True))
        by_title = (at for at in free if is_titled(want, titles[at]))
        place = next(chain(by_code, by_version, by_title), None)
        if place is not None:
            free.remove(place)
        found.append(place)
    return found


def _id_on(recording: Recording, service: str) -> str | None:
    link = parse(getattr(recording, service, None) or "")
    return link.id if link is not None else None
