"""The stand-in of Spotify's catalogue answers as the reference says Spotify does, faults included."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from tests.localnet.conftest import FIXTURES
from tests.localnet.services.asking import ask, told

from dropcheck.localnet.services.shelf import Shelf
from dropcheck.localnet.services.spotify_catalogue import TOKEN, SpotifyCatalogue

API, OPEN = "https://api.spotify.com/v1", "https://open.spotify.com"
TRACK, ALBUM = "11dFghVXANMlKmJXsNCbNl", "CLHysUnTiAg79Bi3itn5Dx"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def spotify() -> SpotifyCatalogue:
    return SpotifyCatalogue(Shelf(FIXTURES))


def basic(client: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{client}:secret".encode()).decode()}


def test_a_token_is_for_known_clients(spotify: SpotifyCatalogue) -> None:
    url, form = "https://accounts.spotify.com/api/token", b"grant_type=client_credentials"
    assert told(ask(spotify.accounts, url, basic("someone"), form))["expires_in"] == 3600
    refused = ask(spotify.accounts, url, basic("nobody"), form)
    assert refused is not None
    assert (refused.status, told(refused)["error"]) == (400, "invalid_client")
    assert ask(spotify.accounts, url, basic("someone"), b"grant_type=authorization_code") is None


def test_nothing_is_told_without_the_token(spotify: SpotifyCatalogue) -> None:
    answer = ask(spotify.api, f"{API}/tracks/{TRACK}")
    assert answer is not None
    assert answer.status == 401


def test_a_track_has_an_isrc_and_the_tracks_of_an_album_have_none(spotify: SpotifyCatalogue) -> None:
    track = told(ask(spotify.api, f"{API}/tracks/{TRACK}", BEARER))
    assert track["external_ids"] == {"isrc": "QZABC2600001"}
    # What Development Mode no longer gives (services.md 1.2).
    assert not {"available_markets", "popularity", "linked_from"} & set(track)
    album = told(ask(spotify.api, f"{API}/albums/{ALBUM}", BEARER))
    assert album["external_ids"] == {"upc": "00859712345677"}
    assert "label" not in album
    assert all("external_ids" not in one for one in album["tracks"]["items"])


@pytest.mark.parametrize(
    ("item", "status", "part"),
    [
        ("5BogusTrackIdxxxxxx001", 404, "not found"),
        ("5BusyTrackIdxxxxxxx001", 429, "rate limit"),
        ("5QuotaTrackIdxxxxxx001", 429, "QUOTA_EXCEEDED"),
        ("5PremiumTrackIdxxxx001", 403, "premium subscription required for the owner"),
        ("0000000000000000000000", 404, "not found"),
    ],
)
def test_each_fault_is_answered_as_spotify_does(
    spotify: SpotifyCatalogue, item: str, status: int, part: str
) -> None:
    answer = ask(spotify.api, f"{API}/tracks/{item}", BEARER)
    assert answer is not None
    assert answer.status == status
    assert part in answer.body.decode()


def test_who_is_busy_once_is_free_at_the_second_visit(spotify: SpotifyCatalogue) -> None:
    url = f"{API}/tracks/5BusyOnceTrackIdxxx001"
    first, second = ask(spotify.api, url, BEARER), ask(spotify.api, url, BEARER)
    assert first is not None
    assert second is not None
    assert (first.status, dict(first.headers)["Retry-After"], second.status) == (429, "0", 200)


def test_a_country_without_a_licence_is_a_404_and_a_twin_has_another_id(spotify: SpotifyCatalogue) -> None:
    there = told(ask(spotify.api, f"{API}/tracks/{TRACK}?market=NO", BEARER))
    gone = ask(spotify.api, f"{API}/tracks/{TRACK}?market=JP", BEARER)
    assert gone is not None
    assert (there["is_playable"], gone.status) == (True, 404)
    assert told(ask(spotify.api, f"{API}/tracks/5RelinkedTrackIdxxx001", BEARER))["id"] == TRACK


@pytest.mark.parametrize(
    ("query", "kind", "ids"),
    [
        ("type=track&q=isrc:QZABC2600001", "tracks", [TRACK, "3CopyOnAlbumTrackId001"]),
        ("type=track&q=isrc:QZXXX0000000", "tracks", []),
        ("type=album&q=upc:00859712345677", "albums", [ALBUM, "3CopyOnAlbumAlbumId001"]),
        # Spotify's search is picky about padding (services.md 1.1).
        ("type=album&q=upc:859712345677", "albums", []),
    ],
)
def test_the_search_finds_by_code(spotify: SpotifyCatalogue, query: str, kind: str, ids: list[str]) -> None:
    found: list[dict[str, Any]] = told(ask(spotify.api, f"{API}/search?{query}", BEARER))[kind]["items"]
    assert [one["id"] for one in found] == ids


def test_the_embed_answers_200_for_an_id_nobody_has(spotify: SpotifyCatalogue) -> None:
    healthy = told(ask(spotify.pages, f"{OPEN}/embed/track/{TRACK}"))["props"]["pageProps"]
    assert healthy["state"]["data"]["entity"]["duration"] == 178000
    bogus = ask(spotify.pages, f"{OPEN}/embed/track/0000000000000000000000")
    assert bogus is not None
    assert (bogus.status, told(bogus)["props"]["pageProps"]) == (200, {"status": 404})


def test_oembed_names_no_artist(spotify: SpotifyCatalogue) -> None:
    answer = told(ask(spotify.pages, f"{OPEN}/oembed?url={OPEN}/track/{TRACK}"))
    assert answer["title"] == "Neon Hours"
    assert "Mara" not in str(answer)


def test_pages_of_the_journeys_are_passed_on(spotify: SpotifyCatalogue) -> None:
    assert ask(spotify.pages, f"{OPEN}/track/{TRACK}") is None
    tags = ask(spotify.pages, f"{OPEN}/track/3WrongArtistTrackId001")
    assert tags is not None
    assert b"music:musician" in tags.body


def test_one_picture_has_one_tail_in_every_size(spotify: SpotifyCatalogue) -> None:
    tail = "0e0f10ad11ce5a0b00000001"
    sizes = [ask(spotify.pictures, f"https://i.scdn.co/image/{kind}{tail}") for kind in
             ("ab67616d0000b273", "ab67616d00004851")]  # fmt: skip
    assert len({one.body for one in sizes if one is not None}) == 1
    assert ask(spotify.pictures, "https://i.scdn.co/image/ab67616d0000b273ffffffffffffffffffffffff") is None
