"""Journeys as strips, and what is said of them in a few words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.report.example_results import case, finding, hop, outcome, results

from dropcheck.report.journeys import Journey, host_of, journey
from dropcheck.report.pictures import Pictures
from dropcheck.report.wording import wording
from dropcheck.run.confirmations import Confirmation


def told(verdict: str, **more: Any) -> Journey:
    made = results(cases=[case("bio", "tiktok-ios", "escape", verdict, **more)])
    return journey(made.cases[0], made.profiles, Pictures(None, None), wording(), folded=False)


def test_an_ending_that_sounds_like_success_says_what_is_wrong_with_it() -> None:
    wrong = finding(title="The link opens another track than the release")
    made = told("fail", outcome=outcome("app", "auto"), findings=[wrong])
    assert made.summary == "The link opens another track than the release"
    assert told("pass", outcome=outcome("app", "auto"), findings=[wrong]).summary == "Spotify opens by itself"


def test_a_contested_journey_names_both_endings() -> None:
    other = {"verdict": "pass", "outcome": outcome("app", "tap"), "hops": [], "findings": []}
    made = told("warn", outcome=outcome("webview"), otherwise=other)
    assert made.summary == "Either: Stuck inside the app. Or: Spotify opens after one tap."
    assert made.other is not None
    assert made.other.word == "works"


@pytest.mark.parametrize(
    ("confirmed", "says"),
    [
        ({"saw": "app", "by": "Jo"}, "Seen on a real phone by Jo, 21 November 2026: Spotify opens (46.4)"),
        ({"saw": "dead_end", "by": ""}, "phone, 21 November 2026: Ends on a page that doesn't work (46.4)"),
    ],
)
def test_what_a_person_saw_on_a_phone_stands_beside_the_prediction(
    confirmed: dict[str, str], says: str
) -> None:
    entry = Confirmation.model_validate(
        {
            "case": "neon-hours/bio/tiktok-ios/escape",
            "profile": "tiktok-ios",
            "predicted": "webview",
            "date": "2026-11-21",
            "app_version": "46.4",
            **confirmed,
        }
    )
    # As a run writes it into its results.
    data = {"confirmed": entry.model_dump(mode="json", exclude_none=True)}
    assert told("warn", outcome=outcome("webview", app="spotify"), data=data).seen.endswith(says)


def test_without_an_outcome_the_reason_is_told() -> None:
    assert told("blocked", reason="a captcha", outcome=outcome("unknown")).summary == "a captcha"
    assert told("error", reason="our network").summary == "our network"


def test_a_redirect_is_not_shown_as_a_page_and_a_hand_off_leaves(evidence: Path) -> None:
    hops = [hop(1, "app", "https://a.example/", status=302), hop(2, "tap", "spotify:track:1", "opens_app")]
    first, second = told("pass", hops=hops, outcome=outcome("app", "tap")).strip.frames
    assert first.sends_on
    assert not first.leaves
    assert second.leaves
    assert not second.stays


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://bio.example/mara?x=1", "bio.example"),
        ("spotify:track:1", "spotify:"),
        ("intent://open.spotify.com/#Intent;end", "intent:"),
        ("http://[bad", "http://[bad"),
        ("", ""),
    ],
)
def test_a_url_is_named_by_what_people_recognise(url: str, host: str) -> None:
    assert host_of(url) == host
