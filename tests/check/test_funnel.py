"""The `funnel` check: numbers beside benchmarks, context and never a verdict on a link."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dropcheck.check.funnel import funnel
from dropcheck.check.model import CheckContext
from dropcheck.result import Verdict
from dropcheck.suite import Case

CaseOf = Callable[..., Case]


Context = Callable[..., CheckContext]


WEEK = {"views": 1_000_000, "sound_page_visits": 82_000, "adds": 3_100, "streams": 1_450, "saves": 174}


async def test_the_weakest_step_is_the_one_furthest_below_its_benchmark(
    case_of: CaseOf, context: Context
) -> None:
    result = await funnel(case_of("funnel", {"numbers": [WEEK]}), context())
    assert result.release is not None
    shown = result.release.funnel
    assert (result.verdict, shown["weakest"]) == (Verdict.PASS, "adds")
    assert shown["overall"] == {"rate": 0.00145, "grade": "broken"}
    assert shown["save_rate"] == pytest.approx(0.12)
    assert "10,000 streams" in shown["expectation"]
    assert "$40" in shown["expectation"]
    assert [stage["stage"] for stage in shown["stages"]] == ["views", "sound_page", "adds", "streams"]
    assert {one.rule for one in result.findings} == {"funnel/weakest-stage"}


async def test_what_nobody_counted_stays_unknown(case_of: CaseOf, context: Context) -> None:
    result = await funnel(case_of("funnel", {"numbers": [{"views": 0, "streams": 5}]}), context())
    assert result.release is not None
    assert result.release.funnel["overall"] is None
    assert result.release.funnel["weakest"] is None
    assert (await funnel(case_of("funnel"), context())).verdict is Verdict.SKIPPED


async def test_clicks_that_climb_without_streams_are_a_sign(case_of: CaseOf, context: Context) -> None:
    weeks = [
        {"period": "2026-W46", "views": 1000, "link_clicks": 1000, "streams": 900},
        {"period": "2026-W47", "views": 1000, "link_clicks": 2400, "streams": 950},
    ]
    result = await funnel(case_of("funnel", {"numbers": weeks}), context())
    assert "funnel/clicks-without-streams" in {one.rule for one in result.findings}
    assert result.release is not None
    assert [one["week"] for one in result.release.funnel["trend"]] == ["2026-W46", "2026-W47"]


async def test_a_broken_export_is_a_finding_and_no_guess(
    case_of: CaseOf, context: Context, tmp_path: Path
) -> None:
    (tmp_path / "week.csv").write_text("views,streams\n1000,12,5\n", encoding="utf-8")
    (tmp_path / "odd.csv").write_text("views,streams\n1000,a few\n", encoding="utf-8")
    good = await funnel(case_of("funnel", {"csv": "week.csv"}, folder=tmp_path), context())
    assert good.verdict is Verdict.PASS
    odd = await funnel(case_of("funnel", {"csv": "odd.csv"}, folder=tmp_path), context())
    assert (odd.verdict, odd.findings[0].rule) == (Verdict.WARN, "funnel/numbers-unreadable")
    assert "odd.csv:2" in odd.findings[0].title
