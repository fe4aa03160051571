"""SoundCloud addresses, short links, players and ``soundcloud:`` URLs.

A secret token (``/s-…``) opens a private item; being a secret it is no part of an id or a canonical address.
"""

from __future__ import annotations

import re

from dropcheck.apps.address import Address, after_scheme, scheme_of, split_address
from dropcheck.apps.music.link import EMBED, MusicLink, short_link

_HOSTS = frozenset({"soundcloud.com", "www.soundcloud.com", "m.soundcloud.com"})
_API_HOSTS = frozenset({"api.soundcloud.com", "api-v2.soundcloud.com"})
_SHORT_HOSTS = frozenset({"on.soundcloud.com", "snd.sc", "soundcloud.app.goo.gl"})
_NAME = re.compile(r"[\w-]+", re.ASCII)
_SET_NAME = re.compile(r"[\w:-]+", re.ASCII)
#: First path segments that are SoundCloud's own pages and no user's.
# fmt: off
_OWN_PAGES = frozenset(
    {
        "charts", "community-guidelines", "creators", "discover", "download", "feed", "for-artists",
        "go", "imprint", "jobs", "library", "login", "logout", "messages", "mobile",
        "notifications", "oembed", "pages", "people", "player", "popular", "premium", "pro",
        "search", "settings", "signin", "stations", "stream", "tags", "terms-of-use", "upload",
        "you",
    }
)
# fmt: on
#: Pages below a user that list things and are no track.
# fmt: off
_USER_LISTS = frozenset(
    {
        "tracks", "albums", "sets", "reposts", "likes", "followers", "following", "comments",
        "spotlight", "popular-tracks", "toptracks", "recommended",
    }
)
# fmt: on
_NUMBERED = {"tracks": "track", "sounds": "track", "playlists": "set", "users": "user"}


def from_address(address: Address) -> MusicLink | None:
    """Return the item of a SoundCloud web address, None for any other."""
    if address.host in _SHORT_HOSTS:
        return short_link("soundcloud") if address.segments else None
    if address.host == "w.soundcloud.com":
        return MusicLink("soundcloud", EMBED, None) if address.segments[:1] == ("player",) else None
    if address.host in _API_HOSTS:
        return _numbered(address.segments)
    return _named(address.segments) if address.host in _HOSTS else None


def from_uri(uri: str) -> MusicLink | None:
    """Return the item of ``soundcloud://sounds:1`` or ``soundcloud://user/track``, None for any other."""
    if scheme_of(uri) != "soundcloud":
        return None
    path = re.split(r"[?#]", after_scheme(uri), maxsplit=1)[0]
    numbered = _numbered(tuple(part for part in re.split(r"[:/]", path) if part))
    if numbered:
        return numbered
    own = path.lower().startswith(tuple(f"{host}/" for host in _HOSTS))
    address = split_address(f"https://{path}" if own else f"https://soundcloud.com/{path}")
    return from_address(address) if address else None


def _numbered(segments: tuple[str, ...]) -> MusicLink | None:
    if len(segments) < 2 or segments[0].lower() not in _NUMBERED:
        return None
    # The service's newer numbers are whole names: tracks/soundcloud:tracks:1
    item = segments[-1].rpartition(":")[2]
    if not (item.isascii() and item.isdigit()):
        return None
    kind = _NUMBERED[segments[0].lower()]
    plural = {"track": "tracks", "set": "playlists", "user": "users"}[kind]
    return MusicLink("soundcloud", kind, item, f"https://api.soundcloud.com/{plural}/{item}")


def _named(names: tuple[str, ...]) -> MusicLink | None:
    if not names or not _NAME.fullmatch(names[0]):
        return None
    if len(names) >= 3 and names[1].lower() == "sets" and _SET_NAME.fullmatch(names[2]):
        return _of("set", f"{names[0]}/sets/{names[2]}")
    if names[0].lower() in _OWN_PAGES:
        return None
    if len(names) == 1 or names[1].lower() in _USER_LISTS:
        return _of("user", names[0])
    return _of("track", "/".join(names[:2])) if _NAME.fullmatch(names[1]) else None


def _of(kind: str, item: str) -> MusicLink:
    return MusicLink("soundcloud", kind, item, f"https://soundcloud.com/{item}")
