"""Known failures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.run.runs import case_of

from dropcheck.result import Verdict
from dropcheck.run.known import apply_known
from dropcheck.suite import Known

TODAY = dt.date(2026, 11, 22)


def entry(**more: Any) -> Known:
    return Known.model_validate({"rules": ["escape/trapped"], "reason": "ticket 7", **more})


def failing(*rules: str, verdict: str = "fail", severity: str = "error", profile: str = "tiktok-ios") -> Any:
    findings = [
        {
            "rule": rule,
            "severity": severity,
            "owner": "artist",
            "title": "t",
            "detail": "d",
            "fix": "f",
            "basis": "observed",
        }
        for rule in rules
    ]
    return case_of(verdict=verdict, findings=findings, profile=profile)


def test_a_failure_that_is_named_becomes_known_and_keeps_its_verdict() -> None:
    result = apply_known(failing("escape/trapped"), [entry(owner="dev", until="2026-12-01")], TODAY)
    assert result.verdict is Verdict.FAIL
    assert result.known is not None
    assert (result.known.reason, result.known.owner, result.known.until) == ("ticket 7", "dev", "2026-12-01")
    assert not result.known.expired


def test_another_failure_beside_it_stays_a_failure() -> None:
    assert apply_known(failing("escape/trapped", "escape/lost-parameters"), [entry()], TODAY).known is None


def test_two_entries_together_name_both() -> None:
    both = [entry(), entry(rules=["escape/lost-*"])]
    assert apply_known(failing("escape/trapped", "escape/lost-parameters"), both, TODAY).known is not None


def test_an_entry_of_another_phone_says_nothing() -> None:
    assert apply_known(failing("escape/trapped"), [entry(profiles=["instagram-*"])], TODAY).known is None


def test_an_expired_entry_is_told_and_covers_nothing() -> None:
    result = apply_known(failing("escape/trapped"), [entry(until="2026-11-21")], TODAY)
    assert result.known is not None
    assert result.known.expired


def test_the_last_day_still_counts() -> None:
    result = apply_known(failing("escape/trapped"), [entry(until="2026-11-22")], TODAY)
    assert result.known is not None
    assert not result.known.expired


def test_an_unexpected_pass_is_told() -> None:
    result = apply_known(case_of(), [entry()], TODAY)
    assert result.known is not None
    assert result.known.unexpected_pass


def test_a_warning_can_be_known_too() -> None:
    result = apply_known(failing("escape/trapped", verdict="warn", severity="warning"), [entry()], TODAY)
    assert result.known is not None


@pytest.mark.parametrize("verdict", ["blocked", "error", "skipped", "pending"])
def test_what_was_not_decided_is_never_known(verdict: str) -> None:
    assert apply_known(failing("escape/trapped", verdict=verdict), [entry()], TODAY).known is None
