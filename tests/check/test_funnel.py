"""The `funnel` check: numbers beside benchmarks, exports of other countries, and what a run adds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.check.benchmarks import grade
from dropcheck.check.funnel import funnel
from dropcheck.check.funnel_context import add_context
from dropcheck.check.funnel_numbers import NumbersError, count, read_csv
from dropcheck.check.model import CheckContext
from dropcheck.result import CaseResult, Results, RunInfo, RunStatus, Summary, Verdict
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


@pytest.mark.parametrize(
    ("rate", "name"),
    [(0.0, "broken"), (0.0049, "broken"), (0.005, "acceptable"), (0.0099, "acceptable"), (0.01, "strong"),
     (0.02, "strong"), (0.0201, "excellent")],
)  # fmt: skip
def test_rates_are_graded_as_published(rate: float, name: str) -> None:
    assert grade(rate) == name


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234567", 1_234_567), ("1,234,567", 1_234_567), ("1.234.567", 1_234_567), ("1 234 567", 1_234_567),
        ("1\u202f234\u00a0567", 1_234_567), ("1’234’567", 1_234_567), ("12,34,567", 1_234_567), ("1.234", 1234),
        ("1,234", 1234), ("1,234.00", 1234), ("1.2M", 1_200_000), ("1,2 Mio.", 1_200_000), ("12.5K", 12_500),
        ("12万", 120_000), ("٣٬٤٥٦", 3456), ("１２３", 123), ("", None), ("–", None), ("0", 0),
    ],
)  # fmt: skip
def test_counts_are_read_in_every_notation(text: str, value: int | None) -> None:
    assert count(text) == value


@pytest.mark.parametrize("text", ["12,5", "1.5", "-3", "twelve", "1,23,4", "1.234,5", "5 %", "1e6"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        count(text)


@given(st.integers(0, 10**12), st.sampled_from([",", ".", " ", "'", "\u202f", "\u00a0", "’"]))
def test_any_grouped_count_comes_back(value: int, mark: str) -> None:
    assert count(f"{value:,}".replace(",", mark)) == value


def test_exports_of_other_countries_are_read_and_days_summed_up() -> None:
    german = "\ufeffDatum;Aufrufe;Streams;Klicks\n2026-11-16;1.200.000;9.500;12\n2026-11-17;800.000;500;3\n"
    (week,) = read_csv(german.encode(), "export.csv")
    assert (week.period, week.views, week.streams, week.link_clicks) == ("2026-W47", 2_000_000, 10_000, 15)
    (sheet,) = read_csv("Video views\tSaves\n1,5 Mio.\t12\n".encode("utf-16"), "export.csv")
    assert (sheet.views, sheet.saves, sheet.streams) == (1_500_000, 12, None)


@pytest.mark.parametrize(
    ("days", "weeks"),
    [
        (("2026-11-24", "2026-11-16", "2026-11-17"), {"2026-W47": 2, "2026-W48": 1}),
        (("24.11.2026", "16.11.2026", "1.12.2026"), {"2026-W47": 1, "2026-W48": 1, "2026-W49": 1}),
        (("24/11/2026", "2/11/2026"), {"2026-W45": 1, "2026-W48": 1}),
        (("11/24/2026", "11/2/2026"), {"2026-W45": 1, "2026-W48": 1}),
        # Nobody can tell the day from the month here.
        (("2/11/2026", "3/11/2026"), {"2/11/2026": 1, "3/11/2026": 1}),
        (("31.02.2026", "week one"), {"31.02.2026": 1, "week one": 1}),
        (("2026-W48", "2026-W47"), {"2026-W47": 1, "2026-W48": 1}),
    ],
)
def test_days_are_summed_into_weeks_in_their_order(days: tuple[str, ...], weeks: dict[str, int]) -> None:
    export = "date,views\n" + "".join(f"{day},1\n" for day in days)
    assert {one.period: one.views for one in read_csv(export.encode(), "export.csv")} == weeks
    assert [one.period for one in read_csv(export.encode(), "export.csv")] == list(weeks)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "export.csv:1: the file is empty"),
        (b"PK\x03\x04\x00\x00", "not a text file"),
        (b"name,colour\nx,red\n", "none of its columns is known"),
        (b"views,streams\n10,3\n12;5,4\n", "export.csv:3: views"),
        (b"views,plays\n1,2\n", "two columns mean views"),
    ],
)
def test_a_broken_export_is_told_with_file_and_line(content: bytes, message: str) -> None:
    with pytest.raises(NumbersError, match=message.replace(".", r"\.")):
        read_csv(content, "export.csv")


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
