"""Amazon Music addresses, and the shop pages that sell the same recording.

The canonical address keeps the country: a number (ASIN) may be sold in one country only.
"""

from __future__ import annotations

import re

from dropcheck.apps.address import Address
from dropcheck.apps.music.link import EMBED, MusicLink

_COUNTRY = (
    r"(?:com|co\.uk|de|fr|it|es|ca|co\.jp|com\.au|com\.br|com\.mx|in|nl|se|pl|sg|ae|sa|com\.tr|com\.be"
    r"|eg|ie|co\.za)"
)
_MUSIC_HOST = re.compile(rf"(?:www\.)?music\.amazon\.({_COUNTRY})")
_SHOP_HOST = re.compile(rf"(?:www\.|m\.|smile\.)?amazon\.({_COUNTRY})")
_ASIN = re.compile(r"[0-9A-Z]{10}")
#: Shop numbers of recordings begin with B; ten digits are a book's ISBN.
_SHOP_ASIN = re.compile(r"B[0-9A-Z]{9}")
_OPAQUE = re.compile(r"[\w-]+", re.ASCII)
_KINDS = {
    "tracks": ("track", _ASIN),
    "albums": ("album", _ASIN),
    "artists": ("artist", _ASIN),
    "playlists": ("playlist", _ASIN),
    "stations": ("station", _ASIN),
    "user-playlists": ("user-playlist", _OPAQUE),
}


def from_address(address: Address) -> MusicLink | None:
    """Return the item of an Amazon Music or Amazon shop address, None for any other."""
    segments = address.segments
    if music := _MUSIC_HOST.fullmatch(address.host):
        base = f"https://music.amazon.{music[1]}"
        if segments[:1] == ("embed",) and len(segments) > 1:
            return _embedded(segments[1])
        return _item(segments, address, base) or _podcast(segments, base)
    shop = _SHOP_HOST.fullmatch(address.host)
    if shop is None:
        return None
    base = f"https://music.amazon.{shop[1]}"
    lowered = tuple(segment.lower() for segment in segments)
    if lowered[:2] == ("music", "player"):
        return _item(segments[2:], address, base) or _podcast(segments[2:], base)
    for before in (("dp",), ("gp", "product")):
        for at in range(len(segments) - len(before)):
            item = segments[at + len(before)].upper()
            if lowered[at : at + len(before)] == before and _SHOP_ASIN.fullmatch(item):
                return _track(item, base)
    return None


def _track(item: str, base: str, album: str | None = None) -> MusicLink:
    return MusicLink("amazon_music", "track", item, f"{base}/tracks/{item}", album_id=album)


def _embedded(item: str) -> MusicLink | None:
    # The player frame names the number but not what it is.
    return MusicLink("amazon_music", EMBED, None) if _ASIN.fullmatch(item.upper()) else None


def _item(segments: tuple[str, ...], address: Address, base: str) -> MusicLink | None:
    if len(segments) < 2 or segments[0].lower() not in _KINDS:
        return None
    plural = segments[0].lower()
    kind, pattern = _KINDS[plural]
    item = segments[1] if pattern is _OPAQUE else segments[1].upper()
    if not pattern.fullmatch(item):
        return None
    song = address.query.get("trackAsin", "").upper()
    if kind == "album" and _ASIN.fullmatch(song):
        return _track(song, base, album=item)
    return MusicLink("amazon_music", kind, item, f"{base}/{plural}/{item}")


def _podcast(segments: tuple[str, ...], base: str) -> MusicLink | None:
    if len(segments) < 2 or segments[0].lower() != "podcasts" or not _OPAQUE.fullmatch(segments[1]):
        return None
    show = segments[1]
    if "episodes" in segments[2:-1]:
        episode = segments[segments.index("episodes", 2) + 1]
        if _OPAQUE.fullmatch(episode):
            canonical = f"{base}/podcasts/{show}/episodes/{episode}"
            return MusicLink("amazon_music", "episode", episode, canonical, album_id=show)
    return MusicLink("amazon_music", "show", show, f"{base}/podcasts/{show}")
