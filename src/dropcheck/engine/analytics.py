"""Known analytics and ad-pixel calls, answered locally so that a check does not count as a fan."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from urllib.parse import urlsplit


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
        host: tuple(re.compile(re.escape(path).replace(r"\*", ".*") if path else ".*") for path in paths)
        for host, paths in found.items()
    }


def is_analytics(url: str) -> bool:
    """Return whether `url` is a call that a known analytics service or ad pixel counts a visit by."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    labels = (parts.hostname or "").split(".")
    for start in range(len(labels) - 1):
        for path in _paths_by_host().get(".".join(labels[start:]), ()):
            if path.fullmatch(parts.path or "/"):
                return True
    return False


@cache
def may_count(host: str) -> bool:
    """Return whether some URL of `host` is an analytics call."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in _paths_by_host() for start in range(len(labels) - 1))


@cache
def url_patterns() -> tuple[str, ...]:
    """Return the same list as CDP Fetch URL patterns; wider than `is_analytics`, which has the last word."""
    return tuple(sorted({f"*{host}{path}*" if path else f"*{host}*" for host, path in _entries()}))
