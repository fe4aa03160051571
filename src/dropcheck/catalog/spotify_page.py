"""What Spotify shows without credentials: the public page's tags, the embed's JSON and oEmbed.

The shapes are those of `reference/services.md` 1.5 to 1.7. None of these gives an ISRC, a UPC or a label.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from .ask import AskError, Trouble
from .credits import Credit
from .facts import ItemFacts
from .page import dig, flag_at, list_at, number_at, read_page, text_at
from .values import partial_date

TAGS, EMBED, OEMBED = "public page", "embed page", "oEmbed"
NEEDS_CREDENTIALS = "only Spotify's Web API gives this; set DROPCHECK_SPOTIFY_ID and DROPCHECK_SPOTIFY_SECRET"
UNASKED = dict.fromkeys(("isrc", "upc", "label"), NEEDS_CREDENTIALS)
#: From this length on the embed's list of tracks may be cut short. An assumption: no limit is documented.
_LONG_LIST = 50
_ID = re.compile(r"(?:/|:)([A-Za-z0-9]{22})(?:$|[?#/])")


def page_url(kind: str, item_id: str) -> str:
    """The public page of a track or an album."""
    return f"https://open.spotify.com/{kind}/{item_id}"


def id_in(address: str | None) -> str | None:
    """The 22-character id in an address or URI, None when there is none."""
    found = _ID.search(address or "")
    return found[1] if found else None


def from_tags(html: str, kind: str, item_id: str, read_at: dt.datetime) -> ItemFacts:
    """Read the head tags of a public page; raises `AskError` for a page that has none of them."""
    page = read_page(html)
    title = page.first("og:title")
    shown = id_in(page.first("og:url"))
    if title is None or not (page.first("og:type") or "").startswith("music."):
        raise AskError(Trouble.UNREADABLE, "the public page has no music tags")
    ids = [id_in(address) for address in page.all("music:musician")]
    # The names are one text joined at commas, which names hold too: only a single one is sure.
    names = page.first("music:musician_description")
    seconds = page.first("music:duration") or ""
    position = page.first("music:album:track") or ""
    allowed = page.all("og:restrictions:country:allowed")
    return ItemFacts(
        service="spotify",
        kind=kind,
        id=shown or item_id,
        url=page_url(kind, shown or item_id),
        read_at=read_at,
        title=title,
        credits=(Credit(names, ids[0]),) if names and len(ids) == 1 else (),
        credit_text=names,
        released=partial_date(page.first("music:release_date")),
        length_s=float(seconds) if seconds.isascii() and seconds.isdigit() and kind == "track" else None,
        whole_seconds=True,
        markets=frozenset(code.upper() for code in allowed) or None,
        artwork=page.first("og:image"),
        album_id=id_in(page.first("music:album")) if kind == "track" else None,
        position=int(position) if kind == "track" and position.isascii() and position.isdigit() else None,
        replaces=item_id if shown not in (None, item_id) else None,
        via={"*": TAGS},
        unasked=UNASKED,
    )


def from_embed(html: str, kind: str, item_id: str, read_at: dt.datetime) -> ItemFacts:
    """Read the embed page's JSON; raises `AskError`, also for an unknown id, which answers 200."""
    state = read_page(html).data("__NEXT_DATA__")
    status = dig(state, "props", "pageProps", "status")
    if status == 404:
        raise AskError(Trouble.NOT_FOUND, "the embed page answers 200, and says 404 inside")
    entity = dig(state, "props", "pageProps", "state", "data", "entity")
    if not isinstance(entity, dict) or text_at(entity, "name") is None:
        raise AskError(Trouble.UNREADABLE, "the embed page's JSON holds no item")
    shown = text_at(entity, "id") or id_in(text_at(entity, "uri")) or item_id
    images = [image for image in list_at(entity, "visualIdentity", "image") if text_at(image, "url")]
    largest = max(images, key=lambda image: number_at(image, "maxWidth") or 0, default=None)
    tracks = tuple(_embed_row(row, at, read_at) for at, row in enumerate(list_at(entity, "trackList"), 1))
    length = number_at(entity, "duration")
    return ItemFacts(
        service="spotify",
        kind=kind,
        id=shown,
        url=page_url(kind, shown),
        read_at=read_at,
        title=text_at(entity, "name"),
        credits=_credits(list_at(entity, "artists")),
        credit_text=text_at(entity, "subtitle"),
        released=partial_date(text_at(entity, "releaseDate", "isoString")),
        length_s=length / 1000 if length and kind == "track" else None,
        explicit=flag_at(entity, "isExplicit"),
        playable=flag_at(entity, "isPlayable"),
        artwork=text_at(largest, "url"),
        album_id=id_in(text_at(entity, "relatedEntityUri"))
        if ":album:" in str(entity.get("relatedEntityUri"))
        else None,
        track_count=len(tracks) if 0 < len(tracks) < _LONG_LIST else None,
        tracks=tracks,
        replaces=item_id if shown != item_id else None,
        via={"*": EMBED},
        unasked=UNASKED,
    )


def from_oembed(data: Any, kind: str, item_id: str, read_at: dt.datetime) -> ItemFacts:
    """Read an oEmbed answer, which gives a title and a picture and no artist; raises `AskError`."""
    if text_at(data, "title") is None:
        raise AskError(Trouble.UNREADABLE, "the oEmbed answer has no title")
    return ItemFacts(
        service="spotify",
        kind=kind,
        id=item_id,
        url=page_url(kind, item_id),
        read_at=read_at,
        title=text_at(data, "title"),
        artwork=text_at(data, "thumbnail_url"),
        via={"*": OEMBED},
        unasked=UNASKED,
    )


def _credits(artists: list[Any]) -> tuple[Credit, ...]:
    return tuple(
        Credit(name, id_in(text_at(one, "uri")))
        for one in artists
        if (name := text_at(one, "name")) is not None
    )


def _embed_row(row: Any, position: int, read_at: dt.datetime) -> ItemFacts:
    track_id = id_in(text_at(row, "uri")) or ""
    length = number_at(row, "duration")
    return ItemFacts(
        service="spotify",
        kind="track",
        id=track_id,
        url=page_url("track", track_id),
        read_at=read_at,
        title=text_at(row, "title"),
        credit_text=text_at(row, "subtitle"),
        length_s=length / 1000 if length else None,
        explicit=flag_at(row, "isExplicit"),
        playable=flag_at(row, "isPlayable"),
        position=position,
        via={"*": EMBED},
        unasked=UNASKED,
    )
