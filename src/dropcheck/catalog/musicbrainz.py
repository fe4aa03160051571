"""Asks MusicBrainz whether an ISRC is already listed for another recording (`reference/services.md` 5.3)."""

from __future__ import annotations

from urllib.parse import quote

from .ask import Asker, AskError, Trouble, must_be_ok
from .match import Match
from .page import list_at, text_at
from .title import compare_titles

#: MusicBrainz refuses clients that don't say who they are and how to reach their makers.
USER_AGENT = "dropcheck (release-day checks; run by its user)"


async def recordings_of(asker: Asker, isrc: str, title: str) -> tuple[str, ...]:
    """Return the titles of recordings that hold `isrc` and are not `title`; raises `AskError`.

    New releases are mostly absent, so nothing found means nothing.
    """
    url = f"https://musicbrainz.org/ws/2/isrc/{quote(isrc)}?fmt=json&inc=artist-credits+releases"
    try:
        answer = must_be_ok(await asker.get(url, headers={"User-Agent": USER_AGENT}))
    except AskError as error:
        if error.trouble is Trouble.NOT_FOUND:
            return ()
        raise
    titles = [name for one in list_at(answer.json(), "recordings") if (name := text_at(one, "title"))]
    return tuple(name for name in titles if compare_titles(title, name).base is Match.DIFFERENT)
