"""Calls that count a fan are known by host and path; what else lives on those hosts is left alone."""

from __future__ import annotations

import fnmatch
import json
from importlib import resources

import pytest

from dropcheck.engine.analytics import is_analytics, is_counting_host, url_patterns

COUNTING = [
    "https://www.google-analytics.com/g/collect?v=2",
    "https://region1.google-analytics.com/g/collect",
    "https://www.googletagmanager.com/gtm.js?id=GTM-1",
    "https://stats.g.doubleclick.net/j/collect",
    "https://connect.facebook.net/en_US/fbevents.js",
    "https://www.facebook.com/tr?id=1&ev=PageView",
    "https://www.facebook.com/tr/",
    "https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=1",
    "https://tr.snapchat.com/p",
    "https://ct.pinterest.com/v3/?event=init",
    "https://static.ads-twitter.com/uwt.js",
    "https://static.hotjar.com/c/hotjar-1.js",
    "https://cdn.segment.com/analytics.js/v1/x/analytics.min.js",
    "https://api.segment.io/v1/p",
    "https://www.google-analytics.com./g/collect",
    f"https://{'a.' * 50_000}google-analytics.com/g/collect",
]
LEFT_ALONE = [
    "https://www.facebook.com/artist",
    "https://www.facebook.com/track/1",
    "https://connect.facebook.net/en_US/sdk.js",
    "https://www.tiktok.com/@artist",
    "https://www.google.com/search?q=x",
    "https://google-analytics.com.evil.test/collect",
    "https://notgoogle-analytics.com/",
    "https://open.spotify.com/track/1?utm_source=google-analytics.com",
    "spotify:track:1",
    "https://[broken",
    f"https://{'a.' * 50_000}test/",
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("url", COUNTING)
def test_a_call_that_counts_is_known_and_paused(url: str) -> None:
    assert is_analytics(url)
    assert any(fnmatch.fnmatchcase(url, pattern) for pattern in url_patterns())


@pytest.mark.parametrize("url", LEFT_ALONE)
def test_what_a_page_needs_is_left_alone(url: str) -> None:
    assert not is_analytics(url)


@pytest.mark.parametrize(
    ("host", "counts"),
    [
        ("www.google-analytics.com", True),
        ("region1.google-analytics.com.", True),
        ("analytics.tiktok.com", True),
        ("www.facebook.com", False),
        ("www.google.com", False),
        ("google-analytics.com.evil.test", False),
        ("page.test", False),
    ],
)
def test_a_host_that_only_counts_is_told_from_one_that_serves_pages_too(host: str, counts: bool) -> None:
    assert is_counting_host(host) is counts


def test_every_service_says_where_its_hosts_are_known_from() -> None:
    text = resources.files("dropcheck.engine.data").joinpath("analytics.json").read_text(encoding="utf-8")
    for service in json.loads(text)["services"]:
        source = service["source"]
        assert source.startswith("https://") or source == "general knowledge, an assumption", service["name"]
