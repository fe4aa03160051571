"""The apps a music link can end in or pass through, as dated data (``catalogue.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dropcheck.result import Confidence


class Role(StrEnum):
    """What an app is to a music link."""

    MUSIC = "music"
    BROWSER = "browser"
    SOCIAL = "social"
    STORE = "store"


class What(StrEnum):
    """What a fact says about an app."""

    SCHEME = "scheme"
    PACKAGE = "package"
    BUNDLE = "bundle"
    APP_STORE_ID = "app-store-id"


@dataclass(frozen=True, slots=True)
class Fact:
    """One identifier of an app, where it is known from and when it last held; `os` only for schemes."""

    what: What
    value: str
    confidence: Confidence
    date: date
    source: tuple[str, ...]
    os: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A host that hands its links to an app on one OS: the stand-in for an association file.

    `target` is what the file would name: an application identifier with its prefix on iOS (without one
    where it was not found), a package on Android. A decision that rests on it is `modelled`.
    """

    host: str
    os: str
    app: str
    target: str
    confidence: Confidence
    date: date
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class App:
    """One app: `id` is the slug that suites, profiles and results use."""

    id: str
    name: str
    role: Role
    hosts: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    claims: tuple[Claim, ...] = ()

    def _values(self, what: What) -> tuple[str, ...]:
        return tuple(fact.value for fact in self.facts if fact.what is what)

    def schemes(self, os: str) -> tuple[str, ...]:
        """Return the custom schemes the app registers on `os` (``ios`` or ``android``), without the colon."""
        return tuple(fact.value for fact in self.facts if fact.what is What.SCHEME and os in fact.os)

    @property
    def packages(self) -> tuple[str, ...]:
        """The app's Android packages, its main one first."""
        return self._values(What.PACKAGE)

    @property
    def bundles(self) -> tuple[str, ...]:
        """The app's iOS bundle ids."""
        return self._values(What.BUNDLE)

    @property
    def app_store_ids(self) -> tuple[str, ...]:
        """The app's numbers in Apple's App Store."""
        return self._values(What.APP_STORE_ID)


class CatalogueError(ValueError):
    """The catalogue's data is not whole: a fact without a known source, or one identifier of two apps."""


@cache
def catalogue() -> dict[str, App]:
    """Return every app by its id, read once from the data shipped with the package.

    Raises `CatalogueError` where a fact has no known source or two apps share an identifier.
    """
    text = files(__package__).joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return read_catalogue(yaml.safe_load(text))


def read_catalogue(data: dict[str, Any]) -> dict[str, App]:
    """Return the apps in `data` (the shape of ``catalogue.yaml``) by id; raises `CatalogueError`."""
    sources: dict[str, str] = data["sources"]
    apps = {row["id"]: _app(row, sources) for row in data["apps"]}
    owners: dict[tuple[str, str, str], str] = {}
    for app in apps.values():
        for fact in app.facts:
            for os in fact.os or ("",):
                owner = owners.setdefault((fact.what, os, fact.value.lower()), app.id)
                if owner != app.id:
                    raise CatalogueError(f"{app.id}: {fact.what} {fact.value} already belongs to {owner}")
    return apps


def _app(row: dict[str, Any], sources: dict[str, str]) -> App:
    name = row["id"]
    facts = tuple(
        Fact(
            What(fact["what"]),
            fact["value"],
            Confidence(fact["confidence"]),
            _date(name, fact),
            _source(name, fact, sources),
            tuple(fact.get("os", ())),
        )
        for fact in row["facts"]
    )
    for fact in facts:
        if (fact.what is What.SCHEME) != bool(fact.os):
            raise CatalogueError(
                f"{name}: {fact.what} {fact.value}: every scheme has an `os`, nothing else has"
            )
    claims = tuple(
        Claim(
            claim["host"],
            claim["os"],
            name,
            claim["target"],
            Confidence(claim["confidence"]),
            _date(name, claim),
            _source(name, claim, sources),
        )
        for claim in row.get("claims", ())
    )
    return App(name, row["name"], Role(row["role"]), tuple(row.get("hosts", ())), facts, claims)


def _date(app: str, row: dict[str, Any]) -> date:
    found = row.get("date")
    if not isinstance(found, date):
        raise CatalogueError(f"{app}: {row}: a fact needs a date")
    return found


def _source(app: str, row: dict[str, Any], sources: dict[str, str]) -> tuple[str, ...]:
    keys = row.get("source") or []
    unknown = [key for key in keys if key not in sources]
    if unknown or not keys:
        raise CatalogueError(f"{app}: {row}: needs a source listed under `sources` (unknown: {unknown})")
    return tuple(sources[key] for key in keys)


@cache
def _index() -> dict[tuple[str, str], App]:
    index: dict[tuple[str, str], App] = {}
    for app in catalogue().values():
        for fact in app.facts:
            for os in fact.os or ("",):
                index[(f"{fact.what}{os}", fact.value.lower())] = app
        for host in app.hosts:
            index[("host", host)] = app
    return index


def app_for_scheme(scheme: str, os: str) -> App | None:
    """Return the app that registers `scheme` (without the colon) on `os` (``ios`` or ``android``)."""
    return _index().get((f"{What.SCHEME}{os}", scheme.lower()))


def app_for_package(package: str) -> App | None:
    """Return the app an Android package belongs to."""
    return _index().get((What.PACKAGE.value, package.lower()))


def app_for_bundle(bundle: str) -> App | None:
    """Return the app an iOS bundle id belongs to; a team prefix (``2FNC3A47ZF.``) is allowed."""
    prefix, _, rest = bundle.partition(".")
    found = _index().get((What.BUNDLE.value, bundle.lower()))
    if found is None and len(prefix) == 10 and prefix.isalnum() and prefix.isupper():
        found = _index().get((What.BUNDLE.value, rest.lower()))
    return found


def app_for_app_store_id(number: str) -> App | None:
    """Return the app an App Store number belongs to (digits only, no ``id``)."""
    return _index().get((What.APP_STORE_ID.value, number))


def app_for_host(host: str) -> App | None:
    """Return the app whose web pages live on `host` (exact, without port)."""
    return _index().get(("host", host.lower().rstrip(".")))


def claims_for_host(host: str, os: str) -> tuple[Claim, ...]:
    """Return the dated stand-ins for what `host`'s association file says on `os`."""
    wanted = host.lower().rstrip(".")
    return tuple(c for app in catalogue().values() for c in app.claims if c.host == wanted and c.os == os)
