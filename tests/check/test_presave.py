"""presave beyond its pages: depths, modes, accounts, and what must not leave."""

import datetime as dt
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.check.presave_stage import PresaveStage, presave_stage

from dropcheck.engine.base import BrowserMissingError
from dropcheck.engine.chromium import ChromiumEngine
from dropcheck.localnet import Request, Response
from dropcheck.result import Verdict

HOST = "https://presave.example"
AFTER = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage() -> AsyncIterator[PresaveStage]:
    try:
        async with presave_stage(ChromiumEngine) as stage:
            yield stage
    except BrowserMissingError as error:
        pytest.skip(str(error))


def rules(result: Any) -> list[str]:
    return [finding.rule.removeprefix("presave/") for finding in result.findings]


@pytest.fixture
def account(stage: PresaveStage, tmp_path: Path) -> Path:
    cookies = [
        {
            "name": name,
            "value": value,
            "domain": "accounts.spotify.com",
            "path": "/",
            "expires": -1,
            "httpOnly": True,
            "secure": True,
            "sameSite": "Lax",
        }
        for name, value in stage.accounts.sign_in("fan").items()
    ]
    path = tmp_path / "account.json"
    path.write_text(json.dumps({"cookies": cookies, "origins": []}))
    return path


@pytest.mark.parametrize(
    ("path", "verdict", "found"),
    [
        ("redirect", Verdict.PASS, []),
        ("implicit", Verdict.FAIL, ["implicit-grant"]),
        ("constant-state", Verdict.WARN, ["constant-state"]),
        ("insecure", Verdict.FAIL, ["insecure-redirect"]),
        ("page-pkce", Verdict.BLOCKED, ["address-not-readable"]),
        ("loop", Verdict.FAIL, ["loop"]),
        ("no-state", Verdict.WARN, ["no-state"]),
        ("plain-pkce", Verdict.WARN, ["pkce-method"]),
        ("foreign-callback", Verdict.WARN, ["foreign-callback"]),
        ("unknown-scope", Verdict.FAIL, ["scope-unknown"]),
        ("missing-scope", Verdict.FAIL, ["scope-missing"]),
        ("post", Verdict.PASS, []),
        ("get-form", Verdict.BLOCKED, ["address-not-readable"]),
        ("named", Verdict.PASS, []),
        ("rows", Verdict.BLOCKED, ["address-not-readable"]),
        ("email", Verdict.BLOCKED, ["address-not-readable"]),
        ("nowhere", Verdict.FAIL, ["page-error"]),
    ],
)
async def test_static_reads_the_address_without_visiting_the_login(stage, path, verdict, found):
    stage.net.forget()
    result = await stage.check(f"{HOST}/{path}", "tiktok-ios", {"depth": "static"})
    assert (result.verdict, rules(result), result.depth) == (verdict, found, "static")
    assert stage.net.requests.count("accounts.spotify.com") == 0


async def test_static_reads_a_form_whose_fields_are_the_login(stage):
    fields = {
        "client_id": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "response_type": "token",
        "redirect_uri": "https://formed.example/callback",
        "scope": "user-library-modify",
        "state": "d41d8cd98f00b204",
    }
    inputs = "".join(f'<input type=hidden name={name} value="{value}">' for name, value in fields.items())

    async def formed(request: Request) -> Response:
        return Response.html(
            f'<form action="https://accounts.spotify.com/authorize">{inputs}<button>Go</button></form>'
        )

    stage.net.mount("formed.example", formed)
    result = await stage.check("https://formed.example/n", "safari-ios", {"depth": "static"})
    assert set(rules(result)) == {"implicit-grant", "constant-state"}


async def test_static_notes_pkce_and_names_the_scopes_beyond_the_list(stage):
    bound = await stage.check(f"{HOST}/redirect-pkce", "safari-ios", {"depth": "static"})
    assert (bound.verdict, bound.data["login"]["pkce"]) == (Verdict.PASS, "S256")
    plain = await stage.check(f"{HOST}/redirect", "safari-ios", {"depth": "static"})
    assert plain.data["login"]["pkce"] is False
    listed = {"depth": "static", "scopes": ["user-library-modify"]}
    many = await stage.check(f"{HOST}/many-scopes", "safari-ios", listed)
    told = next(finding.title for finding in many.findings if finding.rule == "presave/scopes-beyond")
    assert many.verdict is Verdict.WARN
    assert all(scope in told for scope in ("user-read-email", "user-top-read", "user-read-birthdate"))


