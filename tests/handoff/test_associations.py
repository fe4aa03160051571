"""Which installed app may open an address: by the file of its host, else by the catalogue."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dropcheck.device.load import load_profiles
from dropcheck.handoff.associations import claim
from dropcheck.handoff.model import Association, Phone
from dropcheck.handoff.rows import Play, RowReader
from dropcheck.result import Basis

HOST = "open.spotify.com"
TRACK = f"https://{HOST}/track/11dFghVXANMlKmJXsNCbNl"
PROFILES = load_profiles()
FINGERPRINT = ":".join(["AB"] * 32)


def claimed(url: str, profile: str, phone: Phone, play: Play = Play.FAILS) -> tuple[str, Basis] | None:
    found = claim(url, RowReader(PROFILES[profile], play), phone)
    return (found.app, found.basis) if found is not None else None


def served(aasa: Any = None, assetlinks: Any = None, installed: frozenset[str] | None = None) -> Phone:
    bodies = {
        name: json.dumps(body).encode()
        for name, body in (("aasa", aasa), ("assetlinks", assetlinks))
        if body is not None
    }
    return Phone(installed or frozenset({"spotify"}), associations={HOST: Association(HOST, **bodies)})


def aasa(*paths: str, app: str = "2FNC3A47ZF.com.spotify.client") -> dict[str, Any]:
    components = [{"/": path} for path in paths]
    return {"applinks": {"details": [{"appIDs": [app], "components": components}]}}


def assetlinks(package: str = "com.spotify.music") -> list[dict[str, Any]]:
    target = {
        "namespace": "android_app",
        "package_name": package,
        "sha256_cert_fingerprints": [FINGERPRINT],
    }
    return [{"relation": ["delegate_permission/common.handle_all_urls"], "target": target}]


@pytest.mark.parametrize(
    ("profile", "phone"),
    [("safari-ios", served(aasa("/track/*"))), ("chrome-android", served(assetlinks=assetlinks()))],
)
def test_the_file_of_the_host_names_the_app(profile: str, phone: Phone) -> None:
    assert claimed(TRACK, profile, phone) == ("spotify", Basis.OBSERVED)


@pytest.mark.parametrize(
    ("profile", "phone"),
    [
        ("safari-ios", served(aasa("/album/*"))),
        ("safari-ios", served(aasa("/track/*", app="2FNC3A47ZF.com.other.client"))),
        ("safari-ios", served(aasa("/track/*"), installed=frozenset({"deezer"}))),
        ("safari-ios", served()),
        ("chrome-android", served(assetlinks=assetlinks("com.other.music"))),
        ("chrome-android", served(assetlinks=assetlinks(), installed=frozenset({"deezer"}))),
        ("chrome-android", served()),
    ],
)
def test_a_file_that_names_no_installed_app_settles_it_against_the_catalogue(
    profile: str, phone: Phone
) -> None:
    assert claimed(TRACK, profile, phone) is None


@pytest.mark.parametrize("profile", ["safari-ios", "chrome-android"])
def test_without_a_file_the_catalogue_stands_in(profile: str) -> None:
    assert claimed(TRACK, profile, Phone()) == ("spotify", Basis.MODELLED)
    missing = Phone(associations={HOST: Association(HOST, basis=Basis.MODELLED)})
    assert claimed(TRACK, profile, missing) == ("spotify", Basis.MODELLED)
    assert claimed("https://bio.example/mara", profile, Phone()) is None


def test_an_assumption_of_the_catalogue_holds_only_where_it_is_played_as_working() -> None:
    phone = Phone(frozenset({"youtube_music"}))
    address = "https://music.youtube.com/watch?v=dQw4w9WgXcQ"
    assert claimed(address, "safari-ios", phone) is None
    assert claimed(address, "safari-ios", phone, Play.WORKS) == ("youtube_music", Basis.MODELLED)
