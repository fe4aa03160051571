"""A TikTok sound: what its page's embedded state says, and whether that is a delivered release.

The shapes are those of `reference/services.md` 4.2 and 4.3, the decision table that of 4.4. Apple's developer
token stands beside the song ids in that state and is never read into anything here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

from .ask import AskError, Trouble
from .credits import names_artist
from .match import Match, folded
from .page import dig, flag_at, list_at, number_at, read_page, text_at
from .title import compare_titles

STATE = "__UNIVERSAL_DATA_FOR_REHYDRATION__"
_SCOPES = ("webapp.music-detail", "webapp.music-page")
#: Services behind "Add to Music App" by TikTok's number (4.3); others are kept as `other`.
PLATFORMS = {1: "apple_music", 2: "amazon_music", 3: "spotify", 7: "melon", 8: "deezer"}
#: What a number nobody has explained yet becomes; it is no error.
OTHER = "other"
_CLOSED = {4, 5}
_ID = re.compile(r"(\d{8,25})/?$")
#: What an original sound is called in the languages TikTok's titles were seen or are translated in.
_ORIGINAL_NAMES = frozenset(
    folded(name)
    for name in (
        "original sound", "son original", "sonido original", "som original", "suono originale", "Originalton",
        "origineel geluid",
         "oryginalny dźwięk", "оригинальный звук", "orijinal ses", "オリジナル楽曲", "原声",
        "原聲", "오리지널 사운드", "เสียงต้นฉบับ", "âm thanh gốc", "suara asli", "الصوت الأصلي",
    )
)  # fmt: skip
#: The part of a cover's path that shows it is a user's avatar (4.2).
_AVATAR = re.compile(r"-avt-\d+/")
_WALL = re.compile(
    r"captcha[-_](?:verify|container)|id=['\"]?captcha|verify to continue|drag the slider", re.IGNORECASE
)
_LOGIN = re.compile(r"log in to (?:continue|tiktok)|data-e2e=['\"]login-modal", re.IGNORECASE)


class Delivery(StrEnum):
    """What a Sound Page is, by the decision table."""

    DELIVERED = "delivered"
    LINKING_PENDING = "linking-pending"
    DIRECT_UPLOAD = "direct-upload"
    MATCHED_UPLOAD = "matched-upload"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class StoreRow:
    """One service behind "Add to Music App": its id of the song, TikTok's id of the recording."""

    service: str
    song_id: str
    recording: str | None = None


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What a sound's state says. `rows` is None where it says nothing about stores: whether a Sound Page shows
    them to visitors at all is not confirmed (services.md 11). `videos` None is unknown.

    `clip_s` is the clip's length, never the song's.
    """

    id: str
    read_at: dt.datetime
    title: str | None = None
    author: str | None = None
    album: str | None = None
    original: bool | None = None
    clip_s: float | None = None
    videos: int | None = None
    cover: str | None = None
    rows: tuple[StoreRow, ...] | None = None
    matched: str | None = None

    @property
    def cover_is_avatar(self) -> bool:
        """Whether the cover is a user's avatar."""
        return bool(self.cover and _AVATAR.search(self.cover))

    @property
    def has_original_name(self) -> bool:
        """Whether it is called "original sound" in some language."""
        return folded((self.title or "").partition(" - ")[0]) in _ORIGINAL_NAMES


def sound_id(address: str) -> str | None:
    """Return the music id at the end of a Sound Page's address, whatever its slug; None for another page."""
    path = unquote(urlsplit(address).path)
    if not re.search(r"/(?:music|embed/music)/", path):
        return None
    found = _ID.search(path)
    return found[1] if found else None


def page_address(music_id: str) -> str:
    """Return a Sound Page's address; TikTok routes by the digits alone."""
    return f"https://www.tiktok.com/music/sound-{music_id}"


def from_page(html: str, music_id: str, read_at: dt.datetime) -> SoundFacts:
    """Read a Sound Page; raises `AskError`: `WALL` for a captcha, a login page or an empty answer."""
    state = read_page(html).data(STATE)
    detail = next(
        (found for scope in _SCOPES if isinstance(found := dig(state, "__DEFAULT_SCOPE__", scope), dict)),
        None,
    )
    if detail is None:
        if _WALL.search(html):
            raise AskError(Trouble.WALL, "TikTok asks for a captcha")
        if _LOGIN.search(html):
            raise AskError(Trouble.WALL, "TikTok asks visitors to log in")
        if not html.strip() or state is not None:
            raise AskError(Trouble.WALL, "TikTok answered with a page that says nothing about the sound")
        raise AskError(Trouble.UNREADABLE, "the Sound Page has no embedded state")
    status = number_at(detail, "statusCode")
    music = dig(detail, "musicInfo", "music")
    if status:
        raise AskError(Trouble.NOT_FOUND, f"TikTok says the sound is not available (status {status:.0f})")
    if not isinstance(music, dict) or _id_of(music) is None:
        raise AskError(Trouble.WALL, "TikTok answered with a page that says nothing about the sound")
    return _facts(music, detail, music_id, read_at)


