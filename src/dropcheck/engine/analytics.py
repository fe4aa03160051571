"""Known analytics and ad-pixel calls, answered locally so that a check does not count as a fan."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from urllib.parse import urlsplit

_ANYTHING = ".*"


@cache
def _entries() -> tuple[tuple[str, str], ...]:
    """Return (host, path pattern) pairs; an empty pattern stands for the whole host."""
    text = resources.files("dropcheck.engine.data").joinpath("analytics.json").read_text(encoding="utf-8")
    pairs = []
    for service in json.loads(text)["services"]:
        for match in service["match"]:
            host, _, path = match.partition("/")
            pairs.append((host, f"/{path}" if path else ""))
    return tuple(pairs)


@cache
def _paths_by_host() -> dict[str, tuple[re.Pattern[str], ...]]:
    found: dict[str, list[str]] = {}
    for host, path in _entries():
        found.setdefault(host, []).append(path)
    return {
        host: tuple(re.compile(re.escape(path).replace(r"\*", ".*") if path else _ANYTHING) for path in paths)
        for host, paths in found.items()
    }


def is_analytics(url: str) -> bool:
    """Return whether `url` is a call that a known analytics service or ad pixel counts a visit by."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return any(
        path.fullmatch(parts.path or "/")
        for domain in _domains_of(parts.hostname or "")
        for path in _paths_by_host().get(domain, ())
    )


@cache
def may_count(host: str) -> bool:
    """Return whether some URL of `host` is an analytics call."""
    return any(domain in _paths_by_host() for domain in _domains_of(host))


def _domains_of(host: str) -> tuple[str, ...]:
    """Return `host` and the domains above it, no longer than any that is known: a page names hosts of any length."""
    labels = host.rstrip(".").split(".")[-_most_labels() :]
    return tuple(".".join(labels[start:]) for start in range(len(labels) - 1))


@cache
def is_counting_host(host: str) -> bool:
    """Return whether every URL of `host` is an analytics call."""
    return any(
        path.pattern == _ANYTHING for domain in _domains_of(host) for path in _paths_by_host().get(domain, ())
    )


@cache
def _most_labels() -> int:
    return max(host.count(".") + 1 for host in _paths_by_host())


@cache
def url_patterns() -> tuple[str, ...]:
    """Return the same list as CDP Fetch URL patterns; wider than `is_analytics`, which has the last word."""
    return tuple(sorted({f"*{host}{path}*" if path else f"*{host}*" for host, path in _entries()}))
