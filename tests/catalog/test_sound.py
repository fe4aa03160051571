"""A sound's embedded state: the decision table, the stores behind it, and pages that say nothing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from dropcheck.catalog import sound
from dropcheck.catalog.ask import AskError, Trouble
from dropcheck.catalog.sound import Delivery, StoreRow, delivery_of, sound_id, sound_of_post

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


TRACK = "11dFghVXANMlKmJXsNCbNl"


def trouble(call: Any, *args: Any) -> Trouble:
    with pytest.raises(AskError) as caught:
        call(*args)
    return caught.value.trouble


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


@pytest.mark.parametrize(
    "infos",
    [
        {"musicId": "7300000000000000001", "musicName": "Neon Hours", "original": ""},
        {"musicId": 7300000000000000001, "musicName": "Neon Hours", "covers": []},
        [{"musicId": "7300000000000000001", "musicName": "Neon Hours", "original": False}],
    ],
)
def test_a_posts_sound_is_found_wherever_the_embed_puts_it(infos: Any) -> None:
    state = json.dumps({"a": [{"b": {"musicInfos": infos}}]})
    page = f'<script id="any" type="application/json">{state}</script>'
    assert sound_of_post(page) == ("7300000000000000001", "Neon Hours")


@pytest.mark.parametrize("infos", [{}, {"musicId": None}, {"musicId": ""}, {"musicId": True}, [], None, "x"])
def test_a_post_without_a_sound_is_not_read(infos: Any) -> None:
    page = f'<script type="application/json">{json.dumps({"musicInfos": infos})}</script>'
    assert trouble(sound_of_post, page) is Trouble.UNREADABLE
    assert trouble(sound_of_post, page + "<div class='captcha-verify-container'>") is Trouble.WALL


@pytest.mark.parametrize(
    ("info", "videos"),
    [
        ({"stats": {"videoCount": 12}}, 12),
        ({"stats": {"videoCount": 0}}, 0),
        ({"statsV2": {"videoCount": "1284"}}, 1284),
        ({"stats": {"videoCount": 12}, "statsV2": {"videoCount": "13"}}, 12),
        ({"stats": {}}, None),
        ({"stats": {"videoCount": None}, "statsV2": {"videoCount": "1.2M"}}, None),
        ({}, None),
    ],
)
def test_no_count_is_unknown_and_zero_is_a_count(info: dict[str, Any], videos: int | None) -> None:
    state = {
        "__DEFAULT_SCOPE__": {"webapp.music-page": {"statusCode": 0, "musicInfo": {"music": MUSIC, **info}}}
    }
    page = f'<script id="{sound.STATE}" type="application/json">{json.dumps(state)}</script>'
    assert sound.from_page(page, MUSIC["id"], NOW).videos == videos
