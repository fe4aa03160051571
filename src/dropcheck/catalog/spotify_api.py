"""What Spotify's Web API answers, and what its refusals mean (`reference/services.md` 1.1 to 1.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from .ask import Answer, AskError, Trouble, must_be_ok
from .credits import Credit
from .facts import ItemFacts
from .page import dig, flag_at, list_at, number_at, text_at
from .spotify_page import page_url
from .values import PartialDate, partial_date

VIA = "Web API"
#: Fields a Development Mode app no longer gets; ISRC and UPC were put back in March 2026 (1.2).
DEV_MODE = "Spotify's Web API doesn't give this to apps in Development Mode"
CODE_ABSENT = "Spotify's Web API left this out of its answer"


def usable(answer: Answer) -> Answer:
    """Return an answer that holds what was asked for; raises `AskError` saying what a refusal means."""
    if answer.status == 403 and b"premium" in answer.body.lower():
        raise AskError(
            Trouble.CREDENTIALS,
            "the owner of the Spotify app has no Premium subscription, which Spotify asks for",
            status=403,
        )
    if answer.status == 401:
        raise AskError(Trouble.CREDENTIALS, "Spotify doesn't accept the access token", status=401)
    if answer.status == 403:
        raise AskError(Trouble.CREDENTIALS, "Spotify refuses this app (403)", status=403)
    if answer.status == 400:
        raise AskError(Trouble.NOT_FOUND, "Spotify says this is not a valid id (400)", status=400)
    return must_be_ok(answer)


def access_token(answer: Answer) -> str:
    """Return the access token of a token answer; raises `AskError`."""
    if answer.status in (400, 401):
        raise AskError(
            Trouble.CREDENTIALS,
            "Spotify doesn't know DROPCHECK_SPOTIFY_ID, or the secret is another's",
            status=answer.status,
        )
    token = text_at(usable(answer).json(), "access_token")
    if token is None:
        raise AskError(Trouble.UNREADABLE, "Spotify's token answer holds no token")
    return token


def track_facts(data: Any, asked_id: str, read_at: dt.datetime) -> ItemFacts:
    """Read a track object; raises `AskError` for anything else. Another id than asked for: relinked."""
    _must_be(data, "track")
    shown = str(data["id"])
    isrc = text_at(data, "external_ids", "isrc")
    length = number_at(data, "duration_ms")
    return ItemFacts(
        service="spotify",
        kind="track",
        id=shown,
        url=page_url("track", shown),
        read_at=read_at,
        title=text_at(data, "name"),
        credits=_credits(data),
        isrc=isrc,
        released=_released(dig(data, "album")),
        length_s=length / 1000 if length else None,
        explicit=flag_at(data, "explicit"),
        playable=flag_at(data, "is_playable"),
        markets=_markets(data),
        artwork=_artwork(dig(data, "album")),
        album_id=text_at(data, "album", "id"),
        album_title=text_at(data, "album", "name"),
        position=_whole(data, "track_number"),
        disc=_whole(data, "disc_number"),
        replaces=asked_id if shown != asked_id else None,
        via={"*": VIA},
        unasked={} if isrc else {"isrc": CODE_ABSENT},
    )


def album_facts(data: Any, asked_id: str, read_at: dt.datetime) -> ItemFacts:
    """Read an album object; raises `AskError` for anything else. Its tracks hold no ISRC."""
    _must_be(data, "album")
    shown = str(data["id"])
    upc = text_at(data, "external_ids", "upc") or text_at(data, "external_ids", "ean")
    lines = {str(dig(line, "type")): text_at(line, "text") for line in list_at(data, "copyrights")}
    unasked = {} if upc else {"upc": CODE_ABSENT}
    return ItemFacts(
        service="spotify",
        kind="album",
        id=shown,
        url=page_url("album", shown),
        read_at=read_at,
        title=text_at(data, "name"),
        credits=_credits(data),
        upc=upc,
        label=text_at(data, "label"),
        p_line=lines.get("P"),
        c_line=lines.get("C"),
        released=_released(data),
        playable=flag_at(data, "is_playable"),
        markets=_markets(data),
        artwork=_artwork(data),
        track_count=_whole(data, "total_tracks"),
        tracks=listed_tracks(list_at(data, "tracks", "items"), read_at),
        replaces=asked_id if shown != asked_id else None,
        via={"*": VIA},
        unasked=unasked if text_at(data, "label") else {**unasked, "label": DEV_MODE},
    )


def listed_tracks(items: Sequence[Any], read_at: dt.datetime) -> tuple[ItemFacts, ...]:
    """Read the tracks an album lists, which hold no ISRC; those that are no tracks are left out."""
    tracks = [one for one in items if text_at(one, "id") and text_at(one, "name")]
    return tuple(track_facts(track, str(track["id"]), read_at) for track in tracks)


def search_hits(data: Any, kind: str, read_at: dt.datetime) -> tuple[ItemFacts, ...]:
    """Read the items of a search answer; those that are no items are left out."""
    read = track_facts if kind == "track" else album_facts
    items = [one for one in list_at(data, f"{kind}s", "items") if text_at(one, "id") and text_at(one, "name")]
    return tuple(read(one, str(one["id"]), read_at) for one in items)


def _must_be(data: Any, kind: str) -> None:
    if text_at(data, "id") is None or text_at(data, "name") is None:
        raise AskError(Trouble.UNREADABLE, f"Spotify's Web API answered without a {kind}")


def _credits(data: Any) -> tuple[Credit, ...]:
    return tuple(
        Credit(name, text_at(one, "id"))
        for one in list_at(data, "artists")
        if (name := text_at(one, "name")) is not None
    )


def _released(album: Any) -> PartialDate | None:
    return partial_date(text_at(album, "release_date"), text_at(album, "release_date_precision"))


def _markets(data: Any) -> frozenset[str] | None:
    """The markets, None when they are not told; an empty list doesn't always mean nowhere (1.3)."""
    return frozenset(code for code in list_at(data, "available_markets") if isinstance(code, str)) or None


def _artwork(album: Any) -> str | None:
    images = [image for image in list_at(album, "images") if text_at(image, "url")]
    return text_at(max(images, key=lambda image: number_at(image, "width") or 0, default=None), "url")


def _whole(data: Any, key: str) -> int | None:
    value = number_at(data, key)
    return int(value) if value is not None else None
