"""The expectations beside the pages: complete, well-formed, and about pages that exist."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

PAGES = yaml.safe_load((Path(__file__).parents[2] / "fixtures/expectations.yaml").read_text())["pages"]
PROFILES = {
    "tiktok-ios",
    "tiktok-android",
    "instagram-ios",
    "instagram-android",
    "safari-ios",
    "chrome-android",
}
VALUES = {
    "verdict": {"pass", "warn", "fail", "blocked", "error"},
    "outcome": {"app", "store", "browser", "webview", "dead_end"},
    "escape": {"auto", "tap", "prompt", "guided", "none"},
    "ceiling": {"reached", "below"},
}
IN_APP = {name for name in PROFILES if name.startswith(("tiktok", "instagram"))}
CELLS = [(page, profile) for page, entry in PAGES.items() for profile in entry["expect"]]


@pytest.mark.parametrize("page", PAGES)
def test_every_in_app_profile_is_expected_on_every_page(page):
    assert IN_APP <= set(PAGES[page]["expect"]) <= PROFILES


@pytest.mark.parametrize(("page", "profile"), CELLS)
def test_a_cell_says_what_and_why(page, profile):
    cell = PAGES[page]["expect"][profile]
    if "unsettled" in cell:
        assert set(cell) == {"unsettled"}
        return
    assert cell["why"]
    assert cell["verdict"]
    assert set(cell) <= {*VALUES, "taps", "why"}
    for key, allowed in VALUES.items():
        given = cell.get(key, [])
        assert set(given if isinstance(given, list) else [given]) <= allowed


def test_no_promise_is_made_for_tiktok():
    for page, profile in CELLS:
        if profile.startswith("tiktok"):
            assert "pass" not in PAGES[page]["expect"][profile]["verdict"], page


async def test_every_page_is_served(client):
    for name, page in PAGES.items():
        if urlsplit(page["url"]).hostname in ("dead.example", "never.example", "slow.example"):
            continue
        answer = await client.get(page["url"], agent="iPhone")
        assert answer.status_code < 400 or name in ("deleted-link", "missing-link", "broken-link-service"), (
            name
        )


async def test_every_page_of_the_artists_host_has_expectations(fixtures_dir):
    site = yaml.safe_load((fixtures_dir / "sites/bio.example/site.yaml").read_text())
    expected = {urlsplit(page["url"]).path for page in PAGES.values()}
    assert set(site["routes"]) - expected == {"/", "/form-post/go"}
