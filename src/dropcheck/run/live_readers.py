"""Tries our readers on a few well-known public items: a failure here says that a reader broke, not a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dropcheck.catalog.apple import Apple
from dropcheck.catalog.ask import Asker, AskError, Trouble
from dropcheck.catalog.deezer import Deezer
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.sound import SoundFacts
from dropcheck.catalog.spotify import Spotify
from dropcheck.catalog.tiktok import TikTok
from dropcheck.network import Dialler, EgressProxy, ResolveMap
from dropcheck.network.client import http_client

# Items that public documentation and captures have named for long. That they are still there is an
# assumption; when one is gone, the answer says so and the item wants replacing.
#: Spotify's and Deezer's own API documentation examples; Apple's song of the design's sample suite.
_SPOTIFY_TRACK = "11dFghVXANMlKmJXsNCbNl"
_DEEZER_TRACK = "3135556"
_APPLE_SONG = "1440833060"
#: A sound captured on 20 Oct 2025 with store rows (services.md, [tt-sampleA]).
_TIKTOK_SOUND = "7492313461236632326"


class Condition(StrEnum):
    """How a reader fared."""

    WORKS = "works"
    BLOCKED = "blocked"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class LiveReading:
    """What one reader made of its well-known item."""

    reader: str
    condition: Condition
    detail: str


_CONDITIONS = {
    Trouble.WALL: Condition.BLOCKED,
    Trouble.RATE_LIMITED: Condition.BLOCKED,
    Trouble.QUOTA: Condition.BLOCKED,
    Trouble.CREDENTIALS: Condition.BLOCKED,
    Trouble.UNREACHABLE: Condition.UNREACHABLE,
}


async def try_readers(*, resolve: Sequence[str] = (), insecure: bool = False) -> list[LiveReading]:
    """Ask each service once for its well-known item, politely and without credentials.

    Raises `ResolveError` for a mapping that can't be read.
    """
    rules = ResolveMap.parse(resolve)
    async with EgressProxy(Dialler(rules, insecure=insecure)) as proxy, http_client(proxy) as http:
        asker = Asker(http, dt.datetime.now(dt.UTC))
        return [
            await _tried("Spotify's public page", Spotify(asker, None).item("track", _SPOTIFY_TRACK)),
            await _tried("Deezer", Deezer(asker).track(_DEEZER_TRACK)),
            await _tried("Apple's lookup", Apple(asker).item("track", _APPLE_SONG, ["US"])),
            await _tried("TikTok's Sound Page", TikTok(asker).sound(_TIKTOK_SOUND)),
        ]


async def _tried(reader: str, asked: Awaitable[ItemFacts | SoundFacts]) -> LiveReading:
    try:
        title = (await asked).title
    except AskError as error:
        return LiveReading(reader, _CONDITIONS.get(error.trouble, Condition.BROKEN), error.detail)
    if not title:
        return LiveReading(reader, Condition.BROKEN, "the answer holds no title where we look for one")
    return LiveReading(reader, Condition.WORKS, f"read “{title[:80]}”")