def sound_of_post(html: str) -> tuple[str, str]:
    """Return the id and title of the sound a post's embed (`embed/v2`) plays; raises `AskError`."""
    page = read_page(html)
    for key in page.scripts:
        for infos in _find(page.data(key), "musicInfos"):
            music_id = str(dig(infos, "musicId") or "")
            if _ID.fullmatch(music_id):
                return music_id, text_at(infos, "musicName") or ""
    raise AskError(
        Trouble.WALL if _WALL.search(html) else Trouble.UNREADABLE, "the post's embed names no sound"
    )


def delivery_of(facts: SoundFacts, title: str | None, artists: tuple[str, ...]) -> Delivery:
    """Decide what a sound is from the combination of its marks; no single one proves anything (0.6).

    `title` and `artists` are the sheet's.
    """
    linked = bool(facts.rows) or facts.matched is not None
    if facts.original is True:
        return Delivery.MATCHED_UPLOAD if linked else Delivery.DIRECT_UPLOAD
    if facts.original is None:
        if (facts.has_original_name or not facts.album) and facts.cover_is_avatar:
            return Delivery.MATCHED_UPLOAD if linked else Delivery.DIRECT_UPLOAD
        return Delivery.UNKNOWN
    if not facts.album or not is_release(facts, title, artists):
        return Delivery.UNKNOWN
    return Delivery.DELIVERED if facts.rows else Delivery.LINKING_PENDING


def is_release(facts: SoundFacts, title: str | None, artists: tuple[str, ...]) -> bool:
    """Return whether a sound's title and artist are the sheet's, style aside."""
    return not title_differs(facts, title) and not artist_differs(facts, artists)


def title_differs(facts: SoundFacts, title: str | None) -> bool:
    """Whether the sound is called something else than the sheet's title (features and versions aside)."""
    return bool(title and facts.title and compare_titles(title, facts.title).base is Match.DIFFERENT)


def artist_differs(facts: SoundFacts, artists: tuple[str, ...]) -> bool:
    """Whether none of the sheet's artists is in the sound's author."""
    if not artists or not facts.author:
        return False
    return not any(names_artist(facts.author, name) for name in artists)


def _facts(music: dict[str, Any], detail: Any, music_id: str, read_at: dt.datetime) -> SoundFacts:
    info = dig(detail, "musicInfo")
    matched = next(
        (music[key] for key in ("matchedSong", "matched_song", "matched_pgc_sound") if music.get(key)), None
    )
    clip = number_at(music, "preciseDuration", "preciseDuration") or number_at(music, "duration")
    return SoundFacts(
        id=_id_of(music) or music_id,
        read_at=read_at,
        title=text_at(music, "title"),
        author=text_at(music, "authorName"),
        album=text_at(music, "album"),
        original=flag_at(music, "original"),
        clip_s=clip,
        videos=_videos(info),
        cover=next(
            (url for key in ("coverLarge", "coverMedium", "coverThumb") if (url := text_at(music, key))), None
        ),
        rows=_rows_of(music, detail),
        matched=text_at(matched, "title") or ("unnamed" if matched else None),
    )


def _videos(info: Any) -> int | None:
    """How many videos use the sound; ``statsV2`` has the same counts as texts."""
    number, text = number_at(info, "stats", "videoCount"), text_at(info, "statsV2", "videoCount") or ""
    if number is not None:
        return int(number)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _id_of(music: Any) -> str | None:
    """A sound's id, a number too long for JSON's readers elsewhere and so mostly written as text."""
    found = dig(music, "id")
    is_one = isinstance(found, str | int) and not isinstance(found, bool)
    return str(found) or None if is_one else None


def _rows_of(music: dict[str, Any], detail: Any) -> tuple[StoreRow, ...] | None:
    """The stores of a sound, else those that the page's videos name for the same sound; None for no word of any."""
    videos = [*list_at(detail, "itemList"), *list_at(detail, "musicInfo", "itemList")]
    sounds = [music, *(dig(video, "music") for video in videos)]
    told = [
        tuple(_rows(list_at(one, "tt2dsp", "tt_to_dsp_song_infos")))
        for one in sounds
        if isinstance(dig(one, "tt2dsp"), dict) and _id_of(one) == _id_of(music)
    ]
    return next((rows for rows in told if rows), told[0] if told else None)


def _rows(listed: list[Any]) -> Iterator[StoreRow]:
    for row in listed:
        number = number_at(row, "platform")
        song_id = dig(row, "song_id")
        if number is None or int(number) in _CLOSED or not isinstance(song_id, str | int) or not str(song_id):
            continue
        recording = dig(row, "meta_song_id")
        service = PLATFORMS.get(int(number), OTHER)
        yield StoreRow(service, str(song_id), str(recording) if recording else None)


def _find(data: Any, key: str, depth: int = 12) -> Iterator[Any]:
    """Every value of `key` anywhere in parsed JSON: the embed's shape changes more often than its names."""
    if depth == 0:
        return
    if isinstance(data, dict):
        found = data.get(key)
        yield from (one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict))
        for value in data.values():
            yield from _find(value, key, depth - 1)
    elif isinstance(data, list):
        for value in data:
            yield from _find(value, key, depth - 1)