async def test_an_account_saves_the_song_and_the_state_is_said(stage, account):
    result = await stage.check(f"{HOST}/redirect", "safari-ios", {"depth": "account"}, account=account)
    assert (result.verdict, rules(result)) == (Verdict.PASS, ["library-not-checked"])
    assert stage.accounts.library["fan"] == {"spotify:track:11dFghVXANMlKmJXsNCbNl"}


async def test_who_agreed_before_sees_no_consent_and_that_is_no_fault(stage, account):
    first = await stage.check(f"{HOST}/redirect", "safari-ios", {"depth": "account"}, account=account)
    again = await stage.check(f"{HOST}/redirect", "safari-ios", {"depth": "account"}, account=account)
    assert first.verdict is again.verdict is Verdict.PASS


async def test_an_account_out_of_instagram_goes_through_the_escape(stage, account):
    result = await stage.check(f"{HOST}/redirect", "instagram-android", {"depth": "account"}, account=account)
    assert result.verdict is Verdict.PASS


async def test_only_an_account_shows_an_app_in_development_mode(stage, account):
    result = await stage.check(f"{HOST}/development", "safari-ios", {"depth": "account"}, account=account)
    assert result.verdict is Verdict.FAIL
    assert set(rules(result)) & {"no-success", "development-mode"}


async def test_an_insecure_redirect_is_seen_on_the_page_with_an_account(stage, account):
    result = await stage.check(f"{HOST}/insecure", "safari-ios", {"depth": "account"}, account=account)
    assert "insecure-redirect" in rules(result)


async def test_depth_account_without_an_account_decides_nothing(stage):
    result = await stage.check(f"{HOST}/redirect", "safari-ios", {"depth": "account"})
    assert (result.verdict, rules(result)) == (Verdict.BLOCKED, ["account-missing"])


async def test_after_release_day_a_pre_save_page_fails_and_a_live_one_passes(stage):
    late = await stage.check(f"{HOST}/redirect", "safari-ios", now=AFTER)
    assert (late.verdict, rules(late)) == (Verdict.FAIL, ["still-presave"])
    live = await stage.check(f"{HOST}/live", "instagram-ios", now=AFTER)
    assert (live.verdict, rules(live)) == (Verdict.PASS, [])


async def test_before_release_day_a_live_page_fails(stage):
    result = await stage.check(f"{HOST}/live", "safari-ios")
    assert (result.verdict, rules(result)) == (Verdict.FAIL, ["already-live"])


async def test_service_none_forbids_a_login(stage):
    asked = await stage.check(f"{HOST}/redirect", "safari-ios", {"service": "none"})
    assert (asked.verdict, rules(asked)) == (Verdict.FAIL, ["asks-for-login"])
    mail = await stage.check(f"{HOST}/email", "safari-ios", {"service": "none"})
    assert mail.verdict is Verdict.PASS


async def test_an_email_form_is_no_pre_save_where_one_is_expected(stage):
    result = await stage.check(f"{HOST}/email", "safari-ios", {"service": "spotify"})
    assert (result.verdict, rules(result)) == (Verdict.FAIL, ["no-login"])


async def test_the_wrong_services_login_is_named(stage):
    result = await stage.check(f"{HOST}/deezer", "safari-ios", {"service": "spotify", "tap": ["#presave"]})
    assert (result.verdict, rules(result)) == (Verdict.FAIL, ["wrong-service"])


async def test_services_the_page_lacks_are_named(stage):
    listed = {"services": ["spotify", "apple_music"]}
    result = await stage.check(f"{HOST}/redirect", "safari-ios", listed)
    assert (result.verdict, rules(result)) == (Verdict.FAIL, ["service-missing"])


async def test_no_state_or_cookie_stands_in_what_the_check_says(stage, account):
    result = await stage.check(f"{HOST}/half-way", "instagram-ios")
    logged_in = await stage.check(f"{HOST}/redirect", "safari-ios", {"depth": "account"}, account=account)
    cookie = json.loads(account.read_text())["cookies"][0]["value"]
    for one in (result, logged_in):
        told = repr([finding.model_dump() for finding in one.findings]) + repr(one.data) + one.reason
        assert "state=" not in told
        assert "code=" not in told
        assert cookie not in told
