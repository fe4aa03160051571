"""Asks Deezer, the free witness for ISRC, UPC and label (`reference/services.md` 5.2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from .ask import TRIES, Asker, AskError, Trouble, must_be_ok
from .credits import Credit
from .facts import ItemFacts
from .page import dig, flag_at, list_at, number_at, text_at
from .values import Advisory, partial_date

API = "https://api.deezer.com"
VIA = "API"
#: Deezer's own code for "no such item" and for "too many requests"; the codes are in its API's error page.
_NO_DATA, _QUOTA = 800, 4
#: Seconds in which Deezer answers 50 requests (services.md 5.2): an album's tracks can be more than that.
_WINDOW_S = 5.0
#: What `explicit_content_lyrics` means (developers.deezer.com, track object); others say nothing either way.
_ADVISORY: dict[int, Advisory] = {0: False, 1: True, 3: "clean", 4: True}
_NO_ADVICE = "Deezer has no advisory flag for it"


def parse_track(data: Any, asked_id: str | None, read_at: dt.datetime) -> ItemFacts:
    """Read a track object; raises `AskError`, also for the errors Deezer puts into a 200."""
    _refuse_error(data)
    item_id = _id(data)
    if item_id is None or text_at(data, "title") is None:
        raise AskError(Trouble.UNREADABLE, "Deezer answered without a track")
    length = number_at(data, "duration")
    countries = frozenset(code for code in list_at(data, "available_countries") if isinstance(code, str))
    short, version = text_at(data, "title_short"), text_at(data, "title_version")
    explicit = _explicit(data)
    return ItemFacts(
        service="deezer",
        kind="track",
        id=item_id,
        url=f"https://www.deezer.com/track/{item_id}",
        read_at=read_at,
        title=short if short and version else text_at(data, "title"),
        title_version=version,
        credits=_credits(data),
        isrc=text_at(data, "isrc"),
        released=partial_date(text_at(data, "release_date")),
        length_s=float(length) if length else None,
        whole_seconds=True,
        explicit=explicit,
        playable=flag_at(data, "readable"),
        markets=countries or None,
        artwork=text_at(data, "album", "cover_xl"),
        album_id=_id(dig(data, "album")),
        album_title=text_at(data, "album", "title"),
        position=int(number_at(data, "track_position") or 0) or None,
        disc=int(number_at(data, "disk_number") or 0) or None,
        replaces=asked_id if asked_id not in (None, item_id) else None,
        via={"*": VIA},
        unasked={} if explicit is not None else {"explicit": _NO_ADVICE},
    )


def parse_album(data: Any, asked_id: str | None, read_at: dt.datetime) -> ItemFacts:
    """Read an album object; raises `AskError`. Its tracks, where it lists any, hold no ISRC."""
    _refuse_error(data)
    item_id = _id(data)
    if item_id is None or text_at(data, "title") is None:
        raise AskError(Trouble.UNREADABLE, "Deezer answered without an album")
    count = number_at(data, "nb_tracks")
    return ItemFacts(
        service="deezer",
        kind="album",
        id=item_id,
        url=f"https://www.deezer.com/album/{item_id}",
        read_at=read_at,
        title=text_at(data, "title"),
        credits=_credits(data),
        upc=text_at(data, "upc"),
        label=text_at(data, "label"),
        released=partial_date(text_at(data, "release_date")),
        explicit=_explicit(data),
        artwork=text_at(data, "cover_xl"),
        track_count=int(count) if count else None,
        replaces=asked_id if asked_id not in (None, item_id) else None,
        via={"*": VIA},
    )


class Deezer:
    """Reads Deezer for one check."""

    def __init__(self, asker: Asker) -> None:
        self._ask = asker

    async def track(self, reference: str) -> ItemFacts:
        """Return a track by id or by ``isrc:CODE``, completed from its album; raises `AskError`."""
        asked = None if reference.startswith("isrc:") else reference
        track = parse_track(await self._get(f"/track/{quote(reference, safe=':')}"), asked, self._ask.now)
        if track.album_id is None:
            return track
        album = parse_album(await self._get(f"/album/{quote(track.album_id)}"), track.album_id, self._ask.now)
        return replace(
            track,
            upc=album.upc,
            label=album.label,
            track_count=album.track_count,
            released=track.released or album.released,
            artwork=track.artwork or album.artwork,
        )

    async def album(self, reference: str, *, with_isrcs: bool = True) -> ItemFacts:
        """Return an album by id or by ``upc:CODE`` with its tracks; raises `AskError`.

        Padding zeros of a UPC are dropped down to twelve digits, as Deezer wants it.
        """
        asked = None if reference.startswith("upc:") else reference
        if asked is None:
            code = reference.removeprefix("upc:")
            reference = f"upc:{code.lstrip('0').zfill(12)}"
        album = parse_album(await self._get(f"/album/{quote(reference, safe=':')}"), asked, self._ask.now)
        listing = await self._get(f"/album/{quote(album.id)}/tracks?limit=200")
        _refuse_error(listing)
        tracks: list[ItemFacts] = []
        for at, row in enumerate(list_at(listing, "data"), 1):
            row_id = _id(row)
            if row_id is None:
                continue
            full = await self._get(f"/track/{quote(row_id)}") if with_isrcs else row
            track = parse_track(full, row_id, self._ask.now)
            tracks.append(track if track.position else replace(track, position=at))
        return replace(album, tracks=tuple(tracks))

    async def _get(self, path: str) -> Any:
        for _ in range(1, TRIES):
            data = must_be_ok(await self._ask.get(API + path)).json()
            if number_at(data, "error", "code") != _QUOTA:
                return data
            await self._ask.sleep(_WINDOW_S)
        return must_be_ok(await self._ask.get(API + path)).json()


def _refuse_error(data: Any) -> None:
    error = dig(data, "error")
    if not isinstance(error, dict):
        return
    code = number_at(error, "code")
    said = text_at(error, "message") or text_at(error, "type") or "an error"
    if code == _NO_DATA:
        raise AskError(Trouble.NOT_FOUND, f"Deezer says: {said}")
    if code == _QUOTA:
        raise AskError(Trouble.RATE_LIMITED, f"Deezer says: {said}")
    raise AskError(Trouble.BROKEN, f"Deezer says: {said}")


def _explicit(data: Any) -> Advisory | None:
    """The advisory flag; `explicit_lyrics` alone is false too where Deezer was told nothing."""
    code = number_at(data, "explicit_content_lyrics")
    if code is None or flag_at(data, "explicit_lyrics") is True:
        return flag_at(data, "explicit_lyrics")
    return _ADVISORY.get(int(code))


def _credits(data: Any) -> tuple[Credit, ...]:
    people = list_at(data, "contributors") or (
        [dig(data, "artist")] if text_at(data, "artist", "name") else []
    )
    return tuple(
        Credit(name, _id(one), main=(text_at(one, "role") or "Main").casefold() == "main")
        for one in people
        if (name := text_at(one, "name")) is not None
    )


def _id(data: Any) -> str | None:
    """An id, which Deezer writes as a number."""
    found = dig(data, "id")
    if isinstance(found, bool) or not isinstance(found, int | str):
        return None
    return str(found) or None
