"""The smart_link check on the local internet's pages."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from tests.check.presave_stage import NOW, RELEASE, ROOT, PresaveStage, presave_stage

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
    if request.path == "/turning":
        is_out = request.parameters["clock"] == "after"
        return Response.html(
            f'<a href="{SPOTIFY}">Play on Spotify</a>' if is_out else "<button>Pre-save on Spotify</button>"
        )
    if request.path == "/campaign":
        return Response.redirect(f"https://made.example/page?{request.query.replace('utm_campaign', 'c')}")
    if request.path == "/page":
        passed = f"{SPOTIFY}?utm_source={request.parameters.get('utm_source', '')}"
        return Response.html(f'<a href="{passed}">Play</a><a href="/to/apple?at=1001l&ct=x">Apple Music</a>')
    if request.path == "/to/apple":
        return Response.redirect("https://music.apple.com/us/song/1440833060")
    if request.path == "/card":
        picture = request.parameters["picture"]
        return Response.html(
            f'<meta property="og:image" content="/media/{picture}"><a href="{SPOTIFY}">Play</a>'
        )
    if request.path.startswith("/media/"):
        file = ROOT / "fixtures" / request.path.lstrip("/")
        return Response(200, (("Content-Type", "image/jpeg"),), file.read_bytes()) if file.is_file() else None
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
    stage: PresaveStage,
    url: str,
    now: dt.datetime = AFTER,
    sheet: dict[str, Any] | None = None,
    **options: Any,
) -> CheckResult:
    async def browsers(_: Profile) -> Browsers:
        return stage.browsers

    files = {"root": ROOT / "fixtures/media"}
    fields = {key: value for key, value in {**RELEASE, **(sheet or {})}.items() if value is not None}
    case = Case(
        id="stage/smart_link",
        suite="stage",
        check="smart_link",
        options=SmartLinkOptions.model_validate(options),
        release=Release.model_validate(fields, context=files),
        link="link",
        url=url,
        profile="instagram-ios",
        folder=files["root"],
    )
    context = CheckContext(stage.profiles, browsers, stage.associations, stage.http, now)
    return await smart_link(case, context)


def faults(result: CheckResult) -> list[str]:
    context = {"visits", "choice", "attribution", "markup-unknown", "generic-rule", "no-preview"}
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


MIDNIGHT = dt.datetime(2026, 11, 20, tzinfo=dt.timezone(dt.timedelta(hours=-5)))


@pytest.mark.parametrize(
    ("now", "shows", "verdict", "found"),
    [
        (MIDNIGHT - dt.timedelta(seconds=1), "before", Verdict.PASS, []),
        (MIDNIGHT - dt.timedelta(seconds=1), "after", Verdict.FAIL, ["already-live"]),
        (MIDNIGHT, "before", Verdict.FAIL, ["still-presave"]),
        (MIDNIGHT, "after", Verdict.PASS, []),
        (MIDNIGHT.astimezone(dt.UTC), "after", Verdict.PASS, []),
    ],
)
async def test_the_same_link_has_to_turn_at_the_release_moment(stage, now, shows, verdict, found):
    result = await check(stage, f"https://made.example/turning?clock={shows}", now)
    assert (result.verdict, faults(result)) == (verdict, found)


async def test_a_suite_that_says_the_mode_is_believed_before_the_clock(stage):
    result = await check(stage, "https://made.example/turning?clock=after", NOW, mode="live")
    assert (result.verdict, result.data["expected_mode"]) == (Verdict.PASS, "live")


async def test_a_lost_parameter_is_named_with_its_hop(stage):
    url = "https://made.example/campaign?utm_source=tiktok&utm_campaign=drop"
    kept = await check(stage, url, keeps=["utm_source"], sheet={"apple_music": None})
    lost = [f for f in kept.findings if f.rule == "smart_link/parameters-lost"]
    # utm_source reaches Spotify and not Apple Music, whose tracker drops its own affiliate token, too.
    assert {(f.evidence["parameter"], f.severity.value) for f in lost} == {
        ("utm_source", "error"),
        ("at", "warning"),
    }
    token = next(f for f in lost if f.evidence["parameter"] == "at")
    assert (token.evidence["hop"], token.evidence["host"]) == (2, "music.apple.com")
    campaign = await check(stage, url, keeps=["utm_campaign"])
    first = next(f for f in campaign.findings if f.rule == "smart_link/parameters-lost")
    assert (campaign.verdict, first.evidence["hop"]) == (Verdict.FAIL, 2)
    assert "utm_campaign is gone at hop 2" in first.detail


@pytest.mark.parametrize(
    ("picture", "verdict", "found"),
    [
        ("neon-hours.jpg", Verdict.PASS, []),
        ("slow-tide.jpg", Verdict.WARN, ["stale-artwork"]),
        ("neon-hours-tinted.jpg", Verdict.WARN, ["stale-artwork"]),
        ("gone.jpg", Verdict.WARN, ["preview-unreadable"]),
    ],
)
async def test_an_old_cover_in_the_preview_is_told(stage, picture, verdict, found):
    sheet = {"artwork": "neon-hours.jpg"}
    result = await check(stage, f"https://made.example/card?picture={picture}", sheet=sheet)
    assert (result.verdict, faults(result)) == (verdict, found)


async def test_a_page_without_a_preview_picture_is_told_and_costs_nothing(stage):
    result = await check(stage, "https://made.example/turning?clock=after")
    assert "smart_link/no-preview" in [finding.rule for finding in result.findings]
    assert result.verdict is Verdict.PASS
