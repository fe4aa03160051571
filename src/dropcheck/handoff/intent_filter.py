"""Whether an app's intent filter takes a URI, and how closely, as Android's `IntentFilter.match` says.

Source: AOSP `android.content.IntentFilter`, `UriRelativeFilterGroup` (Android 15) and the CTS
`IntentFilterTest`. MIME types are left out: no link carries one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from dropcheck.handoff import _android_uri
from dropcheck.handoff._android_pattern import PatternError, PatternType, pattern_match
from dropcheck.handoff._android_uri import AndroidUri

__all__ = ["MatchCategory", "PatternError", "PatternType", "match", "pattern_match"]

_ANYTHING = "*"


class MatchCategory(StrEnum):
    """The part of the URI that the filter's most particular condition met (`MATCH_CATEGORY_*`)."""

    EMPTY = "empty"
    SCHEME = "scheme"
    HOST = "host"
    PORT = "port"
    PATH = "path"
    SCHEME_SPECIFIC_PART = "scheme_specific_part"


def match(
    filter: Mapping[str, Any],  # noqa: A002 - Android's name
    data: str | None,
    *,
    action: str | None = None,
    categories: Collection[str] | None = None,
    scheme_given: str | None = None,
    wildcard_query: bool = False,
) -> str | None:
    """The `MatchCategory` in which `filter` takes an intent with this data URI, None where it does not.

    `filter` may have `actions`, `categories`, `schemes` (lists of names), `ssps`, `paths` (lists of
    ``{"type", "pattern"}``), `authorities` (list of ``{"host", "port"}``) and `uri_relative_filter_groups`
    (list of ``{"action": "allow"|"block", "filters": [{"part", "type", "pattern"}]}``). An empty list is as
    good as none. `action` and `categories` are the intent's; `scheme_given` stands in for the scheme of
    `data`. `wildcard_query` lets ``*`` in the data match anything, as when apps are enumerated; resolving a
    link does not. Raises `PatternError` for a pattern or port that Android refuses.
    """
    actions = filter.get("actions") or ()
    if (
        action is not None
        and action not in actions
        and not (wildcard_query and action == _ANYTHING and actions)
    ):
        return None
    uri = None if data is None else _android_uri.split(data)
    scheme = scheme_given if scheme_given is not None or uri is None else uri.scheme
    matched = _match_data(filter, scheme, uri, wildcard_query)
    if matched is None or not set(categories or ()) <= set(filter.get("categories") or ()):
        return None
    return matched


def _match_data(
    conditions: Mapping[str, Any], scheme: str | None, uri: AndroidUri | None, wildcard: bool
) -> MatchCategory | None:
    schemes = conditions.get("schemes")
    if not schemes:
        return MatchCategory.EMPTY if uri is None else None
    if (scheme or "") not in schemes and not (wildcard and scheme == _ANYTHING):
        return None
    ssps, authorities = conditions.get("ssps"), conditions.get("authorities")
    if ssps and uri is not None and _one_matches(ssps, uri.scheme_specific_part, wildcard and _ANYTHING):
        return MatchCategory.SCHEME_SPECIFIC_PART
    if not authorities:
        return None if ssps and uri is not None else MatchCategory.SCHEME
    if uri is None:
        return None
    matched = _match_authority(authorities, uri, wildcard)
    paths, groups = conditions.get("paths"), conditions.get("uri_relative_filter_groups")
    if matched is None or not (paths or groups):
        return matched
    if _one_matches(paths or (), uri.path, wildcard and f"/{_ANYTHING}") or _groups_allow(groups or (), uri):
        return MatchCategory.PATH
    return None


def _one_matches(
    patterns: Sequence[Mapping[str, Any]], text: str | None, matches_all: str | bool = False
) -> bool:
    if patterns and matches_all and text == matches_all:
        return True
    return any(pattern_match(each["type"], each["pattern"], text) for each in patterns)


def _match_authority(
    authorities: Sequence[Mapping[str, Any]], uri: AndroidUri, wildcard: bool
) -> MatchCategory | None:
    for authority in authorities:
        port = _port(authority.get("port"))
        if not _host_matches(authority["host"], uri.host, wildcard):
            continue
        if wildcard or port < 0:
            return MatchCategory.HOST
        if port == uri.port:
            return MatchCategory.PORT
    return None


def _host_matches(pattern: str, host: str | None, wildcard: bool) -> bool:
    """A leading ``*`` stands for any beginning, dots included; case does not count."""
    if host is None:
        return wildcard and pattern == _ANYTHING
    if wildcard and host == _ANYTHING:
        return True
    if pattern.startswith(_ANYTHING):
        return host.lower().endswith(pattern[1:].lower())
    return host.lower() == pattern.lower()


def _port(port: str | int | None) -> int:
    if port is None:
        return -1
    try:
        return int(port)
    except ValueError:
        raise PatternError(f"{port!r} is not a port") from None


def _groups_allow(groups: Sequence[Mapping[str, Any]], uri: AndroidUri) -> bool:
    """The first group whose filters all match decides; a group without filters never matches."""
    for group in groups:
        filters = group["filters"]
        if filters and all(_part_matches(each, uri) for each in filters):
            return bool(group["action"] == "allow")
    return False


def _part_matches(condition: Mapping[str, Any], uri: AndroidUri) -> bool:
    if condition["part"] == "query":
        return any(_one_matches([condition], parameter) for parameter in _parameters(uri.query))
    return _one_matches([condition], uri.path if condition["part"] == "path" else uri.fragment)


def _parameters(query: str | None) -> list[str]:
    """A query filter is held against each parameter; ``;`` separates them only where no ``&`` does."""
    if query is None:
        return []
    return query.split("&") if "&" in query else query.split(";")
