"""Reads an apple-app-site-association file into rules, and says what in it Apple's parser cannot use.

Sources: Apple Developer Documentation, bundleresources/applinks and xcode/supporting-associated-domains;
App Search Programming Guide, "Support Universal Links" (archived) for `paths`; WWDC 2019 session 717 for
`components` over `paths`; st-tech/universal-links-test, whose tests run macOS `swcutil`, for `appIDs`
over `appID`.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dropcheck.handoff.aasa_pattern import Pattern
from dropcheck.handoff.aasa_signature import is_signed, signed_payload

MAX_UNCOMPRESSED_BYTES = 128 * 1024
"""Apple's limit for the uncompressed file (App Search Programming Guide, "Support Universal Links")."""


class InvalidAssociationError(ValueError):
    """The file as a whole cannot be used; the message says why."""


class NotJsonError(InvalidAssociationError):
    """There is no JSON in the file at all."""


class _EntryError(ValueError):
    """One entry of `details` cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Component:
    """One rule: patterns for parts of the URL (None matches anything) and whether it excludes."""

    path: Pattern | None
    query: Pattern | Mapping[str, Pattern] | None
    fragment: Pattern | None
    exclude: bool
    percent_encoded: bool
    place: str
    written: str | Mapping[str, Any]

    @property
    def label(self) -> str:
        """Where in the file the rule stands and how it is written there."""
        return f"{self.place} ({json.dumps(self.written, ensure_ascii=False, default=str)})"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `details`: the apps, their rules in order, and its fault, if it has one."""

    app_ids: tuple[str, ...]
    components: tuple[Component, ...] = ()
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Association:
    """The `applinks` part of an association file."""

    entries: tuple[Entry, ...]
    signed: bool = False


@dataclass(frozen=True, slots=True)
class _Settings:
    case_sensitive: bool = True
    percent_encoded: bool = True
    variables: Mapping[str, list[str]] = field(default_factory=dict)

    def overridden_by(self, source: Mapping[str, Any], where: str) -> _Settings:
        case_sensitive = _boolean(source, "caseSensitive", self.case_sensitive, where)
        percent_encoded = _boolean(source, "percentEncoded", self.percent_encoded, where)
        return _Settings(case_sensitive, percent_encoded, self.variables)


def read_association(document: Any) -> Association:
    """The association in `document` (a mapping, or the file's text or bytes, signed or not).

    Raises InvalidAssociationError when there is no JSON object in it, it is over 128 KB, or `applinks`
    has no usable shape. A fault inside one entry of `details` is kept with that entry.
    """
    if isinstance(document, str | bytes):
        return _read_file(document)
    if isinstance(document, bytearray | memoryview):
        return _read_file(bytes(document))
    return _read_value(document, signed=False)


@functools.lru_cache(maxsize=64)
def _read_file(document: str | bytes) -> Association:
    raw = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    if len(raw) > MAX_UNCOMPRESSED_BYTES:
        raise InvalidAssociationError(f"the file has {len(raw)} bytes; Apple reads at most 128 KB")
    signed = is_signed(raw)
    if signed:
        payload = signed_payload(raw)
        if payload is None:
            raise InvalidAssociationError("the file is signed (CMS), but holds no readable content")
        raw = payload
    if not raw.strip():
        raise NotJsonError("the file is empty")
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        if raw.lstrip()[:1] == b"<":
            raise NotJsonError("the file is a web page or XML, not JSON") from error
        raise NotJsonError(f"the file is not valid JSON: {error}") from error
    return _read_value(value, signed=signed)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _read_value(value: Any, *, signed: bool) -> Association:
    if not isinstance(value, Mapping):
        raise InvalidAssociationError("the file holds no JSON object")
    if "applinks" not in value:
        return Association((), signed)
    applinks = value["applinks"]
    if not isinstance(applinks, Mapping):
        raise InvalidAssociationError("applinks is not an object")
    try:
        settings = _Settings(variables=_read_variables(applinks))
        settings = settings.overridden_by(_read_defaults(applinks, "applinks"), "applinks.defaults")
    except _EntryError as error:
        raise InvalidAssociationError(str(error)) from error
    return Association(tuple(_read_details(applinks, settings)), signed)


