"""How long a server asks to be left alone."""

from __future__ import annotations

import datetime as dt

import pytest

from dropcheck.network.retry_after import seconds_asked

NOW = dt.datetime(2026, 11, 26, 1, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Thu, 26 Nov 2026 01:02:00 GMT", 120.0),
        ("Thursday, 26-Nov-26 01:02:00 GMT", 120.0),
        ("Thu, 26 Nov 2026 00:00:00 GMT", 0.0),
        ("9" * 400, 999_999_999.0),
    ],
)
def test_seconds_and_dates_are_read(header: str, seconds: float) -> None:
    assert seconds_asked(header, NOW) == seconds


@pytest.mark.parametrize(
    "header", [None, "", "-5", "1.5", "soon", "\u0661\u0662", "Thu, 99 Nov 2026 99:00:00 GMT"]
)
def test_anything_else_names_no_time(header: str | None) -> None:
    assert seconds_asked(header, NOW) is None
