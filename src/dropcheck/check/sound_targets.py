"""What a service behind *Add to Music App* opens, and whether that is our recording (services.md 4.3).

TikTok may link the album's copy or another territory's twin of the same recording: an equal ISRC is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from dropcheck.apps import parse
from dropcheck.catalog.ask import AskError, Trouble
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.match import Match
from dropcheck.catalog.sound import StoreRow
from dropcheck.catalog.values import compare_isrc
from dropcheck.check.metadata_rows import Comparer
from dropcheck.check.options import Tolerances
from dropcheck.check.stores import Stores
from dropcheck.suite.sheet import Release

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

    `comparable` is whether this service's catalogue can be read at all.
    """

    service: str
    song_id: str
    url: str
    ours: bool | None
    why: str
    comparable: bool = True


async def target_of(row: StoreRow, sheet: Release, stores: Stores) -> Target:
    """Return what a row opens; the sheet's own id needs no question."""
    url = _ADDRESSES.get(row.service, "{}").format(row.song_id)
    link = parse(getattr(sheet, row.service, None) or "")
    if link is not None and link.id == row.song_id:
        return Target(row.service, row.song_id, url, True, "the id on the sheet")
    if row.service not in ("spotify", "apple_music", "deezer"):
        return Target(row.service, row.song_id, url, None, "its catalogue can't be read", comparable=False)
    try:
        facts = await _read(row, stores, sheet)
    except AskError as error:
        if error.trouble is Trouble.NOT_FOUND:
            return Target(row.service, row.song_id, url, False, "there is no such song")
        return Target(row.service, row.song_id, url, None, f"it could not be read ({error.detail})")
    return Target(row.service, row.song_id, url, *_compare(facts, sheet, stores))


async def _read(row: StoreRow, stores: Stores, sheet: Release) -> ItemFacts:
    if row.service == "spotify":
        return await stores.spotify.item("track", row.song_id)
    if row.service == "deezer":
        return await stores.deezer.track(row.song_id)
    return await stores.apple.item("track", row.song_id, sheet.markets[:3])


def _compare(facts: ItemFacts, sheet: Release, stores: Stores) -> tuple[bool | None, str]:
    codes = [one for one in (sheet, *sheet.tracks) if one.isrc]
    if facts.isrc and codes:
        for one in codes:
            found = compare_isrc(one.isrc or "", facts.isrc, one.alternate_isrcs)
            if found.match is Match.EXACT:
                return True, f"another copy of the same recording (ISRC {facts.isrc})"
        return False, f"another recording (ISRC {facts.isrc})"
    rows = Comparer(sheet, Tolerances(), stores.asker.now, _TELLING).rows(facts)
    apart = [row for row in rows if row.match is Match.DIFFERENT]
    if apart:
        return False, f"another recording ({apart[0].field} {apart[0].value})"
    same = [row.field for row in rows if row.match is Match.EXACT]
    return None, f"{', '.join(same) or 'nothing'} the same, but no ISRC to prove it"
