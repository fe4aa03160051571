"""The stand-in of TikTok's Sound Pages: the rows of the decision table, and the ways of telling nothing."""

from __future__ import annotations

from typing import Any

import pytest
from tests.localnet.conftest import FIXTURES
from tests.localnet.services.asking import ask, told

from dropcheck.localnet.services.shelf import Shelf
from dropcheck.localnet.services.tiktok_sounds import APPLE_TOKEN, COVER_HOST, TikTokSounds

TIKTOK = "https://www.tiktok.com"


@pytest.fixture
def tiktok() -> TikTokSounds:
    return TikTokSounds(Shelf(FIXTURES))


def detail(tiktok: TikTokSounds, last: int, slug: str = "neon-hours") -> dict[str, Any]:
    page = told(ask(tiktok.pages, f"{TIKTOK}/music/{slug}-73000000000000000{last:02}"))
    found: dict[str, Any] = page["__DEFAULT_SCOPE__"]["webapp.music-detail"]
    return found


def test_the_slug_is_ignored(tiktok: TikTokSounds) -> None:
    for slug in ("", "x", "original-sound", "%D0%BE%D1%80%D0%B8"):
        assert detail(tiktok, 1, slug)["musicInfo"]["music"]["title"] == "Neon Hours"


def test_a_delivered_sound_has_its_stores_and_apples_token(tiktok: TikTokSounds) -> None:
    music = detail(tiktok, 1)["musicInfo"]["music"]
    rows = music["tt2dsp"]["tt_to_dsp_song_infos"]
    assert (music["original"], music["album"], music["duration"]) == (False, "Neon Hours", 60)
    assert [row["platform"] for row in rows] == [3, 1, 8]
    assert len({row["meta_song_id"] for row in rows}) == 1
    assert rows[1]["token"]["apple_music_token"]["developer_token"] == APPLE_TOKEN


@pytest.mark.parametrize(
    ("last", "original", "avatar", "stores"),
    [
        (2, True, True, None),
        (3, True, True, 2),
        (4, False, False, 0),
        (18, False, False, None),
        (5, False, False, 3),
    ],
)
def test_each_row_of_the_decision_table_is_there(
    tiktok: TikTokSounds, last: int, original: bool, avatar: bool, stores: int | None
) -> None:
    music = detail(tiktok, last)["musicInfo"]["music"]
    listed = music["tt2dsp"]["tt_to_dsp_song_infos"] if "tt2dsp" in music else None
    assert music["original"] is original
    assert ("-avt-" in music["coverLarge"]) is avatar
    assert (None if listed is None else len(listed)) == stores
    assert music["isCopyrighted"] is True  # proves nothing, and is true for all


def test_a_sound_that_is_gone_says_so_inside_a_200(tiktok: TikTokSounds) -> None:
    assert detail(tiktok, 9)["statusCode"] == 10218
    assert detail(tiktok, 99)["statusCode"] == 10218


@pytest.mark.parametrize(
    ("last", "headers", "part"),
    [
        (7, {}, b"captcha"),
        (8, {}, b""),
        (10, {}, b""),
        (10, {"sec-fetch-mode": "navigate"}, b"webapp.music-detail"),
    ],
)
def test_ways_of_telling_nothing(
    tiktok: TikTokSounds, last: int, headers: dict[str, str], part: bytes
) -> None:
    answer = ask(tiktok.pages, f"{TIKTOK}/music/x-73000000000000000{last:02}", headers)
    assert answer is not None
    assert answer.status == 200
    assert part in answer.body
    assert part or not answer.body


def test_a_posts_embed_names_its_sound(tiktok: TikTokSounds) -> None:
    state = str(told(ask(tiktok.pages, f"{TIKTOK}/embed/v2/7310000000000000001")))
    assert "'musicId': '7300000000000000001'" in state
    assert ask(tiktok.pages, f"{TIKTOK}/embed/v2/7310000000000000099") is None
    assert ask(tiktok.pages, f"{TIKTOK}/@mara/video/7310000000000000001") is None


def test_covers_are_served_from_their_signed_addresses(tiktok: TikTokSounds) -> None:
    cover = detail(tiktok, 1)["musicInfo"]["music"]["coverLarge"]
    assert cover.startswith(f"https://{COVER_HOST}/")
    picture = ask(tiktok.pictures, cover)
    assert picture is not None
    assert picture.body[:2] == b"\xff\xd8"
    assert ask(tiktok.pictures, f"https://{COVER_HOST}/nothing") is None
