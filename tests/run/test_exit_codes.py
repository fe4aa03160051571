"""Exit codes (design, section 5)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.run.runs import case_of, results_of

from dropcheck.run.exit_codes import ExitCode, FailOn, exit_code

KNOWN = {"reason": "r"}


def of(verdict: str, **more: Any) -> Any:
    number = len(str(more))
    return case_of(verdict=verdict, id=f"{verdict}{number}", link=more.pop("link", verdict), **more)


@pytest.mark.parametrize(
    ("cases", "status", "expected"),
    [
        ([], "finished", 5),
        ([of("pass")], "finished", 0),
        ([of("warn")], "finished", 0),
        ([of("fail")], "finished", 1),
        ([of("fail"), of("error")], "finished", 1),
        ([of("fail", known=KNOWN)], "finished", 0),
        ([of("fail", known={"reason": "r", "expired": True})], "finished", 1),
        ([of("pass", known={"reason": "r", "expired": True, "unexpected_pass": True})], "finished", 1),
        ([of("pass", known={"reason": "r", "unexpected_pass": True})], "finished", 0),
        ([of("error", link="pass"), of("pass")], "finished", 3),
        ([of("blocked")], "finished", 3),
        ([of("skipped")], "finished", 3),
        ([of("blocked", link="x"), of("pass", link="x")], "finished", 0),
        ([of("blocked", link="x"), of("pass", link="x", profile="instagram-ios")], "finished", 3),
        ([of("pending")], "finished", 0),
        ([of("skipped", link=None, profile=None), of("pass")], "finished", 0),
        ([of("fail")], "interrupted", 130),
        ([], "interrupted", 130),
    ],
)
def test_the_first_that_applies(cases: list[Any], status: str, expected: int) -> None:
    assert exit_code(results_of(*cases, status=status)) == expected


@pytest.mark.parametrize("word", ["warn", "blocked", "pending", "skipped"])
def test_fail_on_refuses_its_verdict_and_no_other(word: str) -> None:
    refused = [FailOn(word)]
    # A second check on the same link decides it, so that nothing else is wrong.
    assert exit_code(results_of(of(word, link="x"), of("pass", link="x")), refused) is ExitCode.FAILED
    assert exit_code(results_of(of("pass")), refused) is ExitCode.OK


def test_below_the_ceiling_can_be_refused() -> None:
    below = of("warn", outcome={"kind": "webview", "ceiling": "below"})
    reached = of("warn", outcome={"kind": "webview", "ceiling": "reached"})
    assert exit_code(results_of(below), [FailOn.BELOW_CEILING]) is ExitCode.FAILED
    assert exit_code(results_of(reached), [FailOn.BELOW_CEILING]) is ExitCode.OK


def test_what_is_known_is_not_refused() -> None:
    assert exit_code(results_of(of("warn", known=KNOWN)), [FailOn.WARN]) is ExitCode.OK


def test_with_a_baseline_only_what_became_worse_fails() -> None:
    failing = of("fail")
    assert exit_code(results_of(failing), worse=[]) is ExitCode.OK
    assert exit_code(results_of(failing), worse=[failing]) is ExitCode.FAILED
