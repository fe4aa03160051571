"""Deezer addresses, short links and ``deezer:`` URLs."""

from __future__ import annotations

import re

from dropcheck.apps.address import Address, after_scheme, scheme_of, split_address
from dropcheck.apps.music.link import MusicLink, short_link

_HOSTS = frozenset({"deezer.com", "www.deezer.com", "m.deezer.com", "api.deezer.com", "widget.deezer.com"})
_SHORT_HOSTS = frozenset({"deezer.page.link", "dzr.page.link", "link.deezer.com"})
_LOCALE = re.compile(r"[a-z]{2}(?:-[a-z]{2})?", re.IGNORECASE)
_KINDS = frozenset(
    {
        "track",
        "album",
        "artist",
        "playlist",
        "show",
        "podcast",
        "episode",
        "audiobook",
        "radio",
        "profile",
        "user",
    }
)
_WIDGET_THEMES = frozenset({"auto", "light", "dark"})


def from_address(address: Address) -> MusicLink | None:
    """Return the item of a Deezer web address, None for any other."""
    if address.host in _SHORT_HOSTS:
        inner = split_address(address.query.get("link", ""))
        found = from_address(inner) if inner is not None and inner.host in _HOSTS else None
        return found or (short_link("deezer") if address.segments else None)
    if address.host not in _HOSTS:
        return None
    segments = address.segments
    if segments[:1] == ("widget",):
        segments = segments[2:] if segments[1:2] and segments[1] in _WIDGET_THEMES else segments[1:]
    elif segments and _LOCALE.fullmatch(segments[0]):
        segments = segments[1:]
    if len(segments) < 2:
        return None
    kind, item = segments[0].lower(), segments[1]
    if kind not in _KINDS or not (item.isascii() and item.isdigit()):
        return None
    return MusicLink("deezer", kind, item, f"https://www.deezer.com/{kind}/{item}")


def from_uri(uri: str) -> MusicLink | None:
    """Return the item of ``deezer://www.deezer.com/track/1`` or ``deezer://track/1``, None for any other."""
    if scheme_of(uri) != "deezer":
        return None
    rest = after_scheme(uri)
    address = split_address(f"https://{rest}")
    if address is not None and address.host not in _HOSTS:
        address = split_address(f"https://www.deezer.com/{rest}")
    return from_address(address) if address else None
