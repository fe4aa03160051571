"""Stored journeys under other rules, without a browser."""

from __future__ import annotations

import pytest
from tests.run.runs import case_of, results_of
from tests.run.test_confirm import PAGE, hop

from dropcheck.device.load import load_profiles
from dropcheck.result import CaseResult, Ceiling, Escape, Outcome, OutcomeKind
from dropcheck.run.rejudge import rejudge


def stayed(ceiling: Ceiling, **data: str) -> CaseResult:
    """A page that stays inside Instagram on Android."""
    outcome = Outcome(kind=OutcomeKind.WEBVIEW, url=PAGE, taps=0, escape=Escape.NONE, ceiling=ceiling)
    landing = hop(1, PAGE, "app", "loads", "android/app-started-load", status=200, basis="observed")
    return case_of(profile="instagram-android", hops=[landing], outcome=outcome, data=data)


def test_an_outcome_is_measured_against_the_best_way_out_that_is_known_today() -> None:
    (rejudged,) = rejudge(results_of(stayed(Ceiling.REACHED, to="app")), load_profiles())
    assert not rejudged.rerun_needed
    assert rejudged.ceiling is Ceiling.BELOW
    assert rejudged.ceiling_moved
    assert rejudged.sentence == (
        "holds under today's rules, but a better way out is known today than on the day of the run"
    )


def test_a_best_that_did_not_change_is_not_spoken_of() -> None:
    (rejudged,) = rejudge(results_of(stayed(Ceiling.BELOW, to="app")), load_profiles())
    assert not rejudged.ceiling_moved
    assert rejudged.sentence == "holds under today's rules"


@pytest.mark.parametrize("data", [{}, {"to": "mars"}])
def test_results_that_do_not_say_what_was_asked_get_no_ceiling(data: dict[str, str]) -> None:
    (rejudged,) = rejudge(results_of(stayed(Ceiling.REACHED, **data)), load_profiles())
    assert rejudged.ceiling is None
    assert not rejudged.ceiling_moved
