from __future__ import annotations

import pytest

from dropcheck.suite import SuiteError, new_suite, plan

from .conftest import APPLE, SPOTIFY

PROFILES = ("tiktok-ios", "tiktok-android", "instagram-ios", "instagram-android", "safari-ios")


def options(suite, registry):
    found = plan([suite], PROFILES, registry).cases
    assert len(found) == 4
    return found[0].options


def test_a_link_and_a_store_make_a_suite(registry):
    suite = new_suite("https://bio.example/mara", registry, stores={"spotify": SPOTIFY})
    found = options(suite, registry)
    assert (found.to, found.app, found.opens) == ("app", "spotify", SPOTIFY)


def test_a_store_link_alone_leads_to_itself(registry):
    found = options(new_suite(APPLE, registry), registry)
    assert (found.to, found.app, found.opens) == ("app", "apple_music", APPLE)


def test_another_link_alone_must_reach_the_real_browser(registry):
    assert options(new_suite("https://bio.example/mara", registry), registry).to == "browser"


@pytest.mark.parametrize(
    ("url", "stores", "said"),
    [
        ("bio.example", {"spotify": SPOTIFY}, "links[0].url: this is not a web address"),
        ("https://a.example", {"spotify": APPLE}, "release.spotify: this is not an address of Spotify"),
        ("https://a.example", {"myspace": APPLE}, "is not a store"),
    ],
)
def test_what_is_wrong_names_the_value(registry, url, stores, said):
    with pytest.raises(SuiteError) as caught:
        new_suite(url, registry, stores=stores)
    assert said in str(caught.value)