def _read_details(applinks: Mapping[str, Any], settings: _Settings) -> Iterator[Entry]:
    details = applinks.get("details", [])
    if isinstance(details, Mapping):
        # The first iOS 9 form: one key for each app.
        for app_id, body in details.items():
            where = f"applinks.details[{app_id!r}]"
            yield _read_entry(body, where, settings, (str(app_id),))
    elif isinstance(details, list | tuple):
        for index, body in enumerate(details):
            yield _read_entry(body, f"applinks.details[{index}]", settings, None)
    else:
        raise InvalidAssociationError("applinks.details is neither a list nor an object")


def _read_entry(body: Any, where: str, settings: _Settings, app_ids: tuple[str, ...] | None) -> Entry:
    try:
        if not isinstance(body, Mapping):
            raise _EntryError(f"{where} is not an object")
        if app_ids is None:
            app_ids = _read_app_ids(body, where)
        settings = settings.overridden_by(_read_defaults(body, where), f"{where}.defaults")
        return Entry(app_ids, tuple(_read_rules(body, where, settings)))
    except _EntryError as error:
        return Entry(app_ids or (), fault=str(error))


def _read_app_ids(body: Mapping[str, Any], where: str) -> tuple[str, ...]:
    if "appIDs" in body:
        return tuple(_strings(body["appIDs"], f"{where}.appIDs"))
    if "appID" in body:
        return (_string(body["appID"], f"{where}.appID"),)
    return ()


def _read_rules(body: Mapping[str, Any], where: str, settings: _Settings) -> Iterator[Component]:
    if "components" in body:
        components = body["components"]
        if not isinstance(components, list | tuple):
            raise _EntryError(f"{where}.components is not a list")
        for index, component in enumerate(components):
            yield _read_component(component, f"{where}.components[{index}]", settings)
    elif "paths" in body:
        for index, path in enumerate(_strings(body["paths"], f"{where}.paths")):
            yield _read_legacy_path(path, f"{where}.paths[{index}]")


def _read_legacy_path(text: str, where: str) -> Component:
    exclude = text.startswith("NOT ")
    # `paths` is older than `defaults` and substitution variables, which belong to components.
    pattern = Pattern(text.removeprefix("NOT ").lstrip() if exclude else text)
    return Component(pattern, None, None, exclude, percent_encoded=True, place=where, written=text)


def _read_component(body: Any, where: str, settings: _Settings) -> Component:
    if not isinstance(body, Mapping):
        raise _EntryError(f"{where} is not an object")
    settings = settings.overridden_by(body, where)

    def pattern(text: Any, place: str) -> Pattern:
        return Pattern(
            _string(text, place), case_sensitive=settings.case_sensitive, variables=settings.variables
        )

    query: Pattern | dict[str, Pattern] | None = None
    if isinstance(body.get("?"), Mapping):
        query = {str(name): pattern(text, f"{where}['?'][{name!r}]") for name, text in body["?"].items()}
    elif "?" in body:
        query = pattern(body["?"], f"{where}['?']")
    return Component(
        path=pattern(body["/"], f"{where}['/']") if "/" in body else None,
        query=query,
        fragment=pattern(body["#"], f"{where}['#']") if "#" in body else None,
        exclude=_boolean(body, "exclude", False, where),
        percent_encoded=settings.percent_encoded,
        place=where,
        written={key: body[key] for key in ("/", "?", "#") if key in body},
    )


def _read_variables(applinks: Mapping[str, Any]) -> dict[str, list[str]]:
    variables = applinks.get("substitutionVariables", {})
    if not isinstance(variables, Mapping):
        raise _EntryError("applinks.substitutionVariables is not an object")
    return {
        str(name): _strings(values, f"applinks.substitutionVariables[{name!r}]")
        for name, values in variables.items()
    }


def _read_defaults(owner: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    defaults = owner.get("defaults", {})
    if not isinstance(defaults, Mapping):
        raise _EntryError(f"{where}.defaults is not an object")
    return defaults


def _boolean(owner: Mapping[str, Any], key: str, default: bool, where: str) -> bool:
    value = owner.get(key, default)
    if not isinstance(value, bool):
        raise _EntryError(f"{where}.{key} is not true or false")
    return value


def _string(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _EntryError(f"{where} is not a string")
    return value


def _strings(value: Any, where: str) -> list[str]:
    if not isinstance(value, list | tuple):
        raise _EntryError(f"{where} is not a list of strings")
    return [_string(item, f"{where}[{index}]") for index, item in enumerate(value)]
