"""Profiles are read, checked and worn in variants."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from dropcheck.device.load import (
    ProfileError,
    load_profiles,
    read_profile,
    variants_of,
    version_matches,
    with_variant,
)
from dropcheck.device.model import ClientHints
from dropcheck.places import data_folder

PROFILES = load_profiles()


def test_every_row_has_a_source_and_a_date_that_is_not_in_the_future() -> None:
    for profile in PROFILES.values():
        for row in profile.rows:
            assert row.source, row.id
            assert row.date <= dt.date(2026, 11, 22), row.id


def test_contested_and_assumed_rows_say_how_they_fail() -> None:
    for profile in PROFILES.values():
        for row in profile.rows:
            assert row.confidence.decides or row.fails_as is not None, row.id


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_an_iphone_sends_no_client_hints_and_an_android_browser_does(profile: str) -> None:
    identity = PROFILES[profile].identity
    assert (identity.client_hints is None) == (PROFILES[profile].os == "ios")


def test_the_brand_list_is_the_one_captured_from_an_android_webview_143() -> None:
    hints = ClientHints(
        brand="Android WebView",
        full_version="143.0.7499.34",
        platform="Android",
        platform_version="14",
        model="x",
    )
    assert [(brand.brand, brand.version) for brand in hints.brands] == [
        ("Android WebView", "143"),
        ("Chromium", "143"),
        ("Not A(Brand", "24"),
    ]


@pytest.mark.parametrize(
    ("version", "condition", "holds"),
    [
        ("416.0.0.36.70", "<417", True),
        ("417.0", "<417", False),
        ("446.0.0.28.66", ">=424,<444", False),
        ("424.1", ">=424,<444", True),
        ("444", ">=444", True),
    ],
)
def test_version_ranges(version: str, condition: str, holds: bool) -> None:
    assert version_matches(version, condition) is holds


def test_a_version_range_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not a version comparison"):
        version_matches("1", "about 3")


def test_a_variant_changes_agent_and_version_and_an_unknown_one_is_named() -> None:
    older = with_variant(PROFILES["instagram-ios"], "instagram-416")
    assert older.app_version.startswith("416")
    assert "Instagram 416" in older.identity.user_agent
    with pytest.raises(ProfileError, match="no variant 'nonsense'; it has"):
        with_variant(PROFILES["instagram-ios"], "nonsense")
    assert "interstitial" in variants_of(PROFILES["tiktok-ios"])


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    source = data_folder("device_profiles")
    (tmp_path / "shared").mkdir()
    for file in source.rglob("*.yaml"):
        (tmp_path / file.relative_to(source)).write_text(file.read_text("utf-8"), "utf-8")
    return tmp_path


def test_a_row_without_source_or_date_is_refused(copied: Path) -> None:
    path = copied / "tiktok-ios.yaml"
    for missing in ("source", "date"):
        document = yaml.safe_load(path.read_text("utf-8"))
        del document["rows"][0][missing]
        broken = copied / "broken.yaml"
        broken.write_text(yaml.safe_dump({**document, "name": "broken"}), "utf-8")
        with pytest.raises(ProfileError, match=missing):
            read_profile(broken)


def test_a_contested_row_without_its_failure_is_refused(copied: Path) -> None:
    document = yaml.safe_load((copied / "tiktok-ios.yaml").read_text("utf-8"))
    del document["rows"][1]["fails_as"]
    broken = copied / "broken.yaml"
    broken.write_text(yaml.safe_dump({**document, "name": "broken"}), "utf-8")
    with pytest.raises(ProfileError, match="fails_as"):
        read_profile(broken)
