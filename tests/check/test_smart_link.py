"""The smart_link check on the local internet's pages."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from tests.check.presave_stage import NOW, RELEASE, PresaveStage, presave_stage

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import SmartLinkOptions
from dropcheck.check.smart_link import smart_link
from dropcheck.device.model import Profile
from dropcheck.engine.base import BrowserMissingError
from dropcheck.engine.chromium import ChromiumEngine
from dropcheck.journey.follow import Browsers
from dropcheck.localnet import Request, Response
from dropcheck.result import Verdict
from dropcheck.suite import Case
from dropcheck.suite.sheet import Release

AFTER = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
SPOTIFY = RELEASE["spotify"]
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def made_pages(request: Request) -> Response | None:
    if request.path == "/drawn":
        script = (
            f"const a=document.createElement('a');a.href='{SPOTIFY}'.split('').join('');a.textContent='Play';"
        )
        parts = script.replace("https://open.spotify.com/", "https://'+'open.spot'+'ify.com/")
        return Response.html(f"<h1>Neon</h1><div id=x></div><script>{parts}document.body.append(a)</script>")
    if request.path == "/tracked":
        return Response.html('<a href="/out/spotify">Play on Spotify</a>')
    if request.path == "/out/spotify":
        seen = request.headers.get("referer")
        return (
            Response.redirect(SPOTIFY)
            if seen == "https://made.example/tracked"
            else Response.text("no referrer", 400)
        )
    if request.path == "/dead":
        return Response.html('<a href="https://open.spotify.com/track/2vkLQJtftdhTwK6YzxuyS9">Play</a>')
    return None


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage() -> AsyncIterator[PresaveStage]:
    try:
        async with presave_stage(ChromiumEngine) as stage:
            stage.net.mount("made.example", made_pages)
            yield stage
    except BrowserMissingError as error:
        pytest.skip(str(error))


async def check(
    stage: PresaveStage, url: str, now: dt.datetime = AFTER, sheet: dict[str, Any] | None = None
) -> CheckResult:
    async def browsers(_: Profile) -> Browsers:
        return stage.browsers

    case = Case(
        id="stage/smart_link",
        suite="stage",
        check="smart_link",
        options=SmartLinkOptions(),
        release=Release.model_validate({**RELEASE, **(sheet or {})}),
        link="link",
        url=url,
        profile="instagram-ios",
    )
    context = CheckContext(stage.profiles, browsers, stage.associations, stage.http, now)
    return await smart_link(case, context)


def faults(result: CheckResult) -> list[str]:
    context = {"visits", "choice", "attribution", "markup-unknown"}
    return [rule for f in result.findings if (rule := f.rule.removeprefix("smart_link/")) not in context]


@pytest.mark.parametrize(
    ("url", "now", "verdict", "found"),
    [
        ("https://presave.example/live", AFTER, Verdict.PASS, []),
        ("https://presave.example/live", NOW, Verdict.FAIL, ["already-live"]),
        ("https://presave.example/redirect", NOW, Verdict.PASS, []),
        ("https://bio.example/list", AFTER, Verdict.PASS, []),
        ("https://songwhip.com/mara/neon", NOW, Verdict.FAIL, ["gone"]),
        ("https://go.example/gone", NOW, Verdict.FAIL, ["page-error"]),
        ("https://dead.example/x", NOW, Verdict.ERROR, ["unreachable"]),
    ],
)
async def test_a_page_is_held_against_the_sheet(stage, url, now, verdict, found):
    result = await check(stage, url, now)
    assert (result.verdict, faults(result)) == (verdict, found)


async def test_a_pre_save_page_after_release_day_fails(stage):
    result = await check(stage, "https://presave.example/redirect")
    assert result.verdict is Verdict.FAIL
    assert "still-presave" in faults(result)


async def test_a_page_that_draws_itself_is_read_in_a_browser(stage):
    result = await check(stage, "https://made.example/drawn")
    assert (result.verdict, faults(result)) == (Verdict.PASS, [])
    assert result.data["offers"][0]["target"] == SPOTIFY


async def test_a_tracker_is_followed_with_its_referrer(stage):
    result = await check(stage, "https://made.example/tracked")
    assert (result.verdict, faults(result)) == (Verdict.PASS, [])


async def test_a_button_with_a_dead_store_page_fails(stage):
    gone = {"spotify": "https://open.spotify.com/track/2vkLQJtftdhTwK6YzxuyS9"}
    result = await check(stage, "https://made.example/dead", sheet=gone)
    assert (result.verdict, faults(result)) == (Verdict.FAIL, ["dead-target"])
