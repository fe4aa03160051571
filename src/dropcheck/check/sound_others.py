"""The other known sounds of a song: which of them fans use most, whatever the official one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dropcheck.catalog.ask import AskError
from dropcheck.catalog.sound import SoundFacts
from dropcheck.catalog.tiktok import TikTok
from dropcheck.check.rulebook import finding
from dropcheck.result import Basis, Finding
from dropcheck.suite.sheet import Release


@dataclass(frozen=True, slots=True)
class Other:
    """One of the sheet's `alternate_sounds`: what its page says, or why it could not be read."""

    address: str
    facts: SoundFacts | None = None
    why_not: str = ""


async def read_others(tiktok: TikTok, sheet: Release) -> list[Other]:
    """Read each of the sheet's other sounds; one that can't be read stays without a count."""
    found = []
    for address in sheet.alternate_sounds:
        try:
            found.append(Other(address, await tiktok.sound(await tiktok.music_id(address))))
        except AskError as error:
            found.append(Other(address, why_not=error.detail))
    return found


def listed(others: Sequence[Other]) -> list[dict[str, Any]]:
    """Return what the report lists, the most used first."""
    return sorted((_entry(one) for one in others), key=lambda one: -(one["video_count"] or 0))


def competing_findings(official: SoundFacts, others: Sequence[Other]) -> list[Finding]:
    """Return a finding for each other sound with more videos than the official one."""
    found = []
    for other in others:
        facts = other.facts
        if facts is None or facts.videos is None or official.videos is None:
            continue
        if facts.videos > official.videos:
            value = f"{facts.title} by {facts.author}, {facts.videos} videos"
            seen = (
                f"The official sound has {official.videos} videos, the sound {facts.id} has {facts.videos}."
            )
            made = finding(
                "sound_page/competing-sound", seen, Basis.OBSERVED, evidence=_entry(other), value=value
            )
            found.append(made)
    return found


def _entry(other: Other) -> dict[str, Any]:
    facts = other.facts
    if facts is None:
        return {"id": other.address, "title": other.address, "video_count": None, "note": other.why_not}
    return {"id": facts.id, "title": facts.title, "artist": facts.author, "video_count": facts.videos}
