"""Asks MusicBrainz whether an ISRC is already listed for another recording (`reference/services.md` 5.3)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import quote
from weakref import WeakKeyDictionary

import httpx

from .ask import Asker, AskError, Trouble, must_be_ok
from .match import Match
from .page import dig, list_at, text_at
from .title import compare_titles

API = "https://musicbrainz.org/ws/2/isrc/"
#: Seconds between two questions: MusicBrainz answers one a second.
PAUSE_S = 1.0
#: The variable with the address MusicBrainz may write to.
CONTACT = "DROPCHECK_CONTACT"
_turns: WeakKeyDictionary[httpx.AsyncClient, asyncio.Lock] = WeakKeyDictionary()


async def recordings_of(asker: Asker, isrc: str, titles: Sequence[str], contact: str) -> tuple[str, ...]:
    """Return the titles of recordings that hold `isrc` and have none of `titles`; raises `AskError`.

    New releases are mostly absent, so nothing found means nothing. `contact` is an e-mail address or a web
    page: MusicBrainz refuses clients that don't say how to reach whoever runs them.
    """
    headers = {"User-Agent": f"dropcheck ( {contact} )"}
    async with _turns.setdefault(asker.http, asyncio.Lock()):
        answer = await asker.get(f"{API}{quote(isrc)}?fmt=json&inc=artist-credits+releases", headers=headers)
        await asker.sleep(PAUSE_S)
    if answer.status in (400, 404):
        return ()  # not an ISRC in its eyes, or one it doesn't know
    if answer.status == 503:
        raise AskError(Trouble.RATE_LIMITED, "it takes one question a second and had more", status=503)
    data = must_be_ok(answer).json()
    if not isinstance(dig(data, "recordings"), list):
        raise AskError(Trouble.UNREADABLE, "MusicBrainz answered without recordings")
    listed = [name for one in list_at(data, "recordings") if (name := text_at(one, "title"))]
    return tuple(name for name in listed if all(_differs(own, name) for own in titles))


def _differs(own: str, listed: str) -> bool:
    return compare_titles(own, listed).base is Match.DIFFERENT
