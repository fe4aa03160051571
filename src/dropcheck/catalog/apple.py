"""Asks Apple's public lookup, which gives neither ISRC nor UPC as a field (`reference/services.md` 5.1)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from .ask import Asker, AskError, Trouble, must_be_ok
from .facts import ItemFacts
from .page import dig, list_at, number_at, text_at
from .values import Advisory, partial_date, upc_is_valid

LOOKUP = "https://itunes.apple.com/lookup"
VIA, ARTWORK_VIA = "lookup", "the artwork's address"
NO_ISRC = "Apple's lookup gives no ISRC"
NO_LABEL = "Apple's lookup gives no label"
#: The size of the picture asked for, in pixels; the address takes any.
ARTWORK_SIZE = 1000
_SIZE = re.compile(r"/\d+x\d+(?:bb|cc|sr)?(-\d+)?\.(?=\w+$)")
_UPC_IN_PATH = re.compile(r"/(\d{12,14})(?=[._/-])")
_ADVISORY: dict[str, Advisory] = {
    "explicit": True,
    "cleaned": "clean",
    "clean": "clean",
    "notExplicit": False,
}


def parse_lookup(data: Any, read_at: dt.datetime) -> tuple[ItemFacts, ...]:
    """Read every album and song of a lookup answer, songs without their album; raises `AskError`."""
    if not isinstance(dig(data, "results"), list):
        raise AskError(Trouble.UNREADABLE, "Apple's lookup answered without results")
    rows = [row for row in list_at(data, "results") if isinstance(row, dict)]
    return tuple(facts for row in rows if (facts := _item(row, read_at)) is not None)


def full_size(artwork: str) -> str:
    """Return the address of the same picture at `ARTWORK_SIZE` pixels."""
    return _SIZE.sub(f"/{ARTWORK_SIZE}x{ARTWORK_SIZE}bb.", artwork)


def upc_in(artwork: str | None) -> str | None:
    """Return the UPC in an artwork's address, None for none whose check digit fits."""
    codes = _UPC_IN_PATH.findall(artwork or "")
    return next((code for code in codes if upc_is_valid(code)), None)


class Apple:
    """Reads Apple's lookup for one check."""

    def __init__(self, asker: Asker) -> None:
        self._ask = asker

    async def item(self, kind: str, item_id: str, countries: Sequence[str]) -> ItemFacts:
        """Return a song or album from the first of `countries` that has it; raises `AskError`.

        Every country is asked: `checked_markets` says which have it; one that gives no answer is left out, as
        long as another gives one. A streaming-only release can be listed without its songs.
        """
        found: ItemFacts | None = None
        trouble: AskError | None = None
        checked: dict[str, bool] = {}
        for country in countries or ("US",):
            try:
                items = await self._lookup(id=item_id, country=country, entity="song")
            except AskError as error:
                # Apple has no storefront for every country, and answers some twenty questions a minute.
                trouble = error
                if error.trouble in (Trouble.BROKEN, Trouble.NOT_FOUND):
                    continue
                break
            match = next((one for one in items if one.id == item_id), None)
            checked[country] = match is not None
            if match is not None and found is None:
                found = await self._complete(match, items, country)
        if found is None and trouble is not None:
            raise trouble
        if found is None:
            raise AskError(Trouble.NOT_FOUND, f"not in Apple's storefront {', '.join(checked)}")
        return replace(found, kind=kind, checked_markets=checked)

    async def by_upc(self, upc: str, countries: Sequence[str]) -> tuple[ItemFacts, ...]:
        """Return the albums of a UPC, songs inside, in the first country that has any; raises `AskError`."""
        for country in countries or ("US",):
            items = await self._lookup(upc=upc, country=country, entity="song")
            albums = [one for one in items if one.kind == "album"]
            if albums:
                return tuple(replace(album, tracks=_tracks(album, items)) for album in albums)
        return ()

    async def _complete(self, match: ItemFacts, items: Sequence[ItemFacts], country: str) -> ItemFacts:
        if match.kind == "album":
            return replace(match, tracks=_tracks(match, items))
        if match.album_id is None:
            return match
        albums = await self._lookup(id=match.album_id, country=country)
        album = next((one for one in albums if one.id == match.album_id), None)
        if album is None:
            return match
        return replace(
            match,
            p_line=album.p_line,
            track_count=album.track_count or match.track_count,
            released=match.released or album.released,
        )

    async def _lookup(self, **query: str) -> tuple[ItemFacts, ...]:
        answer = await self._ask.get(f"{LOOKUP}?{urlencode(query)}")
        if answer.status == 403:
            # No 429: the lookup takes about twenty questions a minute (services.md 5.1) and refuses further ones.
            raise AskError(Trouble.RATE_LIMITED, "it refuses (403): about 20 questions a minute", status=403)
        return parse_lookup(must_be_ok(answer).json(), self._ask.now)


def _tracks(album: ItemFacts, items: Sequence[ItemFacts]) -> tuple[ItemFacts, ...]:
    own = [one for one in items if one.kind == "track" and one.album_id == album.id]
    return tuple(sorted(own, key=lambda one: (one.disc or 1, one.position or 0)))


def _item(row: dict[str, Any], read_at: dt.datetime) -> ItemFacts | None:
    song = number_at(row, "trackId") is not None
    number = number_at(row, "trackId" if song else "collectionId")
    title = text_at(row, "trackName" if song else "collectionName")
    if number is None or title is None:
        return None
    artist_id = number_at(row, "artistId")
    artwork = next((url for size in (600, 100, 60, 30) if (url := text_at(row, f"artworkUrl{size}"))), None)
    length = number_at(row, "trackTimeMillis")
    advisory = text_at(row, "trackExplicitness" if song else "collectionExplicitness") or ""
    upc = upc_in(artwork)
    copyright_line = text_at(row, "copyright")
    return ItemFacts(
        service="apple_music",
        kind="track" if song else "album",
        id=str(int(number)),
        url=text_at(row, "trackViewUrl" if song else "collectionViewUrl")
        or f"https://music.apple.com/song/{int(number)}",
        read_at=read_at,
        title=_fuller(title, text_at(row, "trackCensoredName" if song else "collectionCensoredName")),
        credit_text=text_at(row, "artistName"),
        credit_id=str(int(artist_id)) if artist_id else None,
        upc=upc,
        p_line=copyright_line,
        released=partial_date(text_at(row, "releaseDate")),
        length_s=length / 1000 if length and song else None,
        explicit=_ADVISORY.get(advisory),
        playable=dig(row, "isStreamable") if isinstance(dig(row, "isStreamable"), bool) else None,
        artwork=full_size(artwork) if artwork else None,
        album_id=_whole(row, "collectionId") if song else None,
        album_title=text_at(row, "collectionName"),
        position=int(number_at(row, "trackNumber") or 0) or None,
        disc=int(number_at(row, "discNumber") or 0) or None,
        track_count=int(number_at(row, "trackCount") or 0) or None,
        via={"*": VIA, "upc": ARTWORK_VIA},
        unasked={
            "isrc": NO_ISRC,
            "label": NO_LABEL,
            **({} if upc else {"upc": "Apple's lookup gives no UPC"}),
        },
    )


def _fuller(title: str, censored: str | None) -> str:
    """The censored name where it is the title and more, a version say (services.md 5.1): asterisks are no more."""
    return censored if censored and censored.startswith(title) and "*" not in censored else title


def _whole(row: Any, key: str) -> str | None:
    number = number_at(row, key)
    return str(int(number)) if number is not None else None
