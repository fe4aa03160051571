"""Failures that a suite declares as known: turns just those into known ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dropcheck.result import CaseResult, Finding, Severity, Verdict
from dropcheck.result import Known as KnownResult
from dropcheck.suite import Known
from dropcheck.suite.select import matches

_COSTLY = {Verdict.FAIL: (Severity.ERROR,), Verdict.WARN: (Severity.WARNING, Severity.ERROR)}


def apply_known(result: CaseResult, entries: Sequence[Known], today: dt.date) -> CaseResult:
    """Return `result` with its `known` set where the suite's entries speak of it; the verdict stays.

    Every finding that makes the case fail (or warn) must be named by an entry that still holds. An entry that
    has expired, or whose failure did not happen, is told too.
    """
    mine = [entry for entry in entries if matches(result.profile or "", entry.profiles)]
    if not mine:
        return result
    covering = _covering(result, mine)
    if covering is not None:
        expired = [entry for entry in covering if entry.expired(today)]
        return _told(result, (expired or covering)[0], expired=bool(expired))
    expired = [entry for entry in mine if entry.expired(today)]
    if result.verdict is Verdict.PASS:
        return _told(result, (expired or mine)[0], expired=bool(expired), unexpected_pass=True)
    if expired and result.verdict in (Verdict.FAIL, Verdict.WARN):
        return _told(result, expired[0], expired=True)
    return result


def _covering(result: CaseResult, entries: Sequence[Known]) -> list[Known] | None:
    """The entries that together name every finding that costs the verdict, or None."""
    costly = _costly(result)
    if not costly:
        return None
    used: list[Known] = []
    for finding in costly:
        naming = next((entry for entry in entries if entry.covers(finding.rule, result.profile)), None)
        if naming is None:
            return None
        used.append(naming)
    return used


def _costly(result: CaseResult) -> list[Finding]:
    severities = _COSTLY.get(result.verdict, ())
    found = [finding for finding in result.findings if finding.severity in severities]
    # A failure may rest on a finding that is a warning by itself, such as taps above a named limit.
    return found or (list(result.findings) if severities else [])


def _told(
    result: CaseResult, entry: Known, *, expired: bool = False, unexpected_pass: bool = False
) -> CaseResult:
    known = KnownResult(
        reason=entry.reason,
        owner=entry.owner,
        until=entry.until.isoformat() if entry.until is not None else None,
        expired=expired,
        unexpected_pass=unexpected_pass,
    )
    return result.model_copy(update={"known": known})
