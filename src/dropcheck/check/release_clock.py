"""Where a release stands in time, and the entry every release-wide check adds to."""

from __future__ import annotations

import datetime as dt

from dropcheck.check.model import CheckResult
from dropcheck.result import Release, Verdict
from dropcheck.suite import Case

#: Hours after the release moment in which stores and TikTok may still be catching up (mission facts, A).
WINDOW_HOURS = 48.0


def hours_since(case: Case, now: dt.datetime) -> float | None:
    """Return the hours since the release moment, negative before it, None when the sheet doesn't tell it."""
    released = case.release.released
    return None if released is None else released.hours_since(now)


def in_window(case: Case, now: dt.datetime, hours: float = WINDOW_HOURS) -> bool:
    """Return whether something that is missing may still come: within `hours` of the release moment."""
    since = hours_since(case, now)
    return since is not None and since < hours


def release_of(case: Case, now: dt.datetime) -> Release:
    """Return a new entry for the case's release, its sheet and clock filled in."""
    since = hours_since(case, now)
    return Release(
        suite=case.suite,
        sheet=case.release.as_sheet(),
        hours_since_release=None if since is None else round(since, 2),
    )


def too_early(case: Case, now: dt.datetime) -> CheckResult:
    """Return the result of a store check before the release moment."""
    since = hours_since(case, now) or 0.0
    return CheckResult(
        Verdict.PENDING,
        f"The release is in {-since:.0f} hours; stores are asked from then on.",
        release=release_of(case, now),
    )
