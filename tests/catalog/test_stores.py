"""What stores answer, in the shapes of the reference, read into facts; and what no answer may do to a reader."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.catalog import apple, deezer, sound, spotify_api, spotify_page
from dropcheck.catalog.ask import Answer, AskError, Trouble
from dropcheck.catalog.facts import merged
from dropcheck.catalog.link_list import entries_of
from dropcheck.catalog.page import read_page
from dropcheck.catalog.sound import Delivery, StoreRow, delivery_of, sound_id, sound_of_post

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
TRACK = "11dFghVXANMlKmJXsNCbNl"


def next_data(data: Any) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'


def trouble(call: Any, *args: Any) -> Trouble:
    with pytest.raises(AskError) as caught:
        call(*args)
    return caught.value.trouble


def test_public_tags_keep_repeated_values_and_never_split_names() -> None:
    html = """
      <meta property="og:title" content="Neon &amp; Hours"><meta property="og:type" content="music.song">
      <meta name="music:musician" content="https://open.spotify.com/artist/4Z8W4fKeB5YxbusRsdQVPb">
      <meta property="music:musician" content="https://open.spotify.com/artist/6KaiTheTideArtistId001">
      <meta name="music:musician_description" content="Tyler, The Creator, Kai">
      <meta name="music:duration" content="178"><meta name="music:release_date" content="2026-11-20">
      <meta property="og:restrictions:country:allowed" content="US">
      <meta property="og:restrictions:country:allowed" content="NO">"""
    facts = spotify_page.from_tags(html, "track", TRACK, NOW)
    assert (facts.title, facts.length_s, facts.markets) == ("Neon & Hours", 178.0, frozenset({"US", "NO"}))
    assert (facts.credits, facts.credit_text) == ((), "Tyler, The Creator, Kai")
    assert facts.isrc is None
    assert "DROPCHECK_SPOTIFY_ID" in facts.unasked["isrc"]


def test_an_embed_that_answers_200_can_say_404_inside() -> None:
    bogus = next_data({"props": {"pageProps": {"status": 404}}})
    assert trouble(spotify_page.from_embed, bogus, "track", TRACK, NOW) is Trouble.NOT_FOUND
    assert trouble(spotify_page.from_embed, "<html>", "track", TRACK, NOW) is Trouble.UNREADABLE
    assert (
        trouble(spotify_page.from_tags, "<title>Spotify</title>", "track", TRACK, NOW) is Trouble.UNREADABLE
    )


def test_two_readings_keep_where_each_value_came_from() -> None:
    entity = {"name": "Neon Hours", "id": TRACK, "duration": 178_345, "isExplicit": False, "artists": []}
    embed = spotify_page.from_embed(
        next_data({"props": {"pageProps": {"state": {"data": {"entity": entity}}}}}), "track", TRACK, NOW
    )
    tags = spotify_page.from_tags(
        '<meta property="og:title" content="Other"><meta property="og:type" content="music.song">'
        '<meta name="music:release_date" content="2026-11-20"><meta name="music:duration" content="178">',
        "track", TRACK, NOW,
    )  # fmt: skip
    both = merged(embed, tags)
    assert (both.title, both.source_of("title")) == ("Neon Hours", spotify_page.EMBED)
    assert both.released is not None
    assert both.source_of("released") == spotify_page.TAGS
    assert (both.length_s, both.whole_seconds) == (178.345, False)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (
            403,
            b'{"error":{"message":"Active premium subscription required for the owner"}}',
            Trouble.CREDENTIALS,
        ),
        (401, b"", Trouble.CREDENTIALS),
        (400, b"", Trouble.NOT_FOUND),
        (404, b"", Trouble.NOT_FOUND),
        (503, b"", Trouble.BROKEN),
    ],
)
def test_what_the_web_api_refuses_is_named(status: int, body: bytes, expected: Trouble) -> None:
    assert trouble(spotify_api.usable, Answer("https://api", status, {}, body)) is expected


def test_web_api_objects_without_codes_are_no_mismatch() -> None:
    facts = spotify_api.track_facts({"id": TRACK, "name": "Neon Hours", "artists": []}, TRACK, NOW)
    assert facts.isrc is None
    assert "isrc" in facts.unasked
    other = spotify_api.track_facts({"id": "x", "name": "Neon Hours"}, TRACK, NOW)
    assert other.replaces == TRACK
    album = spotify_api.album_facts(
        {"id": "a", "name": "N", "external_ids": {"ean": "0859712345677"}}, "a", NOW
    )
    assert album.upc == "0859712345677"


def test_apples_upc_is_believed_only_with_its_check_digit() -> None:
    prefix = "https://is1-ssl.mzstatic.com/image/thumb/Music/v4/ab/cd/"
    assert apple.upc_in(f"{prefix}859712345677.jpg/100x100bb.jpg") == "859712345677"
    assert apple.upc_in(f"{prefix}859712345678.jpg/100x100bb.jpg") is None
    assert apple.full_size(f"{prefix}x.jpg/100x100bb.jpg") == f"{prefix}x.jpg/1000x1000bb.jpg"
    row = {"trackId": 1, "trackName": "N", "trackExplicitness": "cleaned", "trackTimeMillis": 178345}
    (song,) = apple.parse_lookup({"results": [row, {"wrapperType": "artist"}, 7]}, NOW)
    assert (song.explicit, song.length_s, song.isrc) == ("clean", 178.345, None)


def test_deezers_errors_come_inside_a_success() -> None:
    gone = {"error": {"type": "DataException", "message": "no data", "code": 800}}
    busy = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}
    assert trouble(deezer.parse_track, gone, None, NOW) is Trouble.NOT_FOUND
    assert trouble(deezer.parse_track, busy, None, NOW) is Trouble.RATE_LIMITED
    track = deezer.parse_track({"id": 7, "title": "N", "release_date": "0000-00-00"}, "8", NOW)
    assert (track.replaces, track.released) == ("8", None)


def sound_page(music: dict[str, Any] | None, status: int = 0, scope: str = "webapp.music-detail") -> str:
    info = {"music": music, "stats": {"videoCount": 0}} if music is not None else None
    state = {"__DEFAULT_SCOPE__": {scope: {"statusCode": status, "musicInfo": info}}}
    return f'<script id="{sound.STATE}" type="application/json">{json.dumps(state)}</script>'


ROWS = {"tt_to_dsp_song_infos": [{"platform": 3, "song_id": TRACK, "meta_song_id": "9"},
                                 {"platform": 5, "song_id": "r"},
                                 {"platform": 99, "song_id": "z"}, {"platform": 1, "song_id": 1440833060}]}  # fmt: skip
MUSIC = {"id": "7300000000000000001", "title": "Neon Hours", "authorName": "Mara Vale", "album": "Neon Hours",
         "original": False, "duration": 60, "coverLarge": "https://p16/tos-v-2774/x.jpeg"}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "delivery"),
    [
        ({"tt2dsp": ROWS}, Delivery.DELIVERED),
        ({"tt2dsp": {"tt_to_dsp_song_infos": []}}, Delivery.LINKING_PENDING),
        ({}, Delivery.LINKING_PENDING),
        ({"original": True}, Delivery.DIRECT_UPLOAD),
        ({"original": True, "isCopyrighted": True}, Delivery.DIRECT_UPLOAD),
        ({"original": True, "tt2dsp": ROWS}, Delivery.MATCHED_UPLOAD),
        ({"original": True, "matchedSong": {"title": "Neon Hours"}}, Delivery.MATCHED_UPLOAD),
        ({"album": "", "tt2dsp": ROWS}, Delivery.UNKNOWN),
        ({"original": None}, Delivery.UNKNOWN),
        (
            {"original": None, "album": "", "coverLarge": "https://p16/x-avt-0068/y.jpeg"},
            Delivery.DIRECT_UPLOAD,
        ),
        ({"title": "Slow Tide", "tt2dsp": ROWS}, Delivery.UNKNOWN),
    ],
)
def test_the_decision_table_goes_by_the_combination(change: dict[str, Any], delivery: Delivery) -> None:
    facts = sound.from_page(sound_page({**MUSIC, **change}), MUSIC["id"], NOW)
    assert delivery_of(facts, "Neon Hours", ("Mara Vale",)) is delivery


def test_unknown_stores_are_others_and_closed_ones_are_dropped() -> None:
    facts = sound.from_page(sound_page({**MUSIC, "tt2dsp": ROWS}), MUSIC["id"], NOW)
    assert facts.rows == (
        StoreRow("spotify", TRACK, "9"), StoreRow("other", "z"), StoreRow("apple_music", "1440833060")
    )  # fmt: skip
    assert (facts.videos, facts.clip_s) == (0, 60)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", Trouble.WALL),
        ("<div class='captcha-verify-container'>", Trouble.WALL),
        ("<p>Log in to TikTok</p>", Trouble.WALL),
        ("<html><p>hello</p></html>", Trouble.UNREADABLE),
        (sound_page(None), Trouble.WALL),
        (sound_page(None, 10202), Trouble.NOT_FOUND),
        (sound_page(MUSIC, scope="something.else"), Trouble.WALL),
    ],
)
def test_a_page_without_the_sound_is_never_taken_for_a_broken_sound(html: str, expected: Trouble) -> None:
    assert trouble(sound.from_page, html, MUSIC["id"], NOW) is expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.tiktok.com/music/neon-hours-7300000000000000001", "7300000000000000001"),
        ("https://www.tiktok.com/music/-7300000000000000001?lang=en", "7300000000000000001"),
        ("https://www.tiktok.com/music/%D0%BE%D1%80%D0%B8-7300000000000000001/", "7300000000000000001"),
        ("https://www.tiktok.com/embed/music/7300000000000000001", "7300000000000000001"),
        ("https://www.tiktok.com/@mara/video/7300000000000000001", None),
        ("https://www.tiktok.com/music/neon-hours", None),
    ],
)
def test_a_sound_is_known_by_its_digits(address: str, expected: str | None) -> None:
    assert sound_id(address) == expected


def test_a_posts_sound_is_found_wherever_the_embed_puts_it() -> None:
    infos = {"musicId": "73", "musicName": "Neon Hours", "original": ""}
    state = json.dumps({"a": [{"b": {"musicInfos": infos}}]})
    page = f'<script id="any" type="application/json">{state}</script>'
    assert sound_of_post(page) == ("73", "Neon Hours")


def test_a_list_of_links_is_read_in_order_without_its_navigation() -> None:
    html = "<a href='/about'>About</a><a href='mailto:x@y.z'>Mail</a><a href='https://a.example/1'><b>One</b></a>"
    assert [(one.url, one.text) for one in entries_of(html, "https://list.example/mara")] == [
        ("https://a.example/1", "One")
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "title", "artists", "album", "results", "error", "x"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_breaks_a_reader(data: Any) -> None:
    readers = (
        lambda: spotify_api.track_facts(data, "x", NOW),
        lambda: spotify_api.album_facts(data, "x", NOW),
        lambda: spotify_page.from_oembed(data, "track", "x", NOW),
        lambda: spotify_page.from_embed(next_data(data), "track", "x", NOW),
        lambda: deezer.parse_track(data, None, NOW),
        lambda: deezer.parse_album(data, None, NOW),
        lambda: apple.parse_lookup(data, NOW),
        lambda: sound.from_page(sound_page(data if isinstance(data, dict) else {}), "1", NOW),
    )
    for read in readers:
        with contextlib.suppress(AskError):
            read()


@pytest.mark.parametrize("piece", ["<", "<!--", "<a ", "<a x='", "<script>", "&#x", "<a href=x>"])
def test_a_hostile_page_is_read_to_its_end(piece: str) -> None:
    page = read_page('<meta property="og:title" content="Neon Hours">' + piece * 50_000)
    assert page.first("og:title") == "Neon Hours"
