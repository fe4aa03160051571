"""Where a release stands in time: exact moments, days that roll in, and the 48 hours after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from dropcheck.check.release_clock import hours_since, in_window, release_of, too_early
from dropcheck.result import Verdict
from dropcheck.suite import Case

CaseOf = Callable[..., Case]


def utc(day: int, hour: int) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("released", "now", "hours", "inside"),
    [
        ("2026-11-20T00:00:00-05:00", utc(20, 5), 0.0, True),
        ("2026-11-20T00:00:00-05:00", utc(19, 5), -24.0, True),
        ("2026-11-20T00:00:00-05:00", utc(22, 4), 47.0, True),
        ("2026-11-20T00:00:00-05:00", utc(22, 5), 48.0, False),
        # New Zealand's midnight comes eighteen hours before New York's.
        ("2026-11-20T00:00:00+13:00", utc(20, 5), 18.0, True),
        # A bare day has come when its last time zone has it.
        ("2026-11-20", utc(20, 12), 0.0, True),
        (None, utc(20, 5), None, False),
    ],
)
def test_the_window_begins_when_the_release_is_out_everywhere(
    released: str | None, now: dt.datetime, hours: float | None, inside: bool, case_of: CaseOf
) -> None:
    case = case_of("sound_page", sheet={"released": released})
    assert (hours_since(case, now), in_window(case, now)) == (hours, inside)
    assert release_of(case, now).hours_since_release == hours
    assert in_window(case, now, hours=10_000) is (hours is not None)


def test_before_the_release_a_store_check_says_how_long_it_still_is(case_of: CaseOf) -> None:
    result = too_early(case_of("metadata"), utc(19, 5))
    assert (result.verdict, "in 24 hours" in result.reason) == (Verdict.PENDING, True)
