"""The catalogue of apps: whole, sourced and unambiguous."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from dropcheck.apps import (
    CatalogueError,
    app_for_app_store_id,
    app_for_bundle,
    app_for_host,
    app_for_package,
    app_for_scheme,
    catalogue,
    claims_for_host,
)
from dropcheck.apps.catalogue import read_catalogue

SERVICES = ("spotify", "apple_music", "deezer", "youtube_music", "amazon_music", "tidal", "soundcloud")
FACT = {"what": "package", "value": "a.b", "confidence": "single", "date": date(2026, 1, 1), "source": ["s"]}
DATA: dict[str, Any] = {
    "sources": {"s": "a source"},
    "apps": [{"id": "a", "name": "A", "role": "music", "facts": [FACT]}],
}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_can_be_found_by_each_of_its_identifiers(service: str) -> None:
    app = catalogue()[service]
    assert app.schemes("ios")
    assert app.hosts
    for os in ("ios", "android"):
        assert all(app_for_scheme(scheme.upper(), os) is app for scheme in app.schemes(os))
    assert app.packages
    assert all(app_for_package(package) is app for package in app.packages)
    assert app.bundles
    assert all(app_for_bundle(f"2FNC3A47ZF.{bundle}") is app for bundle in app.bundles)
    assert app.app_store_ids
    assert all(app_for_app_store_id(number) is app for number in app.app_store_ids)
    assert all(app_for_host(host.upper() + ".") is app for host in app.hosts)


@pytest.mark.parametrize(
    ("scheme", "os", "owner"),
    [
        ("x-safari-https", "ios", "safari"),
        ("googlechromes", "ios", "chrome"),
        ("instagram", "android", "instagram"),
        ("barcelona", "ios", "threads"),
        ("market", "android", "play_store"),
        ("itms-apps", "ios", "app_store"),
    ],
)
def test_browsers_stores_and_host_apps_own_their_schemes(scheme: str, os: str, owner: str) -> None:
    app = app_for_scheme(scheme, os)
    assert app is not None
    assert app.id == owner


@pytest.mark.parametrize(
    ("scheme", "os"), [("music", "android"), ("market", "ios"), ("https", "ios"), ("", "ios")]
)
def test_a_scheme_nobody_registers_on_that_os_has_no_owner(scheme: str, os: str) -> None:
    assert app_for_scheme(scheme, os) is None


def test_claims_stand_in_for_association_files_with_their_date() -> None:
    (android,) = claims_for_host("open.spotify.com", "android")
    assert (android.app, android.target, android.date) == ("spotify", "com.spotify.music", date(2026, 7, 28))
    (ios,) = claims_for_host("open.spotify.com", "ios")
    assert ios.target == "2FNC3A47ZF.com.spotify.client"
    assert claims_for_host("evil.example", "ios") == ()


def test_an_assumed_claim_never_decides() -> None:
    claims = [claim for app in catalogue().values() for claim in app.claims]
    assumed = [claim for claim in claims if any("assumption" in source for source in claim.source)]
    assert assumed
    assert not any(claim.confidence.decides for claim in assumed)


def test_every_claim_names_an_identifier_of_its_own_app() -> None:
    for app in catalogue().values():
        for claim in app.claims:
            owner = app_for_bundle(claim.target) if claim.os == "ios" else app_for_package(claim.target)
            assert owner is app
            assert claim.host in app.hosts


@pytest.mark.parametrize("changed", [{"source": []}, {"source": ["nobody"]}, {"date": None}, {"os": ["ios"]}])
def test_a_fact_without_source_or_date_is_refused(changed: dict[str, Any]) -> None:
    data = deepcopy(DATA)
    assert read_catalogue(data)["a"].packages == ("a.b",)
    data["apps"][0]["facts"][0].update(changed)
    with pytest.raises(CatalogueError, match="a: "):
        read_catalogue(data)


def test_one_identifier_of_two_apps_is_refused() -> None:
    data = deepcopy(DATA)
    data["apps"].append({**deepcopy(data["apps"][0]), "id": "b"})
    with pytest.raises(CatalogueError, match="already belongs to a"):
        read_catalogue(data)
