"""The clip against the song, and the audience against the store: hints from the sheet alone, nothing fetched."""

from __future__ import annotations

from dropcheck.catalog.values import clock
from dropcheck.check.rulebook import finding
from dropcheck.result import Basis, Finding
from dropcheck.suite.sheet import Recording, Release

#: A hook that arrives later in the song than this comes too late, in seconds (issue: the first 30 seconds).
HOOK_BY_S = 30.0
#: A clip from after this, in seconds, isn't in the song's first minute.
CLIP_BY_S = 60.0
#: TikTok's window of a delivered sound, in seconds (`reference/services.md` 4.4): what the clip opens on.
OPENS_WITHIN_S = 5.0
#: Countries the sources name as ones where Spotify isn't the main service (mission facts, A).
ELSEWHERE = {"CN": "China", "JP": "Japan"}


def clip_findings(song: Recording) -> list[Finding]:
    """Return what the sheet's `clip_start` and `hook_at` say about fans who come from the clip."""
    start, hook = song.clip_start, song.hook_at
    evidence = {"clip_start_s": start, "hook_at_s": hook}
    name = song.title or "the song"
    if hook is not None and hook > HOOK_BY_S and (start is None or abs(start - hook) <= OPENS_WITHIN_S):
        seen = f"The hook of {name} is at {clock(hook)}" + (
            f", and the clip starts at {clock(start)}." if start is not None else "."
        )
        return [finding("sound_page/late-hook", seen, Basis.OBSERVED, evidence=evidence, value=clock(hook))]
    if start is not None and start >= CLIP_BY_S:
        seen = f"The clip of {name} starts at {clock(start)}."
        return [finding("sound_page/late-clip", seen, Basis.OBSERVED, evidence=evidence, value=clock(start))]
    return []


def audience_findings(sheet: Release) -> list[Finding]:
    """Return a hint for each country of the sheet's `audience` where Spotify isn't the main service."""
    countries = [ELSEWHERE[code] for code in sheet.audience if code in ELSEWHERE]
    if not countries or sheet.spotify is None:
        return []
    which = " and ".join(countries)
    genre = f" Aim by genre as well: the release is {sheet.genre}." if sheet.genre else ""
    seen = f"The sheet's audience names {which}.{genre}"
    return [finding("sound_page/audience", seen, Basis.MODELLED, value=which)]
