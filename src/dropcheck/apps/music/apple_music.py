"""Apple Music addresses, the iTunes addresses that lead there, and Apple Podcasts.

Shapes: in-app reference 4.4 (schemes, hosts) and the sample vectors. An iTunes address of an album, song or
artist leads to Apple Music under the same number, so it is `apple_music`, though sources disagree
(MusicBrainz says iTunes). `itunes` is left for the rest: audiobooks, books, films and the music videos sold
there.
"""

from __future__ import annotations

import re

from dropcheck.apps.address import Address, after_scheme, scheme_of, split_address
from dropcheck.apps.music.link import MusicLink, short_link

#: Schemes that stand in for ``https`` before an Apple address (in-app reference 4.4).
SCHEMES = frozenset({"music", "musics", "itms", "itmss", "itms-apps", "itms-appss"})
_MUSIC_HOSTS = frozenset(
    {
        "music.apple.com",
        "beta.music.apple.com",
        "embed.music.apple.com",
        "geo.music.apple.com",
        "www.music.apple.com",
    }
)
_ITUNES_HOSTS = frozenset({"itunes.apple.com", "geo.itunes.apple.com", "www.itunes.apple.com"})
_NUMBER = re.compile(r"(?:id)?(\d+)", re.IGNORECASE)
_STATION = re.compile(r"(ra\.[\w.-]+)", re.ASCII)
_PLAYLIST = re.compile(r"(pl\.[\w.-]+)", re.ASCII)
_STOREFRONT = re.compile(r"[a-z]{2}", re.IGNORECASE)
_MUSIC_KINDS: dict[str, re.Pattern[str]] = {
    "album": _NUMBER,
    "song": _NUMBER,
    "artist": _NUMBER,
    "music-video": _NUMBER,
    "music-movie": _NUMBER,
    "playlist": _PLAYLIST,
    "station": _STATION,
    "curator": _NUMBER,
    "label": _NUMBER,
}
_ITUNES_KINDS = frozenset({"audiobook", "author", "book", "movie", "music-video", "preorder", "tv-season"})
#: Apple's default where an address names no country (sample vectors, MusicBrainz's clean-up).
_DEFAULT_STOREFRONT = "us"


def from_address(address: Address) -> MusicLink | None:
    """Return the item of an Apple music, iTunes or podcast address, None for any other."""
    if address.host == "itun.es":
        return short_link("apple_music") if address.segments else None
    storefront, segments = _without_storefront(address.segments)
    if not segments:
        return None
    kind, rest = segments[0].lower(), segments[1:]
    if address.host == "podcasts.apple.com" or (address.host in _ITUNES_HOSTS and kind == "podcast"):
        return _podcast(kind, rest, address, storefront)
    if address.host in _ITUNES_HOSTS:
        if kind in _ITUNES_KINDS:
            return _itunes(kind, rest, storefront)
        if kind == "webobjects":
            return _web_object(rest, address)
    elif address.host not in _MUSIC_HOSTS:
        return None
    return _music(kind, rest, address, storefront)


def from_uri(uri: str) -> MusicLink | None:
    """Return the item of a ``music://`` or ``itmss://`` URL: an Apple address with another scheme."""
    if scheme_of(uri) not in SCHEMES:
        return None
    rest = after_scheme(uri)
    address = split_address(rest if rest.lower().startswith(("http:", "https:")) else f"https://{rest}")
    return from_address(address) if address else None


def _without_storefront(segments: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    if segments and _STOREFRONT.fullmatch(segments[0]):
        return segments[0].lower(), segments[1:]
    return None, segments


def _identifier(pattern: re.Pattern[str], rest: tuple[str, ...]) -> str | None:
    # The id follows an optional slug, and a slug may be a number too ("/album/1989/1440913819").
    for segment in reversed(rest[:2]):
        match = pattern.fullmatch(segment)
        if match and segment.isascii():
            return match.group(1)
    return None


def _song_of(address: Address) -> str | None:
    song = address.query.get("i", "")
    return song if song.isascii() and song.isdigit() else None


def _music(kind: str, rest: tuple[str, ...], address: Address, storefront: str | None) -> MusicLink | None:
    pattern = _MUSIC_KINDS.get(kind)
    item = _identifier(pattern, rest) if pattern else None
    if item is None:
        return None
    song = _song_of(address) if kind == "album" else None
    return _item(kind, item, song, storefront)


def _item(kind: str, item: str, song: str | None, storefront: str | None) -> MusicLink:
    base = f"https://music.apple.com/{storefront or _DEFAULT_STOREFRONT}"
    if song:
        return MusicLink("apple_music", "song", song, f"{base}/song/{song}", storefront, album_id=item)
    return MusicLink("apple_music", kind, item, f"{base}/{kind}/{item}", storefront)


def _itunes(kind: str, rest: tuple[str, ...], storefront: str | None) -> MusicLink | None:
    item = _identifier(_NUMBER, rest)
    if item is None:
        return None
    canonical = f"https://itunes.apple.com/{storefront or _DEFAULT_STOREFRONT}/{kind}/id{item}"
    return MusicLink("itunes", kind, item, canonical, storefront)


def _web_object(rest: tuple[str, ...], address: Address) -> MusicLink | None:
    # The iTunes Store's oldest links: /WebObjects/MZStore.woa/wa/viewAlbum?id=1&i=2
    item = _NUMBER.fullmatch(address.query.get("id", ""))
    kinds = {"viewalbum": "album", "viewartist": "artist"}
    kind = kinds.get(rest[-1].lower()) if rest else None
    if item is None or kind is None or not item.group(1).isascii():
        return None
    return _item(kind, item.group(1), _song_of(address) if kind == "album" else None, None)


def _podcast(kind: str, rest: tuple[str, ...], address: Address, storefront: str | None) -> MusicLink | None:
    show = _identifier(_NUMBER, rest) if kind == "podcast" else None
    if show is None:
        return None
    episode = _song_of(address)
    if episode:
        return MusicLink("apple_podcasts", "episode", episode, storefront=storefront, album_id=show)
    return MusicLink("apple_podcasts", "show", show, storefront=storefront)
