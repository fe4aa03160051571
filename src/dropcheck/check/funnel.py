"""Where between the view and the stream are fans lost? Numbers beside published benchmarks: context, no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dropcheck.check.benchmarks import (
    ADD_TO_LISTEN,
    GUIDE,
    SOUND_PAGE_TO_ADD,
    VIEW_TO_SOUND_PAGE,
    VIEW_TO_STREAM,
    Benchmark,
    grade,
)
from dropcheck.check.funnel_numbers import NumbersError, by_week, read_csv, summed
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import FunnelNumbers, FunnelOptions
from dropcheck.check.release_clock import release_of
from dropcheck.check.rulebook import finding
from dropcheck.result import Basis, Finding, Severity, Verdict
from dropcheck.suite import Case

#: The steps: name in the results, the count behind it, what is usual from the step before.
STAGES: tuple[tuple[str, str, Benchmark | None], ...] = (
    ("views", "views", None),
    ("sound_page", "sound_page_visits", VIEW_TO_SOUND_PAGE),
    ("adds", "adds", SOUND_PAGE_TO_ADD),
    ("streams", "streams", ADD_TO_LISTEN),
)
_ADVICE = {
    "sound_page": "Videos whose sound is the point: the hook within the first seconds, and the sound's name on screen.",
    "adds": "Check the Sound Page: the delivered sound, the right cover, and Add to Music App leading to the song.",
    "streams": "Check where Add to Music App and the link lead: the right song, in the app, on every phone.",
}
#: Clicks must grow by this much more than streams before it is worth a word. Our choice.
_CLICKS_FASTER_BY = 0.25
#: A funnel at or below this share of views is broken, whatever its grade's limit (mission facts, A).
_BROKEN_AT = 0.001


async def funnel(case: Case, context: CheckContext) -> CheckResult:
    """Show the campaign's numbers beside the benchmarks; passes whatever they are."""
    options = case.options
    assert isinstance(options, FunnelOptions)
    periods, found = _periods(case, options)
    release = release_of(case, context.now)
    if not periods:
        reason = "There are no numbers yet: give numbers or csv."
        verdict = Verdict.WARN if found else Verdict.SKIPPED
        return CheckResult(verdict, found[0].title if found else reason, findings=found, release=release)
    shown = funnel_of(periods, options.per_stream)
    release.funnel.update(shown)
    found += _findings(shown, periods)
    warned = any(one.severity is Severity.WARNING for one in found)
    overall = shown["overall"]
    reason = "Numbers as context; they decide nothing."
    if overall is not None:
        reason = f"{overall['rate'] * 100:.2g} % of views became streams ({overall['grade']}). {reason}"
    return CheckResult(Verdict.WARN if warned else Verdict.PASS, reason, findings=found, release=release)


def funnel_of(periods: Sequence[FunnelNumbers], per_stream: float) -> dict[str, Any]:
    """Return the funnel as the report shows it: stages, weakest, overall, save rate, trend, expectation, notes.

    Rates are shares, 0 to 1; a rate whose counts nobody gave is None. `per_stream` is US dollars.
    """
    total = summed(periods)
    stages = _stages(total)
    overall = _share(total.streams, total.views)
    return {
        "stages": stages,
        "weakest": _weakest(stages),
        "explained_by": [],
        "overall": None if overall is None else {"rate": overall, "grade": grade(overall)},
        "save_rate": _share(total.saves, total.streams),
        "clicks_to_streams": _share(total.streams, total.link_clicks),
        "trend": [
            {"week": one.period or str(number), "rate": _share(one.streams, one.views)}
            for number, one in enumerate(periods, 1)
            if len(periods) > 1
        ],
        "expectation": _expectation(total.views, per_stream),
        "totals": total.model_dump(exclude={"period"}, exclude_none=True),
        "notes": _notes(stages, total, overall),
    }


