"""Reads `Retry-After` (RFC 9110, 10.2.3): how long a server asks to be left alone."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime


def seconds_asked(header: str | None, now: dt.datetime) -> float | None:
    """Return the seconds from `now`, given as a number or as a date; None for a header that is neither."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return max(0.0, (at - now).total_seconds())
