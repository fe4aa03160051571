"""Join the results of shards, or of repeated runs, into one document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from dropcheck.report.errors import ReportError
from dropcheck.report.reading import notices, with_notices
from dropcheck.result import (
    CaseResult,
    ProfileUsed,
    Release,
    Results,
    RunInfo,
    RunStatus,
    Summary,
    Verdict,
    worse,
)

_UNDECIDED = frozenset({Verdict.ERROR, Verdict.BLOCKED, Verdict.PENDING, Verdict.SKIPPED})
_MISSING = "in none of the joined results; is a shard missing?"
_Item = TypeVar("_Item")


def merge(parts: Sequence[Results]) -> Results:
    """Return one document of all `parts`; raises `ReportError` without any.

    A case that is in several parts is kept once: a decided one before one that could not be checked, else the
    worse; one that was decided in two ways is marked ``data.flaky``. Cases stand as in the plan, whichever shard
    comes first; those of parts that don't say their place in one stand part by part.
    """
    if not parts:
        raise ReportError("there is nothing to merge: name at least one results file.")
    cases: dict[str, CaseResult] = {}
    for case in (case for part in parts for case in part.cases):
        cases[case.id] = _one(cases[case.id], case) if case.id in cases else case
    merged = _in_order(list(cases.values()), parts)
    run = _run([part.run for part in parts])
    joined = Results(
        run=run,
        summary=Summary.of(merged),
        releases=_releases(parts),
        profiles=_profiles(parts),
        cases=merged,
    )
    said = [one for part in parts for one in notices(part) if not one.endswith(_MISSING)]
    missing = (run.selected or 0) - len(merged)
    if missing > 0:
        said.append(f"`cases`: {missing} of {run.selected} are {_MISSING}")
    return with_notices(joined, _unique(said))


def _selected(runs: Sequence[RunInfo]) -> int | None:
    """What all parts were asked for where they are shards of one plan; runs of several plans are no whole."""
    asked = {(run.selected, tuple(run.suites)) for run in runs}
    return asked.pop()[0] if len(asked) == 1 else None


def _in_order(cases: Sequence[CaseResult], parts: Sequence[Results]) -> list[CaseResult]:
    if any(case.number is None for case in cases):
        return list(cases)
    named = (name for part in parts for name in (*part.run.suites, *(case.suite for case in part.cases)))
    suites = {name: place for place, name in enumerate(_unique(named))}
    return sorted(cases, key=lambda case: (suites[case.suite], case.number))


def _one(first: CaseResult, second: CaseResult) -> CaseResult:
    first_open, second_open = first.verdict in _UNDECIDED, second.verdict in _UNDECIDED
    if first_open != second_open:
        kept = second if first_open else first
    else:
        kept = first if worse(first.verdict, second.verdict) is first.verdict else second
    flaky = not first_open and not second_open and first.verdict is not second.verdict
    flaky = flaky or bool(first.data.get("flaky")) or bool(second.data.get("flaky"))
    return kept.model_copy(update={"data": {**kept.data, "flaky": True}}) if flaky else kept


def _run(runs: Sequence[RunInfo]) -> RunInfo:
    ends = [run.finished for run in runs if run.finished]
    interrupted = any(run.status is RunStatus.INTERRUPTED for run in runs)
    return RunInfo(
        id="+".join(_unique(run.id for run in runs)),
        status=RunStatus.INTERRUPTED if interrupted else RunStatus.FINISHED,
        started=min(run.started for run in runs),
        finished=max(ends) if ends else None,
        version=", ".join(_unique(run.version for run in runs)),
        selected=_selected(runs),
        suites=_unique(suite for run in runs for suite in run.suites),
        engines={name: version for run in runs for name, version in run.engines.items()},
        not_checked=_unique(what for run in runs for what in run.not_checked),
    )


def _releases(parts: Sequence[Results]) -> list[Release]:
    merged: dict[str, Release] = {}
    for release in (release for part in parts for release in part.releases):
        known = merged.get(release.suite)
        if known is None:
            merged[release.suite] = release
            continue
        hours = (known.hours_since_release, release.hours_since_release)
        merged[release.suite] = known.model_copy(
            update={
                "sheet": {**release.sheet, **known.sheet},
                "hours_since_release": max((hour for hour in hours if hour is not None), default=None),
                "fields": [*known.fields, *(one for one in release.fields if one not in known.fields)],
                "artwork": [*known.artwork, *(one for one in release.artwork if one not in known.artwork)],
                "sound": known.sound or release.sound,
                "funnel": known.funnel or release.funnel,
            }
        )
    return list(merged.values())


def _profiles(parts: Sequence[Results]) -> list[ProfileUsed]:
    merged: dict[str, ProfileUsed] = {}
    for profile in (profile for part in parts for profile in part.profiles):
        known = merged.setdefault(profile.name, profile)
        have = {rule.id for rule in known.rules}
        rules = [*known.rules, *(rule for rule in profile.rules if rule.id not in have)]
        merged[profile.name] = known.model_copy(update={"rules": rules})
    return list(merged.values())


def _unique(items: Iterable[_Item]) -> list[_Item]:
    return list(dict.fromkeys(items))
