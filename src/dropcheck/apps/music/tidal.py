"""TIDAL addresses and ``tidal:`` URLs."""

from __future__ import annotations

import re

from dropcheck.apps.address import Address, after_scheme, scheme_of, split_address
from dropcheck.apps.music.link import MusicLink

_HOSTS = frozenset(
    {
        "tidal.com",
        "www.tidal.com",
        "listen.tidal.com",
        "open.tidal.com",
        "m.tidal.com",
        "store.tidal.com",
        "desktop.tidal.com",
        "embed.tidal.com",
        "stage.tidal.com",
        "desktop.stage.tidal.com",
    }
)
_NUMBER = re.compile(r"\d+", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MIX = re.compile(r"[0-9A-Za-z]+")
_KINDS: dict[str, re.Pattern[str]] = {
    "track": _NUMBER,
    "album": _NUMBER,
    "artist": _NUMBER,
    "video": _NUMBER,
    "playlist": _UUID,
    "mix": _MIX,
}


def from_address(address: Address) -> MusicLink | None:
    """Return the item of a TIDAL web address, None for any other."""
    if address.host not in _HOSTS:
        return None
    segments = address.routed.segments
    if segments and re.fullmatch(r"[a-z]{2}", segments[0], re.IGNORECASE):
        segments = segments[1:]
    if segments and segments[0].lower() in ("browse", "store"):
        segments = segments[1:]
    found = _item(segments[:2])
    # A song is also reached through its album: /album/1/track/2
    if found is not None and found.kind == "album":
        song = _item(segments[2:4])
        if song is not None and song.kind in ("track", "video"):
            return MusicLink(song.service, song.kind, song.id, song.canonical, album_id=found.id)
    return found


def from_uri(uri: str) -> MusicLink | None:
    """Return the item of a ``tidal://track/1`` URL, None for any other."""
    if scheme_of(uri) != "tidal":
        return None
    rest = after_scheme(uri)
    address = split_address(f"https://{rest}")
    if address is None or address.host not in _HOSTS:
        address = split_address("https://tidal.com/" + rest.replace(":", "/"))
    return from_address(address) if address else None


def _item(pair: tuple[str, ...]) -> MusicLink | None:
    if len(pair) != 2:
        return None
    kind = pair[0].lower()
    kind = kind[:-1] if kind[:-1] in _KINDS else kind
    pattern = _KINDS.get(kind)
    if pattern is None or not pattern.fullmatch(pair[1]):
        return None
    return MusicLink("tidal", kind, pair[1], f"https://tidal.com/{kind}/{pair[1]}")
