"""A page that must be live by now: what its buttons lead to, and what nobody can read."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.journey.page import control

from dropcheck import apps
from dropcheck.check.presave_live import live_findings
from dropcheck.check.presave_terms import PresaveTerms, verdict_of
from dropcheck.engine.base import Control
from dropcheck.journey.login_model import LoginVisit, PageSeen
from dropcheck.result import Verdict, Where

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
OTHER = "https://open.spotify.com/track/2vkLQJtftdhTwK6YzxuyS9"
CARRIED = "https://go.example/c?to=https%3A%2F%2Fopen.spotify.com%2Ftrack%2F11dFghVXANMlKmJXsNCbNl"
TERMS = PresaveTerms(
    "https://smart.example/neon",
    dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
    where="Instagram",
    technique="",
    mode="live",
    item=apps.parse(TRACK),
)


def told(*controls: Control) -> tuple[Verdict, list[str]]:
    visit = LoginVisit(Where.BROWSER)
    visit.page = PageSeen("https://smart.example/neon", 200, "Neon Hours", False, controls=controls)
    found = list(live_findings(visit, TERMS))
    return verdict_of(found), [one.rule.removeprefix("presave/") for one in found]


@pytest.mark.parametrize("address", [TRACK, f"{TRACK}?si=1", CARRIED, "spotify:track:11dFghVXANMlKmJXsNCbNl"])
def test_a_button_that_leads_to_the_release_passes(address: str) -> None:
    assert told(control("Play on Spotify", address)) == (Verdict.PASS, [])


@pytest.mark.parametrize(
    "button",
    [
        control("Play on Spotify"),
        control("Play on Spotify", "https://go.example/out/1"),
        control("Spotify", "https://spotify.link/abc"),
    ],
    ids=["no address", "a tracker", "a short link"],
)
def test_a_button_whose_target_nobody_can_read_decides_nothing(button: Control) -> None:
    assert told(button) == (Verdict.BLOCKED, ["live-target-unclear"])


def test_a_button_that_leads_elsewhere_fails_beside_one_that_can_not_be_read() -> None:
    page = (control("Play on Spotify", OTHER), control("Spotify", "https://spotify.link/abc"))
    assert told(*page) == (Verdict.FAIL, ["live-wrong-item"])


def test_a_page_without_the_service_fails() -> None:
    page = control("Play on Deezer", "https://www.deezer.com/track/3135556")
    assert told(page) == (Verdict.FAIL, ["live-wrong-item"])


def test_a_pre_save_button_and_nothing_to_listen_to_fails() -> None:
    assert told(control("Pre-save on Spotify")) == (Verdict.FAIL, ["still-presave"])
