"""What a service behind *Add to Music App* opens, and whether that is our recording (services.md 4.3).

TikTok may link the album's copy or another territory's twin of the same recording: an equal ISRC is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dropcheck.apps import parse
from dropcheck.catalog.ask import AskError, Trouble
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.match import Match
from dropcheck.catalog.sound import StoreRow
from dropcheck.catalog.values import compare_isrc
from dropcheck.check.metadata_rows import Comparer
from dropcheck.check.options import Tolerances
from dropcheck.check.recordings import has_isrc
from dropcheck.check.stores import NAMES, Stores
from dropcheck.suite.sheet import Artist, Release

_ADDRESSES = {
    "spotify": "https://open.spotify.com/track/{}",
    "apple_music": "https://music.apple.com/song/{}",
    "deezer": "https://www.deezer.com/track/{}",
    "amazon_music": "https://music.amazon.com/tracks/{}",
}
#: Fields that, when different, show another recording even where no ISRC can be had.
_TELLING = frozenset({"title", "version", "artists", "duration"})


@dataclass(frozen=True, slots=True)
class Target:
    """What one service opens. `ours` is None where it can't be told; `why` says what was compared.

    `comparable` is whether this service's catalogue can be read at all, `is_alike` whether what could be
    compared is the same.
    """

    service: str
    song_id: str
    url: str
    ours: bool | None
    why: str
    comparable: bool = True
    is_alike: bool = False


async def targets_of(rows: Sequence[StoreRow], sheet: Release, stores: Stores) -> list[Target]:
    """Return what each row opens. What can't be proven of one is taken from a proven row of the same recording.

    TikTok's own id of a recording is equal across its stores (services.md 4.3).
    """
    targets = [await _target_of(row, sheet, stores) for row in rows]
    proven = {
        row.recording: target
        for row, target in zip(rows, targets, strict=True)
        if row.recording and target.ours is True
    }
    lifted = []
    for row, target in zip(rows, targets, strict=True):
        twin = proven.get(row.recording or "")
        if twin is not None and target.ours is None and target.is_alike:
            why = f"{target.why}; TikTok counts it as the recording that {NAMES[twin.service]} opens"
            target = replace(target, ours=True, why=why)
        lifted.append(target)
    return lifted


async def _target_of(row: StoreRow, sheet: Release, stores: Stores) -> Target:
    """What one row opens; an id on the sheet needs no question."""
    url = _ADDRESSES.get(row.service, "{}").format(row.song_id)
    links = [parse(getattr(one, row.service, None) or "") for one in (sheet, *sheet.tracks)]
    if any(link is not None and link.id == row.song_id for link in links):
        return Target(row.service, row.song_id, url, True, "the id on the sheet")
    if row.service not in ("spotify", "apple_music", "deezer"):
        return Target(row.service, row.song_id, url, None, "its catalogue can't be read", comparable=False)
    try:
        facts = await _read(row.service, row.song_id, stores, sheet)
    except AskError as error:
        if error.trouble is Trouble.NOT_FOUND:
            return Target(row.service, row.song_id, url, False, "there is no such song")
        return Target(row.service, row.song_id, url, None, f"it could not be read ({error.detail})")
    ours, why, is_alike = await _compare(facts, sheet, stores)
    return Target(row.service, row.song_id, url, ours, why, is_alike=is_alike)


async def _read(service: str, song_id: str, stores: Stores, sheet: Release) -> ItemFacts:
    if service == "spotify":
        return await stores.spotify.item("track", song_id)
    if service == "deezer":
        return await stores.deezer.track(song_id)
    return await stores.apple.item("track", song_id, sheet.markets[:3])


async def _compare(facts: ItemFacts, sheet: Release, stores: Stores) -> tuple[bool | None, str, bool]:
    """Whether it is our recording, why, and whether all that can be compared is the same."""
    recordings = (sheet, *sheet.tracks)
    if facts.isrc and any(one.isrc for one in recordings):
        if any(has_isrc(one, facts.isrc) for one in recordings):
            return True, f"another copy of the same recording (ISRC {facts.isrc})", True
        return False, f"another recording (ISRC {facts.isrc})", False
    rows = Comparer(sheet, Tolerances(), stores.asker.now, _TELLING).rows(facts)
    own = None if rows else await _own(facts.service, sheet, stores)
    if own is not None:
        if facts.isrc and own.isrc:
            same = compare_isrc(own.isrc, facts.isrc).match is Match.EXACT
            return same, f"{'the same' if same else 'another'} recording (ISRC {facts.isrc})", same
        rows = Comparer(_as_sheet(own), Tolerances(), stores.asker.now, _TELLING).rows(facts)
    apart = [row for row in rows if row.match is Match.DIFFERENT]
    if apart:
        return False, f"another recording ({apart[0].field} {apart[0].value})", False
    same_fields = [row.field for row in rows if row.match is Match.EXACT]
    why = f"{', '.join(same_fields) or 'nothing'} the same, but no ISRC to prove it"
    return None, why, "title" in same_fields


async def _own(service: str, sheet: Release, stores: Stores) -> ItemFacts | None:
    """The sheet's own track on a service: what a sheet that says nothing else is compared by."""
    link = parse(getattr(sheet, service, None) or "")
    if link is None or link.id is None or link.kind not in ("track", "song"):
        return None
    try:
        return await _read(service, link.id, stores, sheet)
    except AskError:
        return None


def _as_sheet(facts: ItemFacts) -> Release:
    artists = tuple(Artist(name=one.name) for one in facts.credits)
    return Release(title=facts.title, version=facts.title_version, artists=artists, duration=facts.length_s)
