"""Pages built on other people's escape libraries, used as their README says, on the four in-app phones.

`eiab` escapes by itself; `inapp-spy` only tells where the page is, so its page builds the links that its users
build. What is expected follows from the facts (reference on in-app browsers, 2.2 to 2.5), not from the library's hope.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.e2e.node_packages import bundle
from tests.e2e.stage import IN_APP, TRACK, Running, differences, running, selected, served, suite_of, told

from dropcheck.localnet import Handler, Request, Response
from dropcheck.run.options import RunOptions

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600), pytest.mark.xdist_group("pages-of-others")]

SUITE = "others"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Neon Hours</title>
<h1>Neon Hours</h1><p id="where">Mara Vale</p><a id="listen" href="{track}">Listen on Spotify</a>
<script>{script}</script></html>"""

EIAB = 'import { attemptEscape } from "eiab"; attemptEscape();'
INAPP_SPY = """
import InAppSpy from "inapp-spy";
const { isInApp, appKey, appName } = InAppSpy();
const listen = document.getElementById("listen");
const here = location.href;
if (isInApp) {
  document.getElementById("where").textContent = "You are in " + appName + ". Tap the dots, then Open in browser.";
  if (/android/i.test(navigator.userAgent)) {
    const rest = listen.href.replace(/^https:\\/\\//, "");
    listen.href = "intent://" + rest + "#Intent;scheme=https;package=com.spotify.music;end";
  } else if (appKey === "instagram") {
    listen.href = "instagram://extbrowser/?url=" + encodeURIComponent(here);
  } else {
    listen.href = here.replace(/^https/, "x-safari-https");
  }
}
"""
PAGES = {"eiab": EIAB, "inapp-spy": INAPP_SPY}

TO_BROWSER = {"to": "browser"}
TO_APP = {"to": "app", "app": "spotify", "opens": TRACK}
#: link: (page, check, what the facts say)
LINKS = {
    "eiab-to-browser": (
        "eiab",
        TO_BROWSER,
        {
            # x-safari-https by script: contested in TikTok; no guide and nothing to tap that leaves.
            "tiktok-ios": {"verdict": "warn", "outcome": "webview", "escape": "none"},
            # intent: contested and dropped silently; then a Spotify link that loads in the view.
            "tiktok-android": {"verdict": "warn", "outcome": "webview", "escape": "none"},
            # Dead since Instagram 417, whatever fires it.
            "instagram-ios": {"verdict": "fail", "escape": "none", "rule": "escape/x-safari-on-instagram"},
            # The unattended route that every source knows.
            "instagram-android": {"verdict": "pass", "outcome": "browser", "escape": "auto", "taps": 0},
        },
    ),
    "eiab-to-app": (
        "eiab",
        TO_APP,
        {
            "tiktok-ios": {"verdict": "warn", "escape": "none"},
            "tiktok-android": {"verdict": "warn", "escape": "none"},
            # The Spotify link below it is a universal link, contested.
            "instagram-ios": {"verdict": "warn", "escape": "none", "rule": "escape/x-safari-on-instagram"},
            # Out to Chrome by itself, then one tap on a verified app link.
            "instagram-android": {"verdict": "pass", "outcome": "app", "escape": "auto", "taps": 1},
        },
    ),
    "inapp-spy-to-app": (
        "inapp-spy",
        TO_APP,
        {
            # Contested either way; where it fails the note is the way out.
            "tiktok-ios": {"verdict": "warn", "escape": ["guided", "tap"]},
            "tiktok-android": {"verdict": "warn", "escape": "guided"},
            # Out by the tapped extbrowser link, after the question; a second tap in Safari is one too many.
            "instagram-ios": {"verdict": ["pass", "warn"], "outcome": "app", "escape": "prompt", "taps": 2},
            "instagram-android": {"verdict": "pass", "outcome": "app", "escape": "tap", "taps": 1},
        },
    ),
}
CELLS = [
    pytest.param(
        (link, phone),
        id=f"{link}-{phone}",
        marks=pytest.mark.webkit if phone.endswith("ios") else pytest.mark.browser,
    )
    for link in LINKS
    for phone in IN_APP
]


def _page(name: str) -> Handler:
    html = _PAGE.format(track=TRACK, script=bundle(PAGES[name], name))

    async def answer(request: Request) -> Response | None:
        return Response.html(html) if request.path == "/" else Response.text("Nothing here.", status=404)

    return answer


@pytest.fixture(scope="module")
def pages(request: pytest.FixtureRequest) -> Iterator[Running]:
    links = {link: (f"https://{page}.example/", check) for link, (page, check, _) in LINKS.items()}
    wanted = [f"{SUITE}/{link}/{phone}/escape" for link, phone in selected(request, "cell")]
    with served({f"{name}.example": _page(name) for name in PAGES}) as net:
        options = RunOptions(jobs=6, per_host=6, resolve=tuple(net.resolve_rules()), insecure=True)
        with running([suite_of(SUITE, links, IN_APP, local=False)], wanted, options) as run:
            yield run


@pytest.mark.parametrize("cell", CELLS)
def test_a_librarys_page_comes_to_what_the_facts_say(pages: Running, cell: tuple[str, str]) -> None:
    link, phone = cell
    expected = dict(LINKS[link][2][phone])
    rule = expected.pop("rule", None)
    result = pages.result(f"{SUITE}/{link}/{phone}/escape")
    assert not differences(expected, result), told(result)
    if rule is not None:
        assert rule in {finding.rule for finding in result.findings}, told(result)
