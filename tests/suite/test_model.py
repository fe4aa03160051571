from __future__ import annotations

import datetime as dt

import pytest

from dropcheck.suite import Known, Release

KNOWN = Known(
    rules=("escape.*",), profiles=("tiktok-*",), reason="known to the service", until=dt.date(2026, 11, 30)
)
LAST_DAY = dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("rule", "profile", "today", "applies"),
    [
        ("escape.trapped", "tiktok-ios", LAST_DAY, True),
        ("escape.trapped", "tiktok-ios", LAST_DAY + dt.timedelta(days=1), False),
        ("escape.trapped", "instagram-ios", LAST_DAY, False),
        ("presave.trapped", "tiktok-ios", LAST_DAY, False),
        ("escape.trapped", None, LAST_DAY, False),
    ],
)
def test_a_known_failure_holds_for_its_rules_and_profiles_until_its_last_day(rule, profile, today, applies):
    assert (KNOWN.covers(rule, profile) and not KNOWN.expired(today)) is applies


def test_an_expired_entry_still_says_what_it_covered():
    after = LAST_DAY + dt.timedelta(days=1)
    assert KNOWN.expired(after)
    assert KNOWN.covers("escape.trapped", "tiktok-ios")


def test_an_artists_ids_are_completed_by_the_identities():
    release = Release.model_validate(
        {
            "artists": [{"name": "Mara Vale", "tiktok": "mara"}],
            "identities": {"Mara Vale": {"spotify": "4Z8W4fKeB5YxbusRsdQVPb", "tiktok": "old"}},
        }
    )
    identity = release.identity_of(release.artists[0])
    assert (identity.spotify, identity.tiktok) == ("4Z8W4fKeB5YxbusRsdQVPb", "mara")


def test_the_sheet_is_json_without_what_nobody_said():
    release = Release.model_validate(
        {"title": "x", "artists": "Tyler, The Creator", "released": "2026-11-20"}
    )
    assert release.as_sheet() == {
        "title": "x",
        "artists": [{"name": "Tyler, The Creator"}],
        "released": "2026-11-20",
    }
