"""The columns of a schedule: what they are called, what they mean, where they go in a suite."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Place = Literal["suite", "release", "recording", "track", "link"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `place` says what it describes: the suite, the release, a recording (the single, or the
    track of an album's row), a track, or a link; `field` is the suite's own key there.
    """

    name: str
    place: Place
    field: str
    about: str
    example: str = ""
    aliases: tuple[str, ...] = ()
    words: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("suite", "suite", "suite", "The suite's name and file; made from artist and title when empty."),
    Column("title", "release", "title", "The release's title.", "Neon Hours", ("release_title", "release")),
    Column(
        "artists",
        "release",
        "artists",
        "The main artists in order, parted by `;`.",
        "Mara Vale",
        ("artist", "main_artist", "primary_artist"),
    ),
    Column("featured", "release", "featured", "Featured artists, parted by `;`.", "", ("feat", "features")),
    Column("artist_spotify", "release", "artist_spotify", "The first artist's id or address on Spotify."),
    Column("type", "release", "type", "single, ep or album.", "single", ("release_type", "format")),
    Column(
        "upc",
        "release",
        "upc",
        "UPC or EAN. Format the column as text.",
        "859712345677",
        ("ean", "barcode", "gtin", "upc_ean", "ean_upc"),
    ),
    Column(
        "released",
        "release",
        "released",
        "2026-11-20, or 2026-11-20T00:00:00-05:00 for an exact moment.",
        "2026-11-20",
        ("release_date", "date", "street_date"),
    ),
    Column("label", "release", "label", "The label as stores show it.", "Night Bus Records"),
    Column("p_line", "release", "p_line", "The ℗ line.", "", ("p_copyright",)),
    Column("c_line", "release", "c_line", "The © line.", "", ("c_copyright", "copyright")),
    Column("distributor", "release", "distributor", "Who delivers it."),
    Column("genre", "release", "genre", "The main genre, as delivered."),
    Column("artwork", "release", "artwork", "The cover's file in the suites' folder.", "", ("cover",)),
    Column("markets", "release", "markets", "Countries it must be available in: US GB NO.", "", (), True),
    Column(
        "tiktok_sound", "release", "tiktok_sound", "The official Sound Page.", "", ("sound", "sound_page")
    ),
    Column("album_spotify", "release", "album_spotify", "The album's address on Spotify."),
    Column("version", "recording", "version", "The version, such as Sped Up.", "", ("subtitle", "mix")),
    Column("isrc", "recording", "isrc", "The recording's ISRC.", "QZABC2600001", ("isrc_code",)),
    Column(
        "duration", "recording", "duration", "The length: 2:58 as text, or 178 (seconds).", "178", ("length",)
    ),
    Column("explicit", "recording", "explicit", "true, false or clean.", "false", ("advisory",)),
    Column(
        "spotify",
        "recording",
        "spotify",
        "The address on Spotify.",
        "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl",
        ("spotify_url", "spotify_link"),
    ),
    Column(
        "apple_music", "recording", "apple_music", "The address on Apple Music.", "", ("apple", "apple_url")
    ),
    Column("deezer", "recording", "deezer", "The address on Deezer.", "", ("deezer_url",)),
    Column("clip_start", "recording", "clip_start", "Where in the song TikTok's clip begins: 0:42."),
    Column("hook_at", "recording", "hook_at", "Where in the song the hook begins: 0:45."),
    Column(
        "track", "track", "position", "The track's number; one row per track.", "", ("track_number", "no")
    ),
    Column("disc", "track", "disc", "The disc's number."),
    Column("track_title", "track", "title", "The track's title; an album has one row per track."),
    Column("track_artists", "track", "artists", "The track's artists, where they differ, parted by `;`."),
    Column(
        "bio_link",
        "link",
        "bio",
        "The link in the artist's bio: must open the song in the app.",
        "https://bio.example/mara",
        ("bio", "link", "link_in_bio", "smart_link", "smartlink"),
    ),
    Column(
        "presave_link",
        "link",
        "presave",
        "The pre-save page: must leave the in-app browser and ask for a login.",
        "",
        ("presave", "pre_save", "pre_save_link"),
    ),
    Column("story_link", "link", "story", "The link of a story: must open the song in the app."),
    Column("ad_link", "link", "ad", "The link of an ad: must open the song and keep its utm parameters."),
)

_BY_WORD: Mapping[str, Column] = {
    word: column for column in COLUMNS for word in (column.name, *column.aliases)
}
NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)


def column_of(header: str) -> Column | None:
    """Return the column a header cell means (`Release Date`, `UPC/EAN`), or None."""
    return _BY_WORD.get(re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_"))
