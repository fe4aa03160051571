"""What changed between two runs, and what a gate refuses."""

from __future__ import annotations

import pytest
from tests.report.example_results import case, results

from dropcheck.report import compare, comparison_text, worse_than
from dropcheck.report.comparison import Change
from dropcheck.result import Results

KNOWN = {"reason": "ticket"}


def run(verdict: str | None, **more: object) -> Results:
    return results(cases=[case("bio", "tiktok-ios", "escape", verdict, **more)] if verdict else [])


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("pass", "fail", Change.NEW),
        ("warn", "fail", Change.NEW),
        ("blocked", "fail", Change.NEW),
        (None, "fail", Change.NEW),
        ("fail", "fail", Change.STILL),
        ("fail", "pass", Change.FIXED),
        ("fail", "warn", Change.FIXED),
        ("warn", "pass", Change.FIXED),
        ("pass", "warn", Change.WORSE),
        ("pass", "error", Change.UNCHECKED),
        ("fail", "blocked", Change.UNCHECKED),
        (None, "pass", Change.ADDED),
        ("pass", None, Change.GONE),
    ],
)
def test_a_change_is_named(old: str | None, new: str | None, change: Change) -> None:
    assert [one.change for one in compare(run(old), run(new)).changes] == [change]


@pytest.mark.parametrize(
    ("old", "new"), [("pass", "pass"), ("error", "blocked"), ("warn", "warn"), ("blocked", "pass")]
)
def test_what_stayed_or_only_became_known_is_left_out(old: str, new: str) -> None:
    assert compare(run(old), run(new)).changes == ()
    assert compare(run(old), run(new)).sentence == "Nothing changed."


def test_the_gate_refuses_only_what_became_worse() -> None:
    assert [one.id for one in worse_than(run("pass"), run("fail"))] == ["neon-hours/bio/tiktok-ios/escape"]
    assert worse_than(run("pass"), run("warn"))
    assert not worse_than(run("fail"), run("fail"))
    assert not worse_than(run("pass"), run("error"))
    assert not worse_than(run("pass"), run("fail", known=KNOWN))
    assert worse_than(run("pass"), run("fail", known={**KNOWN, "expired": True}))


def test_a_case_that_needed_another_attempt_is_flaky_not_fixed() -> None:
    assert [one.change for one in compare(run("pass"), run("pass", attempts=2)).changes] == [Change.FLAKY]


def test_the_verdict_comes_first_in_the_text() -> None:
    text = comparison_text(compare(run("pass"), run("fail", reason="stuck\x1b[31m\nin TikTok")))
    assert text.splitlines() == [
        "Worse: 1 newly broken.",
        "",
        "Newly broken (1)",
        "  neon-hours/bio/tiktok-ios/escape  stuck in TikTok",
    ]
    assert comparison_text(compare(run("fail"), run("pass"))).startswith("Better: 1 fixed.")
