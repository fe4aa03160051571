"""Which exit code a run has: the first that applies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum, StrEnum

from dropcheck.result import CaseResult, Ceiling, Results, RunStatus, Verdict


class ExitCode(IntEnum):
    """What the shell is told."""

    OK = 0
    FAILED = 1
    USAGE = 2
    ENVIRONMENT = 3
    INTERNAL = 4
    NOTHING_SELECTED = 5
    INTERRUPTED = 130


#: The first that applies wins (design, section 5).
_ORDER = (
    ExitCode.INTERRUPTED,
    ExitCode.INTERNAL,
    ExitCode.USAGE,
    ExitCode.NOTHING_SELECTED,
    ExitCode.FAILED,
    ExitCode.ENVIRONMENT,
    ExitCode.OK,
)


def first_of(codes: Iterable[ExitCode]) -> ExitCode:
    """Return which of several exit codes a shell is told; of none at all, that all is well."""
    return min(codes, key=_ORDER.index, default=ExitCode.OK)


class FailOn(StrEnum):
    """What else than a failure makes a run fail (``--fail-on``)."""

    WARN = "warn"
    BELOW_CEILING = "below-ceiling"
    BLOCKED = "blocked"
    PENDING = "pending"
    SKIPPED = "skipped"


_UNDECIDED = frozenset({Verdict.BLOCKED, Verdict.SKIPPED, Verdict.ERROR})
_VERDICT_OF = {
    FailOn.WARN: Verdict.WARN,
    FailOn.BLOCKED: Verdict.BLOCKED,
    FailOn.PENDING: Verdict.PENDING,
    FailOn.SKIPPED: Verdict.SKIPPED,
}


def exit_code(
    results: Results, fail_on: Iterable[FailOn] = (), worse: Sequence[CaseResult] | None = None
) -> ExitCode:
    """Return the exit code of `results`.

    `worse` are the cases that a baseline refuses; with a baseline no other failure counts, so that a gate
    lets through what was broken before.
    """
    refused = frozenset(fail_on)
    if results.run.status is RunStatus.INTERRUPTED:
        return ExitCode.INTERRUPTED
    if not results.cases:
        return ExitCode.NOTHING_SELECTED
    if any(case.known is not None and case.known.expired for case in results.cases):
        return ExitCode.FAILED
    failed = worse if worse is not None else [case for case in results.cases if fails(case)]
    if failed or any(_refused(case, refused) for case in results.cases):
        return ExitCode.FAILED
    if any(case.verdict is Verdict.ERROR for case in results.cases) or undecided_links(results.cases):
        return ExitCode.ENVIRONMENT
    return ExitCode.OK


def fails(case: CaseResult) -> bool:
    """Return whether a case failed and the suite doesn't declare just that failure as known."""
    return case.verdict is Verdict.FAIL and not is_known(case)


def is_known(case: CaseResult) -> bool:
    """Return whether a case's failure is declared as known and the entry still holds."""
    return case.known is not None and not case.known.expired and not case.known.unexpected_pass


def undecided_links(cases: Iterable[CaseResult]) -> list[tuple[str, str]]:
    """Return every link × profile on which nothing was decided: all its cases blocked, skipped or errors."""
    verdicts: dict[tuple[str, str, str], set[Verdict]] = {}
    for case in cases:
        if case.link is not None:
            verdicts.setdefault((case.suite, case.link, case.profile or ""), set()).add(case.verdict)
    return [(link, profile) for (_, link, profile), seen in verdicts.items() if seen <= _UNDECIDED]


def _refused(case: CaseResult, refused: frozenset[FailOn]) -> bool:
    if is_known(case):
        return False
    if any(case.verdict is _VERDICT_OF[word] for word in refused if word in _VERDICT_OF):
        return True
    below = case.outcome is not None and case.outcome.ceiling is Ceiling.BELOW
    return FailOn.BELOW_CEILING in refused and below
