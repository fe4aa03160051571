"""presave against a certified authorization server that is not ours: npm's oidc-provider, by popup and redirect.

Needs node 20 and npm; without them the tests are skipped and say what is missing.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from tests.check.presave_stage import PresaveStage, presave_stage
from tests.check.test_presave_pages import ENGINE_PARAMS, ENGINES
from tests.e2e.node_packages import node_folder

from dropcheck.engine.base import BrowserMissingError
from dropcheck.localnet import Request, Response
from dropcheck.result import Verdict

PACKAGE = "oidc-provider@9.13.3"
SERVER = Path(__file__).with_name("oidc_provider.mjs")
ISSUER = "https://op.example"
PAGES = "https://oidc.example"
pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

_HEAD = (
    '<!doctype html><meta charset=utf-8><meta name=viewport content="width=device-width"><h1>Neon Hours</h1>'
)


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    folder = node_folder(PACKAGE)
    # A module is found beside the file that imports it.
    shutil.copy(SERVER, folder / SERVER.name)
    command = ["node", SERVER.name, ISSUER, f"{PAGES}/callback"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        assert running.stdout is not None
        port = running.stdout.readline().strip()
        yield f"http://127.0.0.1:{port}"
        running.terminate()


class Front:
    """The provider's TLS front and a pre-save service that uses it, as hosts of the local internet."""

    def __init__(self, provider: str) -> None:
        self._client = httpx.AsyncClient(base_url=provider)
        self._begun: dict[str, tuple[str, str]] = {}

    async def provider(self, request: Request) -> Response:
        names = ("cookie", "content-type", "accept", "user-agent")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        headers |= {"Host": request.host, "X-Forwarded-Proto": "https", "X-Forwarded-Host": request.host}
        answer = await self._client.request(
            request.method, request.target, headers=headers, content=request.body
        )
        dropped = {"content-length", "transfer-encoding", "connection", "keep-alive", "content-encoding"}
        kept = tuple((name, value) for name, value in answer.headers.multi_items() if name not in dropped)
        return Response(answer.status_code, kept, answer.content)

    async def pages(self, request: Request) -> Response | None:
        if request.path == "/redirect":
            return Response.html(f'{_HEAD}<a href="/start">Pre-save the song</a>')
        if request.path == "/popup":
            script = "onclick=\"window.open('/start','login','width=400,height=600')\""
            return Response.html(f"{_HEAD}<button {script}>Pre-save the song</button>")
        if request.path == "/start":
            return self._start()
        if request.path == "/callback":
            return self._callback(request)
        return None

    def _start(self) -> Response:
        session, state, verifier = (secrets.token_urlsafe(n) for n in (16, 16, 48))
        self._begun[session] = (state, verifier)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "client_id": "presave",
            "response_type": "code",
            "redirect_uri": f"{PAGES}/callback",
            "scope": "openid",
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        cookie = f"begun={session}; Path=/; Secure; HttpOnly; SameSite=Lax"
        return Response.redirect(f"{ISSUER}/auth?{urlencode(asked)}", headers=(("Set-Cookie", cookie),))

    def _callback(self, request: Request) -> Response:
        state, _ = self._begun.get(request.cookies.get("begun", ""), ("", ""))
        if request.parameters.get("state") != state:
            return Response.html(f"{_HEAD}<p>Something went wrong, please start again.", 400)
        if "error" in request.parameters:
            return Response.html(f"{_HEAD}<p>No problem, nothing was saved.")
        return Response.html(f"{_HEAD}<p>You are all set.")

    async def close(self) -> None:
        await self._client.aclose()


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=ENGINE_PARAMS)
async def stage(request: pytest.FixtureRequest, provider: str) -> AsyncIterator[PresaveStage]:
    front = Front(provider)
    try:
        async with presave_stage(ENGINES[request.param]) as stage:
            stage.net.mount("op.example", front.provider)
            stage.net.mount("oidc.example", front.pages)
            yield stage
    except BrowserMissingError as error:
        pytest.skip(str(error))
    finally:
        await front.close()


@pytest.mark.parametrize(
    ("form", "profile", "verdict", "rule"),
    [
        ("redirect", "safari-ios", Verdict.PASS, None),
        ("redirect", "chrome-android", Verdict.PASS, None),
        ("popup", "safari-ios", Verdict.PASS, None),
        ("popup", "chrome-android", Verdict.PASS, None),
        ("redirect", "instagram-ios", Verdict.FAIL, "presave/login-in-app"),
        ("popup", "instagram-android", Verdict.FAIL, "presave/opener-lost"),
        ("popup", "tiktok-ios", Verdict.FAIL, "presave/popup-blocked"),
    ],
)
async def test_a_login_at_a_certified_server_is_judged_like_any(stage, form, profile, verdict, rule):
    result = await stage.check(f"{PAGES}/{form}", profile)
    assert result.verdict is verdict, [finding.title for finding in result.findings]
    assert rule is None or rule in [finding.rule for finding in result.findings]


async def test_cancelling_at_the_certified_server_comes_back_to_the_callback(stage):
    stage.net.forget()
    await stage.check(f"{PAGES}/redirect", "safari-ios")
    answers = [request.parameters for request in stage.net.requests.to("oidc.example", "/callback")]
    assert [answer.get("error") for answer in answers] == ["access_denied"]


async def test_the_provider_itself_answers(stage):
    answer = await stage.http.get(f"{ISSUER}/.well-known/openid-configuration")
    assert answer.json()["issuer"] == ISSUER
