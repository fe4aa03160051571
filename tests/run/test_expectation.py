"""What a suite declares against what came out."""

from __future__ import annotations

from tests.run.runs import case_of

from dropcheck.run.expectation import differences
from dropcheck.suite import Expectation

OUTCOME = {"kind": "app", "escape": "tap", "ceiling": "reached"}


def test_nothing_differs_where_it_came_out_as_declared() -> None:
    expected = Expectation.model_validate({"verdict": "pass", "outcome": "app", "escape": "tap"})
    assert differences(expected, case_of(outcome=OUTCOME)) == []


def test_every_difference_is_told() -> None:
    expected = Expectation.model_validate(
        {
            "verdict": "fail",
            "outcome": "webview",
            "escape": "none",
            "ceiling": "below",
            "rules": ["escape/trapped"],
        }
    )
    assert differences(expected, case_of(outcome=OUTCOME)) == [
        "verdict pass, not fail",
        "outcome app, not webview",
        "escape tap, not none",
        "ceiling reached, not below",
        "no finding escape/trapped",
    ]


def test_a_case_without_an_outcome_differs_from_a_declared_one() -> None:
    expected = Expectation.model_validate({"verdict": "pass", "outcome": "app"})
    assert differences(expected, case_of()) == ["outcome nothing, not app"]