def _periods(case: Case, options: FunnelOptions) -> tuple[list[FunnelNumbers], list[Finding]]:
    periods = list(options.numbers)
    found: list[Finding] = []
    for name in options.csv:
        try:
            if case.folder is None:
                raise NumbersError(f"{name}: a suite without a folder has no files", "give numbers instead")
            periods += read_csv((case.folder / name).read_bytes(), name)
        except OSError as error:
            seen = f"{name}: {error.strerror}."
            made = finding(
                "funnel/numbers-unreadable", seen, Basis.OBSERVED, value=seen, expected="Check the file."
            )
            found.append(made)
        except NumbersError as error:
            made = finding(
                "funnel/numbers-unreadable",
                f"{error}.",
                Basis.OBSERVED,
                value=str(error),
                expected=f"{error.hint}.",
            )
            found.append(made)
    return list(by_week(periods)), found


def _stages(total: FunnelNumbers) -> list[dict[str, Any]]:
    stages: list[dict[str, Any]] = []
    before: int | None = None
    for name, field, benchmark in STAGES:
        value: int | None = getattr(total, field)
        stage: dict[str, Any] = {"stage": name, "count": value}
        if benchmark is not None:
            stage |= {
                "rate": _share(value, before),
                "benchmark": list(benchmark.range),
                "source": benchmark.source,
            }
        stages.append(stage)
        before = value
    return stages


def _weakest(stages: Sequence[dict[str, Any]]) -> str | None:
    """The step furthest below the low end of its benchmark, None when none is below."""
    below = [
        (stage["rate"] / stage["benchmark"][0], str(stage["stage"]))
        for stage in stages
        if stage.get("rate") is not None and stage["rate"] < stage["benchmark"][0]
    ]
    return min(below)[1] if below else None


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else part / whole


def _expectation(views: int | None, per_stream: float) -> str:
    counted = views or 1_000_000
    streams = counted * 0.01
    return (
        f"{counted:,} views at 1 % are about {streams:,.0f} streams, about ${streams * per_stream:,.0f}"
        f" at ${per_stream:g} a stream. The worth is the audience, not that revenue."
    )


def _notes(stages: Sequence[dict[str, Any]], total: FunnelNumbers, overall: float | None) -> list[str]:
    notes = [f"Benchmarks: {GUIDE}; view to stream {VIEW_TO_STREAM.text} within 7 days. Context only."]
    if overall is not None and overall <= _BROKEN_AT:
        notes.append("0.1 % or less is what the guide calls a broken funnel.")
    if total.streams is not None and total.adds and total.streams > total.adds:
        notes.append("More streams than adds: streams also come from elsewhere, so that step says little.")
    if total.saves is not None:
        notes.append("Saves feed Release Radar and Discover Weekly: many saves beat many streams.")
    missing = [stage["stage"] for stage in stages if stage["count"] is None]
    if missing:
        notes.append(f"Nobody counted: {', '.join(name.replace('_', ' ') for name in missing)}.")
    return notes


def _findings(shown: dict[str, Any], periods: Sequence[FunnelNumbers]) -> list[Finding]:
    found = []
    stage = next((one for one in shown["stages"] if one["stage"] == shown["weakest"]), None)
    if stage is not None:
        low, high = stage["benchmark"]
        value = f"{str(stage['stage']).replace('_', ' ')}, {stage['rate'] * 100:.2g} % of the step before"
        seen = f"{low * 100:g} to {high * 100:g} % are usual ({stage['source']})."
        advice = _ADVICE[str(stage["stage"])]
        evidence = {"rate": stage["rate"], "benchmark": stage["benchmark"]}
        made = finding(
            "funnel/weakest-stage", seen, Basis.OBSERVED, evidence=evidence, value=value, expected=advice
        )
        found.append(made)
    if len(periods) > 1:
        clicks = _growth(periods[-2].link_clicks, periods[-1].link_clicks)
        streams = _growth(periods[-2].streams, periods[-1].streams)
        if clicks is not None and streams is not None and clicks > max(0.0, streams) + _CLICKS_FASTER_BY:
            seen = f"In the last period clicks changed by {clicks * 100:+.0f} %, streams by {streams * 100:+.0f} %."
            found.append(finding("funnel/clicks-without-streams", seen, Basis.OBSERVED))
    return found


def _growth(before: int | None, after: int | None) -> float | None:
    return None if not before or after is None else after / before - 1
