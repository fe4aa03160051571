"""Whatever a service or a stranger's page answers, its reader returns facts or says why it has none."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.catalog import apple, deezer, smart_link_page, sound, spotify_api, spotify_page
from dropcheck.catalog.ask import AskError
from dropcheck.catalog.page import read_page

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
ITEM = "11dFghVXANMlKmJXsNCbNl"

_WORDS = st.sampled_from(
    [
        "id",
        "title",
        "name",
        "artist",
        "artists",
        "isrc",
        "results",
        "data",
        "props",
        "pageProps",
        "state",
        "entity",
        "duration",
        "release_date",
        "album",
        "tracks",
        "artworkUrl100",
        "error",
        "code",
        "contributors",
        "trackList",
        "trackName",
        "trackId",
        "trackNumber",
        "trackCount",
        "trackTimeMillis",
        "total_tracks",
        "nb_tracks",
        "track_position",
        "duration_ms",
        "external_ids",
        "items",
        "music",
        "musicInfo",
        "tt2dsp",
        "tt_to_dsp_song_infos",
        "platform",
        "song_id",
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_WORDS | st.text(max_size=8), inner, max_size=5)
    ),
    max_leaves=20,
)
_SCRAPS = st.sampled_from(
    (
        *(
            "<html>",
            "<head>",
            "<meta property='og:title' content='",
            "<meta name='music:isrc' content=\"",
            "'>",
        ),
        *(
            "<script id='__NEXT_DATA__' type='application/json'>",
            "<script type='application/ld+json'>",
            "</script>",
        ),
        *("<a href='", "{", "}", "[", "]", "null", "&#0;", "&lt;", "\x00", "<!--", "-->", "//", "]]>"),
    )
)


@st.composite
def _pages(draw: st.DrawFn) -> str:
    parts = draw(
        st.lists(_SCRAPS | st.text(max_size=12) | _JSON.map(lambda value: json.dumps(value)), max_size=25)
    )
    return "".join(parts)


PAGE_READERS: dict[str, Callable[[str], Any]] = {
    "spotify tags": lambda html: spotify_page.from_tags(html, "track", ITEM, NOW),
    "spotify embed": lambda html: spotify_page.from_embed(html, "track", ITEM, NOW),
    "page": read_page,
    "smart link": lambda html: smart_link_page.parse_page("https://smart.example/x", html),
}
JSON_READERS: dict[str, Callable[[Any], Any]] = {
    "spotify oembed": lambda data: spotify_page.from_oembed(data, "track", ITEM, NOW),
    "apple lookup": lambda data: apple.parse_lookup(data, NOW),
    "deezer track": lambda data: deezer.parse_track(data, "1", NOW),
    "deezer album": lambda data: deezer.parse_album(data, "1", NOW),
    "spotify track": lambda data: spotify_api.track_facts(data, ITEM, NOW),
    "spotify album": lambda data: spotify_api.album_facts(data, ITEM, NOW),
    "tiktok sound": lambda data: sound.from_page(_sound_page(data), "7300000000000000001", NOW),
}


@pytest.mark.parametrize("reader", PAGE_READERS)
@given(html=_pages())
def test_a_page_is_read_or_refused(reader: str, html: str) -> None:
    _reads_or_refuses(lambda: PAGE_READERS[reader](html))


@pytest.mark.parametrize("reader", JSON_READERS)
@given(data=_JSON)
def test_an_answer_is_read_or_refused(reader: str, data: Any) -> None:
    _reads_or_refuses(lambda: JSON_READERS[reader](data))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 10**400, -1, True, "7", None, [7]])
@pytest.mark.parametrize("reader", JSON_READERS)
def test_no_number_breaks_a_reader(reader: str, number: Any) -> None:
    names = ("duration", "duration_ms", "trackTimeMillis", "trackNumber", "trackCount", "discNumber", "total_tracks",
             "nb_tracks", "track_number", "disc_number", "track_position", "disk_number", "explicit_content_lyrics",
             "artistId", "collectionId", "thumbnail_width")  # fmt: skip
    whole: dict[str, Any] = {
        "id": "1",
        "name": "N",
        "title": "N",
        "trackId": 1,
        "trackName": "N",
        **dict.fromkeys(names, number),
    }
    whole["album"] = dict(whole)
    data = {
        **whole,
        "results": [whole, {**whole, "trackId": number}],
        "error": {"code": number},
        "statusCode": number,
    }
    _reads_or_refuses(lambda: JSON_READERS[reader](data))
    _reads_or_refuses(lambda: JSON_READERS[reader](whole))


def _sound_page(data: Any) -> str:
    detail = {"statusCode": 0, "musicInfo": {"music": data, "stats": {"videoCount": data}}, "itemList": data}
    state = json.dumps({"__DEFAULT_SCOPE__": {"webapp.music-detail": detail}})
    return f'<script id="{sound.STATE}" type="application/json">{state}</script>'


def _reads_or_refuses(read: Callable[[], Any]) -> None:
    with contextlib.suppress(AskError):
        assert read() is not None
