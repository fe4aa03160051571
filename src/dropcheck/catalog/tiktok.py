"""Asks TikTok's web pages about a sound, logged out and without an account."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .ask import Answer, Asker, AskError, Trouble, must_be_ok
from .sound import SoundFacts, from_page, page_address, sound_id, sound_of_post

_POST = re.compile(r"/(?:video|photo|embed(?:/v2)?)/(\d{8,25})")
_PROFILE = re.compile(r"/@[^/]+/?")
_SHORT_HOSTS = frozenset({"vm.tiktok.com", "vt.tiktok.com"})


class NotASoundError(AskError):
    """An address is not that of a Sound Page, whatever TikTok answers there."""

    def __init__(self, address: str, detail: str) -> None:
        super().__init__(Trouble.NOT_FOUND, detail)
        self.address = address


class TikTok:
    """Reads TikTok for one check."""

    def __init__(self, asker: Asker) -> None:
        self._ask = asker

    async def music_id(self, address: str) -> str:
        """Return the id of a Sound Page, short links followed; raises `AskError`, `NotASoundError` for another page."""
        if (found := sound_id(address)) is not None:
            return found
        if not _is_short(address):
            raise NotASoundError(address, f"{address} is not the address of a Sound Page")
        end = _open(await self._ask.get(address)).url
        if (found := sound_id(end)) is not None:
            return found
        if _POST.search(urlsplit(end).path) or _PROFILE.fullmatch(urlsplit(end).path):
            raise NotASoundError(address, f"{address} leads to {_bare(end)}, which is no Sound Page")
        # TikTok sends visitors it doesn't like to its front page.
        raise AskError(Trouble.WALL, f"the short link {address} led to {_bare(end)}")

    async def sound(self, music_id: str) -> SoundFacts:
        """Return what a sound's page says; raises `AskError`."""
        answer = _open(await self._ask.get(page_address(music_id)))
        return from_page(answer.text, music_id, self._ask.now)

    async def sound_of_post(self, address: str) -> tuple[str, str]:
        """Return the id and title of the sound a post plays; raises `AskError`."""
        found = _POST.search(urlsplit(address).path)
        if found is None and _is_short(address):
            found = _POST.search(urlsplit((await self._ask.get(address)).url).path)
        if found is None:
            raise AskError(Trouble.NOT_FOUND, f"{address} is not the address of a post")
        answer = _open(await self._ask.get(f"https://www.tiktok.com/embed/v2/{found[1]}"))
        return sound_of_post(answer.text)


def _is_short(address: str) -> bool:
    parts = urlsplit(address)
    return (parts.hostname or "") in _SHORT_HOSTS or parts.path.startswith("/t/")


def _bare(address: str) -> str:
    """An address without its query: TikTok's name the visitor there."""
    return urlsplit(address)._replace(query="", fragment="").geturl()


def _open(answer: Answer) -> Answer:
    """Return an answer that lets visitors in; a login page's address tells it from the page asked for."""
    if re.search(r"/login(?:$|[/?])", urlsplit(answer.url).path):
        raise AskError(Trouble.WALL, "TikTok asks visitors to log in")
    return must_be_ok(answer)
