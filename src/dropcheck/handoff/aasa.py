"""Universal links: which app, if any, an apple-app-site-association file offers a URL to.

Sources: Apple Developer Documentation, bundleresources/applinks; WWDC 2019 session 717 (query items) and
WWDC 2020 session 10098 (percent encoding, substitution variables). This is the file's answer only;
whether the phone asks at all (main frame, tap, other host) is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote, unquote

from dropcheck.handoff.aasa_document import Component, Entry, InvalidAssociationError, read_association
from dropcheck.handoff.aasa_pattern import Pattern
from dropcheck.handoff.aasa_serving import serving_faults
from dropcheck.handoff.association_serving import ServingFault, ServingFaultKind

__all__ = ["AasaMatch", "AasaResult", "ServingFault", "ServingFaultKind", "match", "serving_faults"]


class AasaResult(StrEnum):
    """What the file says about a URL."""

    MATCH = "match"
    NO_MATCH = "no-match"
    EXCLUDED = "excluded"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class AasaMatch:
    """The answer for one URL: `reason` is one sentence that names the deciding rule.

    `app_ids` are all apps the file offers the URL to, in file order, whichever app was asked about.
    `faults` are entries of `details` that are malformed; an entry that is well formed still decides for its
    apps (nothing public says whether Apple drops such an entry or the whole file: an assumption). `signed`
    says that the file came in a CMS wrapper, whose signature was not verified.
    """

    result: AasaResult
    app_ids: tuple[str, ...] = ()
    reason: str = ""
    faults: tuple[str, ...] = ()
    signed: bool = False


@dataclass(frozen=True, slots=True)
class _UrlParts:
    path: str
    query: str
    fragment: str


_HTTP_URL = re.compile(
    r"(?i:https?)://[^/?#]*(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?", re.DOTALL
)
# What a browser leaves as typed; everything else, non-ASCII above all, it percent-encodes
# (WHATWG URL, percent-encode sets).
_LEFT_IN_QUERY = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"<>')
_LEFT_IN_FRAGMENT = _LEFT_IN_QUERY.replace("`", "")
_LEFT_IN_PATH = _LEFT_IN_FRAGMENT.replace("{", "").replace("}", "")


def match(document: Any, url: str, app_id: str | None = None) -> AasaMatch:
    """What `document` (an association file as dict, str or bytes) says about opening `url` in an app.

    `app_id` is `<prefix>.<bundle id>`; without it the answer is for any app: `match` if one is offered
    the URL, else `excluded` if a rule excludes it for one. The caller picks the file of the URL's host;
    hosts are not compared. Never raises.
    """
    try:
        association = read_association(document)
    except InvalidAssociationError as error:
        return AasaMatch(AasaResult.INVALID, (), str(error))
    decided: dict[str, Component] = {}
    parts = _split(url)
    for entry in association.entries:
        rule = _first_match(entry, parts)
        if rule is not None:
            for app in entry.app_ids:
                decided.setdefault(app, rule)
    offered = tuple(app for app, rule in decided.items() if not rule.exclude)
    rules = list(decided.values()) if app_id is None else [decided[app_id]] if app_id in decided else []
    result, reason = _verdict(rules)
    if not rules:
        fault = _fault_about(association.entries, app_id)
        if fault is not None:
            result, reason = AasaResult.INVALID, fault
        else:
            reason = _why_nothing_matched(association.entries, app_id, parts)
    faults = tuple(entry.fault for entry in association.entries if entry.fault is not None)
    return AasaMatch(result, offered, reason, faults, association.signed)


def _fault_about(entries: tuple[Entry, ...], app_id: str | None) -> str | None:
    """The fault that may be why nothing was decided: in an entry of that app, or of no readable app."""
    for entry in entries:
        if entry.fault is not None and (app_id is None or not entry.app_ids or app_id in entry.app_ids):
            return entry.fault
    return None


def _verdict(rules: list[Component]) -> tuple[AasaResult, str]:
    for rule in rules:
        if not rule.exclude:
            return AasaResult.MATCH, f"{rule.label} matches"
    for rule in rules:
        return AasaResult.EXCLUDED, f"{rule.label} excludes it"
    return AasaResult.NO_MATCH, ""


def _why_nothing_matched(entries: tuple[Entry, ...], app_id: str | None, parts: _UrlParts | None) -> str:
    listed = {app for entry in entries for app in entry.app_ids}
    if parts is None:
        return "only http and https URLs can be universal links"
    if not listed:
        return "the file names no app for universal links"
    if app_id is not None and app_id not in listed:
        return f"the file does not name {app_id}"
    return "no pattern matches the URL"


def _split(url: str) -> _UrlParts | None:
    found = _HTTP_URL.fullmatch(url.strip())
    if found is None:
        return None
    return _UrlParts(
        path=_as_sent(found["path"] or "/", _LEFT_IN_PATH),
        query=_as_sent(found["query"] or "", _LEFT_IN_QUERY),
        fragment=_as_sent(found["fragment"] or "", _LEFT_IN_FRAGMENT),
    )


def _as_sent(text: str, left: str) -> str:
    return quote(text, safe=left, errors="replace")


def _first_match(entry: Entry, parts: _UrlParts | None) -> Component | None:
    if parts is None or not entry.app_ids:
        return None
    return next((component for component in entry.components if _matches(component, parts)), None)


def _matches(component: Component, parts: _UrlParts) -> bool:
    def read(text: str) -> str:
        return text if component.percent_encoded else _decoded(text)

    if component.path is not None and not component.path.matches(read(parts.path)):
        return False
    if component.fragment is not None and not component.fragment.matches(read(parts.fragment)):
        return False
    if isinstance(component.query, Pattern):
        return component.query.matches(read(parts.query))
    if component.query is None:
        return True
    items = _query_items(parts.query, component.percent_encoded)
    return _items_match(component.query, items)


def _items_match(patterns: Mapping[str, Pattern], items: Mapping[str, list[str]]) -> bool:
    """Every named item must match, each time it occurs; an absent one counts as empty (WWDC 2019, 717)."""
    return all(
        pattern.matches(value) for name, pattern in patterns.items() for value in items.get(name, [""])
    )


def _query_items(query: str, percent_encoded: bool) -> dict[str, list[str]]:
    items: dict[str, list[str]] = {}
    for item in query.split("&"):
        name, _, value = item.partition("=")
        if not percent_encoded:
            name, value = _decoded(name), _decoded(value)
        items.setdefault(name, []).append(value)
    return items


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text
