"""Reads `Retry-After` (RFC 9110, 10.2.3): how long a server asks to be left alone."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime


def seconds_asked(header: str | None, now: dt.datetime) -> float | None:
    """Return the seconds from `now`, given as a number or as a date; None for a header that is neither.

    Where the answer has a `Date`, that is `now`: a date to come back is counted from the server's own clock.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    at = http_date(text)
    return None if at is None else max(0.0, (at - now).total_seconds())


def http_date(text: str) -> dt.datetime | None:
    """Return a date as HTTP headers write it; None for what is none."""
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
