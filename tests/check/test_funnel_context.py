"""What a finished run adds to the funnel: what explains its leak, and what a failure may cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from dropcheck.check.funnel import funnel
from dropcheck.check.funnel_context import add_context
from dropcheck.check.model import CheckContext
from dropcheck.result import CaseResult, Results, RunInfo, RunStatus, Summary, Verdict
from dropcheck.suite import Case

CaseOf = Callable[..., Case]


Context = Callable[..., CheckContext]


WEEK = {"views": 1_000_000, "sound_page_visits": 82_000, "adds": 3_100, "streams": 1_450, "saves": 174}


def results_with(funnel_entry: dict[str, Any], *cases: CaseResult) -> Results:
    run = RunInfo(id="x", status=RunStatus.FINISHED, started=dt.datetime.now(dt.UTC), version="0")
    return Results.model_validate(
        {
            "run": run,
            "summary": Summary(),
            "cases": cases,
            "releases": [{"suite": "s", "funnel": funnel_entry}],
        }
    )


def failed(check: str) -> CaseResult:
    return CaseResult(id=f"s/bio/{check}", suite="s", check=check, verdict=Verdict.FAIL)


async def test_failures_explain_the_leak_and_are_given_their_price(case_of: CaseOf, context: Context) -> None:
    numbers = {**WEEK, "adds": 30_000, "link_clicks": 1000}
    checked = await funnel(case_of("funnel", {"numbers": [numbers]}), context())
    assert checked.release is not None
    assert checked.release.funnel["weakest"] == "streams"
    results = add_context(results_with(checked.release.funnel, failed("escape"), failed("presave")))
    assert results.releases[0].funnel["explained_by"] == ["s/bio/escape", "s/bio/presave"]
    escape, presave = (case.data["estimate"] for case in results.cases)
    assert (escape["low"], escape["high"], escape["fans"]) == (0.8, 1.8, [1160, 2610])
    assert (presave["low"], presave["high"], presave["fans"]) == (0.3, 0.5, [300, 500])
    assert all("Estimate" in one["text"] and one["source"] for one in (escape, presave))


async def test_without_a_failure_a_warning_explains_the_leak(case_of: CaseOf, context: Context) -> None:
    checked = await funnel(case_of("funnel", {"numbers": [{**WEEK, "adds": 30_000}]}), context())
    assert checked.release is not None
    warned = failed("escape").model_copy(update={"verdict": Verdict.WARN})
    results = add_context(results_with(checked.release.funnel, warned, failed("artwork")))
    assert results.releases[0].funnel["explained_by"] == ["s/bio/escape"]
    assert "estimate" not in results.cases[0].data


def test_without_numbers_there_is_no_estimate() -> None:
    results = add_context(results_with({}, failed("escape")))
    assert results.cases[0].data == {}
