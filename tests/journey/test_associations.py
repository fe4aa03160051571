"""Association files: asked of the origin, once per host and run, and never doubted without an answer."""

from __future__ import annotations

import asyncio

import pytest

from dropcheck.device.model import Os
from dropcheck.journey.associations import AASA_PATH, ASSETLINKS_PATH, Associations, WellKnown
from dropcheck.result import Basis

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
AASA = (
    b'{"applinks": {"details": [{"appIDs": ["2FNC3A47ZF.com.spotify.client"], "components": [{"/": "/*"}]}]}}'
)


class Origin:
    """An origin that counts what it is asked."""

    def __init__(self, answer: WellKnown) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def fetch(self, url: str) -> WellKnown:
        self.asked.append(url)
        await asyncio.sleep(0)
        return self.answer


async def test_a_file_is_fetched_once_however_many_ask_at_once():
    origin = Origin(WellKnown(200, AASA, "application/json"))
    associations = Associations(origin.fetch)
    found = await asyncio.gather(*(associations.for_url(TRACK, Os.IOS) for _ in range(20)))
    assert origin.asked == [f"https://open.spotify.com{AASA_PATH}"]
    assert all(answer["open.spotify.com"].aasa == AASA for answer in found)


async def test_each_system_asks_for_its_own_file():
    origin = Origin(WellKnown(200, b"[]", "application/json"))
    associations = Associations(origin.fetch)
    await associations.for_url(TRACK, Os.IOS)
    await associations.for_url(TRACK, Os.ANDROID)
    assert [url.removeprefix("https://open.spotify.com") for url in origin.asked] == [
        AASA_PATH,
        ASSETLINKS_PATH,
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://bio.example/mara",
        "https://apps.apple.com/app/id1",
        "spotify:track:x",
        "about:blank",
        "",
        "intent:nonsense",
        "https://[broken/",
    ],
)
async def test_only_hosts_where_an_app_lives_are_asked(url):
    origin = Origin(WellKnown(200, AASA))
    assert await Associations(origin.fetch).for_url(url, Os.IOS) == {}
    assert origin.asked == []


@pytest.mark.parametrize(
    "intent",
    [
        "intent://open.spotify.com/track/x#Intent;scheme=https;end",
        "android-app://com.spotify.music/https/open.spotify.com/track/x",
    ],
)
async def test_the_address_inside_an_intent_is_asked(intent):
    origin = Origin(WellKnown(200, b"[]", "application/json"))
    assert "open.spotify.com" in await Associations(origin.fetch).for_url(intent, Os.ANDROID)


@pytest.mark.parametrize(
    ("status", "faults"), [(404, ("it answered 404",)), (500, ("it answered 500",)), (0, ())]
)
async def test_a_file_that_is_not_there_today_proves_nothing(status, faults):
    found = await Associations(Origin(WellKnown(status)).fetch).for_url(TRACK, Os.IOS)
    association = found["open.spotify.com"]
    assert (association.aasa, association.basis, association.faults) == (None, Basis.MODELLED, faults)


async def test_a_file_that_apple_would_refuse_says_why():
    origin = Origin(WellKnown(200, b'{"applinks": []}', "application/json"))
    association = (await Associations(origin.fetch).for_url(TRACK, Os.IOS))["open.spotify.com"]
    assert association.basis is Basis.OBSERVED
    assert association.faults


@pytest.mark.parametrize("os", Os)
async def test_a_page_in_the_place_of_the_file_proves_nothing_and_says_so(os):
    origin = Origin(WellKnown(200, b"<html>Not here</html>", "text/html"))
    association = (await Associations(origin.fetch).for_url(TRACK, os))["open.spotify.com"]
    assert (association.aasa, association.assetlinks, association.basis) == (None, None, Basis.MODELLED)
    assert association.faults
