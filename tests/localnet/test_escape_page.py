"""The well-built escape page in a real browser: each phone is offered the exit its in-app browser allows."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from playwright.async_api import Browser, async_playwright

TRACK = "11dFghVXANMlKmJXsNCbNl"
PROFILES = Path(__file__).parents[2] / "device_profiles"

pytestmark = pytest.mark.browser


@pytest.fixture
async def browser(net) -> AsyncIterator[Browser]:
    shell = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if shell is None:
        pytest.skip("no Chromium: `dropcheck install`, or `apt-get install chromium-headless-shell`")
    rules = f"MAP *:443 127.0.0.1:{net.https_port}, MAP *:80 127.0.0.1:{net.http_port}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shell, args=["--no-sandbox", f"--host-resolver-rules={rules}"]
        )
        yield browser
        await browser.close()


async def visit(browser: Browser, profile: str, url: str) -> tuple[str, bool, list[str]]:
    """The button's target, whether the guide is in view, and the schemes the page fired by itself."""
    agent = yaml.safe_load((PROFILES / f"{profile}.yaml").read_text())["identity"]["user_agent"]
    context = await browser.new_context(
        ignore_https_errors=True, user_agent=agent, viewport={"width": 360, "height": 640}, is_mobile=True
    )
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    fired: list[str] = []
    session.on("Page.frameRequestedNavigation", lambda event: fired.append(event["url"]))
    await session.send("Page.enable")
    await page.goto(url, wait_until="commit")
    button = page.locator("#open")
    await button.wait_for()
    await page.wait_for_function("document.readyState !== 'loading'")
    target = await button.get_attribute("href") or ""
    guide = page.locator("#guide")
    box = await guide.bounding_box() if await guide.is_visible() else None
    await context.close()
    return target, box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 640, fired


URL = "https://bio.example/mara?utm_source=tiktok"


async def test_instagram_on_iphone_gets_a_tapped_external_browser_link(browser):
    target, guided, fired = await visit(browser, "instagram-ios", URL)
    assert target.startswith("instagram://extbrowser/?url=")
    arrival = urlsplit(parse_qs(urlsplit(target).query)["url"][0])
    assert (arrival.hostname, arrival.path) == ("bio.example", "/mara")
    assert parse_qs(arrival.query) == {"utm_source": ["tiktok"], "escaped": ["1"]}
    assert not guided
    assert not fired


async def test_the_page_it_arrives_on_in_safari_opens_the_song_once_and_keeps_a_link(browser):
    target, _, fired = await visit(browser, "safari-ios", URL + "&escaped=1")
    assert fired == [f"spotify:track:{TRACK}?utm_source=tiktok"]
    assert target == f"https://open.spotify.com/track/{TRACK}?utm_source=tiktok"


async def test_instagram_on_android_gets_an_intent_by_itself_and_on_a_tap(browser):
    target, guided, fired = await visit(browser, "instagram-android", URL)
    assert target == (
        f"intent://track/{TRACK}?utm_source=tiktok#Intent;scheme=spotify;package=com.spotify.music;"
        f"S.browser_fallback_url=https%3A%2F%2Fopen.spotify.com%2Ftrack%2F{TRACK}%3Futm_source%3Dtiktok;end"
    )
    assert fired == [target]
    assert not guided


@pytest.mark.parametrize(
    ("profile", "scheme"),
    [("tiktok-ios", "x-safari-https://bio.example/mara?"), ("tiktok-android", "intent://")],
)
async def test_tiktok_gets_a_guide_in_view_and_fires_nothing(browser, profile, scheme):
    target, guided, fired = await visit(browser, profile, URL)
    assert target.startswith(scheme)
    assert guided
    assert not fired


@pytest.mark.parametrize("profile", ["safari-ios", "chrome-android"])
async def test_a_real_browser_gets_a_plain_link(browser, profile):
    target, guided, fired = await visit(browser, profile, URL)
    assert target == f"https://open.spotify.com/track/{TRACK}?utm_source=tiktok"
    assert not guided
    assert not fired


async def test_the_page_that_loses_parameters_loses_them_everywhere(browser):
    for profile in ("instagram-ios", "instagram-android", "safari-ios"):
        target, _, _ = await visit(browser, profile, "https://bio.example/loses-parameters?utm_source=tiktok")
        assert "utm_source" not in target
