"""Services recognised by their web addresses only.

Bandcamp, Audiomack, Pandora, Qobuz, Anghami and Yandex Music are named in a report and compared by id;
dropcheck knows no app hand-off of theirs. `canonical` is None where no public source states a clean form.
"""

from __future__ import annotations

import re

from dropcheck.apps.address import Address
from dropcheck.apps.music.link import MusicLink

_NAME = re.compile(r"[\w.-]+", re.ASCII)
_YANDEX_HOST = re.compile(r"music\.yandex\.(?:ru|com|by|kz|uz)")
_PANDORA_KINDS = {"TR": "track", "AL": "album", "AR": "artist", "PL": "playlist", "ST": "station"}


def from_address(address: Address) -> MusicLink | None:
    """Return the item of an address of one of these services, None for any other."""
    for reader in (_bandcamp, _audiomack, _pandora, _qobuz, _anghami, _yandex):
        found = reader(address)
        if found:
            return found
    return None


def _bandcamp(address: Address) -> MusicLink | None:
    artist = address.host.removesuffix(".bandcamp.com")
    if artist == address.host or not _NAME.fullmatch(artist) or artist in ("www", "daily", "get"):
        return None
    base = f"https://{artist}.bandcamp.com"
    kind, name = (*address.segments[:2], "", "")[:2]
    if kind in ("track", "album") and _NAME.fullmatch(name):
        return MusicLink("bandcamp", kind, f"{artist}/{name}", f"{base}/{kind}/{name}")
    if address.segments in ((), ("music",)):
        return MusicLink("bandcamp", "artist", artist, base)
    return None


def _audiomack(address: Address) -> MusicLink | None:
    if address.host not in ("audiomack.com", "www.audiomack.com"):
        return None
    segments = address.segments
    if segments[:1] == ("embed",):
        segments = segments[1:]
        if segments[:1] and segments[0] in ("song", "album", "playlist"):
            segments = (*segments[1:2], segments[0], *segments[2:])
    artist, kind, name = (*segments[:3], "", "", "")[:3]
    if kind in ("song", "album", "playlist") and _NAME.fullmatch(artist) and _NAME.fullmatch(name):
        return MusicLink(
            "audiomack", kind, f"{artist}/{name}", f"https://audiomack.com/{artist}/{kind}/{name}"
        )
    return None


def _pandora(address: Address) -> MusicLink | None:
    if address.host not in ("pandora.com", "www.pandora.com") or not address.segments:
        return None
    item = address.segments[-1]
    kind = _PANDORA_KINDS.get(item[:2])
    if kind is None or len(item) < 6 or not _NAME.fullmatch(item):
        return None
    return MusicLink("pandora", kind, item)


def _qobuz(address: Address) -> MusicLink | None:
    if address.host not in ("open.qobuz.com", "play.qobuz.com", "www.qobuz.com", "qobuz.com"):
        return None
    segments = address.segments
    if segments and re.fullmatch(r"[a-z]{2}-[a-z]{2}", segments[0], re.IGNORECASE):
        segments = segments[1:]
    if len(segments) < 2:
        return None
    # The shop puts a slug between: /us-en/album/slug/id and /us-en/interpreter/slug/id
    kind = {"interpreter": "artist"}.get(segments[0].lower(), segments[0].lower())
    item = segments[2] if len(segments) > 2 else segments[1]
    if kind not in ("track", "album", "artist", "playlist", "label") or not _NAME.fullmatch(item):
        return None
    return MusicLink("qobuz", kind, item, f"https://open.qobuz.com/{kind}/{item}")


def _anghami(address: Address) -> MusicLink | None:
    if address.host not in ("play.anghami.com", "anghami.com", "www.anghami.com"):
        return None
    kind, item = (*address.segments[:2], "", "")[:2]
    if kind not in ("song", "album", "artist", "playlist") or not (item.isascii() and item.isdigit()):
        return None
    return MusicLink("anghami", kind, item)


def _yandex(address: Address) -> MusicLink | None:
    if not _YANDEX_HOST.fullmatch(address.host):
        return None
    segments = address.routed.segments
    pairs = dict(zip(segments[::2], segments[1::2], strict=False))
    for kind in ("track", "album", "artist", "label"):
        item = pairs.get(kind, "")
        if item.isascii() and item.isdigit():
            album = pairs.get("album") if kind == "track" else None
            return MusicLink("yandex_music", kind, item, album_id=album)
    return None
