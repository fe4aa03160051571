"""The stand-ins of Apple's lookup and of Deezer's API answer as the reference says those do."""

from __future__ import annotations

from typing import Any

import pytest
from tests.localnet.conftest import FIXTURES
from tests.localnet.services.asking import ask, told

from dropcheck.localnet.services.other_stores import AppleLookup, DeezerCatalogue
from dropcheck.localnet.services.shelf import Shelf

LOOKUP, DEEZER = "https://itunes.apple.com/lookup", "https://api.deezer.com"


@pytest.fixture
def apple() -> AppleLookup:
    return AppleLookup(Shelf(FIXTURES))


@pytest.fixture
def deezer() -> DeezerCatalogue:
    return DeezerCatalogue(Shelf(FIXTURES))


def rows(apple: AppleLookup, query: str) -> list[dict[str, Any]]:
    answer = told(ask(apple.lookup, f"{LOOKUP}?{query}"))
    assert answer["resultCount"] == len(answer["results"])
    found: list[dict[str, Any]] = answer["results"]
    return found


def test_apple_lists_an_album_and_its_songs_in_order(apple: AppleLookup) -> None:
    album, *songs = rows(apple, "id=1440841059&entity=song&country=US")
    assert (album["collectionName"], album["trackCount"]) == ("Night Lines - Single", 2)
    assert [song["trackNumber"] for song in songs] == [1, 2]
    assert songs[1]["artistName"] == "Mara Vale & Kai, The Tide"
    assert [one["wrapperType"] for one in rows(apple, "id=1440841059&country=US")] == ["collection"]


def test_apple_gives_no_codes_but_in_the_pictures_address(apple: AppleLookup) -> None:
    (song,) = rows(apple, "id=1440833060&entity=song")
    assert not {"isrc", "upc"} & set(song)
    assert "/859712345677.jpg/" in song["artworkUrl100"]
    picture = ask(apple.pictures, song["artworkUrl100"].replace("100x100bb", "1000x1000bb"))
    assert picture is not None
    assert picture.body[:2] == b"\xff\xd8"


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("id=1440833060&country=JP", []),
        ("id=1440833060&country=no", [1440833060]),
        ("id=999", []),
        ("upc=0859712345684&entity=song", [1440841059, 1440841061, 1440841062]),
    ],
)
def test_apple_knows_storefronts_and_padded_codes(apple: AppleLookup, query: str, ids: list[int]) -> None:
    assert [one.get("trackId") or one["collectionId"] for one in rows(apple, query)] == ids


def test_other_addresses_are_passed_on(apple: AppleLookup, deezer: DeezerCatalogue) -> None:
    assert ask(apple.lookup, "https://itunes.apple.com/search?term=x") is None
    assert ask(apple.pictures, "https://is1-ssl.mzstatic.com/image/thumb/none.jpg") is None
    assert ask(deezer.api, f"{DEEZER}/playlist/1") is None
    assert ask(deezer.pictures, "https://cdn-images.dzcdn.net/images/cover/none/1000x1000.jpg") is None


def test_deezer_tells_codes_and_whole_seconds(deezer: DeezerCatalogue) -> None:
    track = told(ask(deezer.api, f"{DEEZER}/track/isrc:QZABC2600001"))
    assert (track["id"], track["duration"], track["explicit_content_lyrics"]) == (880001, 178, 0)
    album = told(ask(deezer.api, f"{DEEZER}/album/upc:859712345677"))
    assert (album["upc"], album["label"], album["nb_tracks"]) == ("859712345677", "Night Bus Records", 1)
    listing = told(ask(deezer.api, f"{DEEZER}/album/770011/tracks"))
    assert [one["title"] for one in listing["data"]] == ["Night Lines", "Slow Tide"]


def test_a_version_stands_beside_deezers_title(deezer: DeezerCatalogue) -> None:
    track = told(ask(deezer.api, f"{DEEZER}/track/880005"))
    assert (track["title"], track["title_short"], track["title_version"]) == (
        "Neon Hours (Sped Up)",
        "Neon Hours",
        "(Sped Up)",
    )


@pytest.mark.parametrize(
    "path", ["track/1", "track/isrc:QZXXX0000000", "album/upc:000000000000", "album/1/tracks"]
)
def test_deezers_errors_come_inside_a_200(deezer: DeezerCatalogue, path: str) -> None:
    answer = ask(deezer.api, f"{DEEZER}/{path}")
    assert answer is not None
    assert (answer.status, told(answer)["error"]["code"]) == (200, 800)
