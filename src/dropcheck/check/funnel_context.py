"""What a finished run adds to the funnel: the failures that would explain its leak, and what they may cost.

Estimates come from published ranges, name their source and say "estimate"; without the campaign's own numbers
there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dropcheck.check.benchmarks import COUNTED_STREAMS_GAINED, PRESAVES_LOST, STREAMS_GAINED
from dropcheck.result import CaseResult, Release, Results, Verdict

#: Which checks can explain a leak at which step.
_EXPLAINS: Mapping[str, tuple[str, ...]] = {
    "sound_page": ("sound_page", "placement", "artwork"),
    "adds": ("sound_page", "metadata", "artwork"),
    "streams": ("sound_page", "escape", "presave", "smart_link", "placement", "metadata"),
}


def add_context(results: Results) -> Results:
    """Fill in each release's `explained_by` and the estimates of its cases, in place; return the same results."""
    for release in results.releases:
        cases = [case for case in results.cases if case.suite == release.suite]
        totals = release.funnel.get("totals")
        if not isinstance(totals, dict):
            continue
        release.funnel["explained_by"] = explained_by(release, cases)
        for case in cases:
            estimate = loss_estimate(case, totals)
            if estimate is not None:
                case.data["estimate"] = estimate
                release.funnel.setdefault("estimate", estimate)
    return results


def explained_by(release: Release, cases: Sequence[CaseResult]) -> list[str]:
    """Return the ids of the cases that would explain the funnel's weakest step: failures, else warnings."""
    checks = _EXPLAINS.get(str(release.funnel.get("weakest")), ())
    for verdict in (Verdict.FAIL, Verdict.WARN):
        if found := [case.id for case in cases if case.check in checks and case.verdict is verdict]:
            return found
    return []


def loss_estimate(case: CaseResult, totals: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a failed escape or pre-save may cost, from the campaign's own counts; None without them.

    `low` and `high` are shares; `fans` the counts they come to.
    """
    if case.verdict is not Verdict.FAIL:
        return None
    clicks, streams = totals.get("link_clicks"), totals.get("streams")
    if case.check == "presave" and isinstance(clicks, int) and clicks > 0:
        low, high = PRESAVES_LOST.range
        text = (
            f"Estimate: {low * clicks:,.0f} to {high * clicks:,.0f} of {clicks:,} attempts lost, if all clicks were"
            f" on phones: {PRESAVES_LOST.text} of mobile pre-saves are said to be lost in in-app browsers."
        )
        return _estimate(text, low, high, (low * clicks, high * clicks), PRESAVES_LOST.source)
    if case.check == "escape" and isinstance(streams, int) and streams > 0:
        low, high = STREAMS_GAINED.range
        counted = COUNTED_STREAMS_GAINED.low
        text = (
            f"Estimate: {low * streams:,.0f} to {high * streams:,.0f} app streams more than today's {streams:,} with"
            f" an escape (+{low * 100:.0f} to +{high * 100:.0f} %); of counted streams about +{counted * 100:.0f} %."
        )
        return _estimate(text, low, high, (low * streams, high * streams), STREAMS_GAINED.source)
    return None


def _estimate(text: str, low: float, high: float, fans: tuple[float, float], source: str) -> dict[str, Any]:
    return {"text": text, "low": low, "high": high, "fans": [round(one) for one in fans], "source": source}
