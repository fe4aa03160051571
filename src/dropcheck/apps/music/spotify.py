"""Spotify addresses and URIs.

Shapes: services reference 1.9, in-app reference 4.4, and Spotify's own "Spotify URIs and IDs" page
(developer.spotify.com/documentation/web-api/concepts/spotify-uris-ids): an id is base 62, 22 digits.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from dropcheck.apps.address import Address, after_scheme, scheme_of, split_address
from dropcheck.apps.music.link import MusicLink, short_link

_ID = re.compile(r"[0-9A-Za-z]{22}")
_LOCALE = re.compile(r"intl-[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)
_KINDS = frozenset(
    {
        "track",
        "album",
        "artist",
        "playlist",
        "show",
        "episode",
        "audiobook",
        "chapter",
        "prerelease",
        "concert",
    }
)
_HOSTS = frozenset({"open.spotify.com", "play.spotify.com", "player.spotify.com"})
_SHORT_HOSTS = frozenset({"spotify.link", "spotify.app.link", "spoti.fi", "link.tospotify.com"})
#: Where a Branch link names its target in the open (in-app reference 4.4, `content_linking`).
_BRANCH_TARGETS = (
    "$canonical_url",
    "$deeplink_path",
    "$ios_deeplink_path",
    "$android_deeplink_path",
    "$fallback_url",
)
_WEB = "https://open.spotify.com"


def from_address(address: Address) -> MusicLink | None:
    """Return the item of a Spotify web address, None for any other."""
    if address.host in _SHORT_HOSTS:
        return _branch_target(address) or (short_link("spotify") if address.segments else None)
    if address.host == "embed.spotify.com":
        return from_uri(address.query.get("uri", "")) or _item(address.segments)
    if address.host not in _HOSTS:
        return None
    segments = address.segments
    if segments and _LOCALE.fullmatch(segments[0]):
        segments = segments[1:]
    if segments and segments[0].lower() in {"embed", "embed-podcast"}:
        segments = segments[1:]
        if not segments:
            return from_uri(address.query.get("uri", ""))
    if segments and _LOCALE.fullmatch(segments[0]):
        segments = segments[1:]
    return _item(segments, pointed_out=address.query.get("highlight"))


def from_uri(uri: str) -> MusicLink | None:
    """Return the item of a ``spotify:`` URI, in its colon or slash form, None for any other."""
    if scheme_of(uri) != "spotify":
        return None
    rest = after_scheme(uri)
    if rest.lower().startswith(("http:", "https:", "open.spotify.com/", "play.spotify.com/")):
        address = split_address(rest)
        return from_address(address) if address else None
    # "?" begins noise (si=, context=) and "#" a time mark; neither can be part of an id.
    path = re.split(r"[?#]", rest, maxsplit=1)[0]
    segments = tuple(unquote(part, errors="replace") for part in re.split(r"[:/]", path) if part)
    return _item(segments)


def _item(segments: tuple[str, ...], pointed_out: str | None = None) -> MusicLink | None:
    if len(segments) < 2:
        return None
    kind, rest = segments[0].lower(), segments[1:]
    if kind in _KINDS:
        if not _ID.fullmatch(rest[0]):
            return None
        track = from_uri(pointed_out) if pointed_out and kind == "album" else None
        return MusicLink(
            "spotify", kind, rest[0], f"{_WEB}/{kind}/{rest[0]}", track_id=track.id if track else None
        )
    if kind == "user":
        return _of_user(rest)
    if kind == "search":
        return MusicLink("spotify", "search", ":".join(rest).replace("+", " "))
    if kind == "local":
        return MusicLink("spotify", "local", ":".join(rest))
    return None


def _of_user(rest: tuple[str, ...]) -> MusicLink | None:
    user, below = rest[0], tuple(part.lower() for part in rest[1:2])
    if below == ("playlist",):
        if len(rest) < 3 or not _ID.fullmatch(rest[2]):
            return None
        return MusicLink("spotify", "playlist", rest[2], f"{_WEB}/playlist/{rest[2]}", user=user)
    owner = f"{_WEB}/user/{quote(user, safe='')}"
    if below == ("starred",):
        return MusicLink("spotify", "playlist", "starred", f"{owner}/starred", user=user)
    return MusicLink("spotify", "user", user, owner)


def _branch_target(address: Address) -> MusicLink | None:
    for name in _BRANCH_TARGETS:
        value = address.query.get(name, "")
        inner = split_address(value) if scheme_of(value) in ("http", "https") else None
        if inner is not None and inner.host in _HOSTS:
            found = from_address(inner)
        else:
            found = from_uri(value if scheme_of(value) else f"spotify:{value}")
        if found:
            return found
    return None
