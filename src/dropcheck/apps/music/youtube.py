"""YouTube and YouTube Music addresses, and the schemes of both apps.

A video and the same song on YouTube Music share an id but open different apps: they are different services.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from dropcheck.apps.address import Address, after_scheme, scheme_of, split_address
from dropcheck.apps.music.link import MusicLink

_HOSTS = frozenset(
    {"youtube.com", "www.youtube.com", "m.youtube.com", "youtube-nocookie.com", "www.youtube-nocookie.com"}
)
_MUSIC_HOST = "music.youtube.com"
_VIDEO = re.compile(r"[\w-]{11}", re.ASCII)
_LIST = re.compile(r"[\w-]{2,}", re.ASCII)
_CHANNEL = re.compile(r"UC[\w-]{22}", re.ASCII)
_VIDEO_PATHS = frozenset({"live", "shorts", "embed", "v", "e", "watch"})


def from_address(address: Address) -> MusicLink | None:
    """Return the item of a YouTube or YouTube Music web address, None for any other."""
    if address.host == "youtu.be":
        return _video(address.segments[0]) if address.segments else None
    if address.host in _HOSTS:
        return _youtube(address.routed)
    if address.host == _MUSIC_HOST:
        return _youtube_music(address)
    return None


def from_uri(uri: str) -> MusicLink | None:
    """Return the item of a ``vnd.youtube:``, ``youtube:`` or ``youtubemusic:`` URL, None for any other."""
    scheme, rest = scheme_of(uri), after_scheme(uri)
    if scheme == "youtubemusic":
        home = _MUSIC_HOST
    elif scheme in ("youtube", "vnd.youtube"):
        if _VIDEO.fullmatch(re.split(r"[?#/]", rest, maxsplit=1)[0]):
            return _video(rest[:11])
        home = "www.youtube.com"
    else:
        return None
    own = rest.lower().startswith((f"{home}/", "youtube.com/", "m.youtube.com/"))
    address = split_address(f"https://{rest}" if own else f"https://{home}/{rest}")
    return from_address(address) if address else None


def _video(item: str) -> MusicLink | None:
    if not _VIDEO.fullmatch(item):
        return None
    return MusicLink("youtube", "video", item, f"https://www.youtube.com/watch?v={item}")


def _youtube(address: Address) -> MusicLink | None:
    head = address.segments[0].lower() if address.segments else ""
    tail = address.segments[1] if len(address.segments) > 1 else ""
    if head == "watch" and "v" in address.query:
        return _video(address.query["v"])
    playlist = address.query.get("list", "")
    if head == "playlist" or (head == "embed" and tail == "videoseries"):
        if _LIST.fullmatch(playlist):
            return MusicLink(
                "youtube", "playlist", playlist, f"https://www.youtube.com/playlist?list={playlist}"
            )
        return None
    if head in _VIDEO_PATHS:
        return _video(tail)
    if head == "channel" and _CHANNEL.fullmatch(tail):
        return MusicLink("youtube", "channel", tail, f"https://www.youtube.com/channel/{tail}")
    if head.startswith("@") and len(head) > 1:
        handle = address.segments[0]
        return MusicLink("youtube", "channel", handle, f"https://www.youtube.com/{quote(handle, safe='@')}")
    if head in ("c", "user") and tail:
        return MusicLink("youtube", "user", tail, f"https://www.youtube.com/{head}/{quote(tail, safe='')}")
    return None


def _youtube_music(address: Address) -> MusicLink | None:
    head = address.segments[0].lower() if address.segments else ""
    tail = address.segments[1] if len(address.segments) > 1 else ""
    base = f"https://{_MUSIC_HOST}"
    if head == "watch":
        video = address.query.get("v", tail)
        if not _VIDEO.fullmatch(video):
            return None
        return MusicLink("youtube_music", "track", video, f"{base}/watch?v={video}")
    playlist = address.query.get("list", "") if head == "playlist" else ""
    if head == "browse" and tail.startswith("VL"):
        playlist = tail[2:]
    if _LIST.fullmatch(playlist):
        return MusicLink("youtube_music", "playlist", playlist, f"{base}/playlist?list={playlist}")
    if head == "browse" and tail.startswith("MPREb_") and _LIST.fullmatch(tail):
        return MusicLink("youtube_music", "album", tail, f"{base}/browse/{tail}")
    if head in ("channel", "browse") and _CHANNEL.fullmatch(tail):
        return MusicLink("youtube_music", "channel", tail, f"{base}/channel/{tail}")
    if head.startswith("@") and len(head) > 1:
        handle = address.segments[0]
        return MusicLink("youtube_music", "channel", handle, f"{base}/{quote(handle, safe='@')}")
    return None
