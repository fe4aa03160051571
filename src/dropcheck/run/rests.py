"""Which hosts said on a journey that there were too many visits, and how long they ask to be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from dropcheck.journey.model import Seen
from dropcheck.result import CaseResult


def rests_asked(result: CaseResult) -> Mapping[str, float | None]:
    """Return the hosts that answered 429 to the case's browser, with the seconds they named (None for none)."""
    asked: dict[str, float | None] = {}
    for hop in result.hops:
        if hop.status == HTTPStatus.TOO_MANY_REQUESTS and (host := _host_of(hop.url)):
            asked[host] = None
    for seen in result.data.get("seen", ()):
        if seen.get("what") == Seen.RATE_LIMITED and (host := _host_of(str(seen.get("url")))):
            seconds = seen.get("rest_s")
            asked[host] = float(seconds) if seconds is not None else None
    return asked


def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        # An IPv6 address has been taken out of the result, and left its brackets.
        return None
