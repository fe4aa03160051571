"""A local internet with every store, and what a check needs to ask it: a case, a context, a client."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from dropcheck.check.model import CheckContext
from dropcheck.check.options import builtin_registry
from dropcheck.localnet import LocalInternet, Request, Response
from dropcheck.localnet.services.stores import mount_stores
from dropcheck.suite import Case
from dropcheck.suite.sheet import Release

FIXTURES = Path(__file__).parents[2] / "fixtures"
#: 61 hours after the release moment of `SHEET`: nothing is pending any more.
LATER = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.UTC)
#: Three hours after it.
EARLY = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
#: The sheet of the design's example.
SHEET: dict[str, Any] = {
    "title": "Neon Hours",
    "artists": [{"name": "Mara Vale", "spotify": "4Z8W4fKeB5YxbusRsdQVPb", "deezer": "5501"}],
    "isrc": "QZABC2600001",
    "upc": "859712345677",
    "released": "2026-11-20T00:00:00-05:00",
    "duration": "2:58",
    "explicit": False,
    "label": "Night Bus Records",
    "spotify": "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl",
    "apple_music": "https://music.apple.com/us/song/1440833060",
}
CREDENTIALS = {"DROPCHECK_SPOTIFY_ID": "someone", "DROPCHECK_SPOTIFY_SECRET": "a-secret"}


class ToLoopback(httpx.AsyncBaseTransport):
    """Sends every host to a local internet, certificates checked against its authority."""

    def __init__(self, internet: LocalInternet) -> None:
        self._internet = internet
        self._transport = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cadata=internet.ca_pem))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        secure = request.url.scheme == "https"
        port = self._internet.https_port if secure else self._internet.http_port
        sent = httpx.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1", port=port),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return await self._transport.handle_async_request(sent)

    async def aclose(self) -> None:
        await self._transport.aclose()


class KeptEvidence:
    """Keeps what a check gives it, in memory."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def keep(self, case_id: str, name: str, content: bytes) -> str | None:
        self.files[name] = content
        return f"evidence/{name}"


@pytest.fixture
async def internet() -> AsyncIterator[LocalInternet]:
    async with LocalInternet(FIXTURES) as internet:
        mount_stores(internet, FIXTURES)
        yield internet


@pytest.fixture
async def http(internet: LocalInternet) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=ToLoopback(internet), trust_env=False) as client:
        yield client


STORE_HOSTS = (
    "accounts.spotify.com", "api.spotify.com", "open.spotify.com", "itunes.apple.com", "api.deezer.com",
    "musicbrainz.org", "www.tiktok.com", "vm.tiktok.com", "www.instagram.com", "i.scdn.co", "bio.example",
)  # fmt: skip
#: What a service answers: JSON, a page, a whole response, or what a request makes of it.
Answer = dict[str, Any] | list[Any] | str | Response | Callable[[Request], Response]


class Answers:
    """What services answer in one test: the first entry whose key is part of the address asked for; else 404."""

    def __init__(self, http: httpx.AsyncClient, internet: LocalInternet) -> None:
        self.http = http
        self.requests = internet.requests
        self.table: dict[str, Answer] = {"/api/token": {"access_token": "stand-in", "expires_in": 3600}}

    async def __call__(self, request: Request) -> Response:
        answer = next((one for key, one in self.table.items() if key in request.url), None)
        if isinstance(answer, Response):
            return answer
        if callable(answer):
            return answer(request)
        if isinstance(answer, str):
            return Response.html(answer)
        return Response.json({"error": {"status": 404}}, 404) if answer is None else Response.json(answer)


@pytest.fixture
async def answers() -> AsyncIterator[Answers]:
    """Services that answer what the test says, over real HTTP."""
    async with (
        LocalInternet(FIXTURES) as internet,
        httpx.AsyncClient(transport=ToLoopback(internet), trust_env=False) as client,
    ):
        made = Answers(client, internet)
        for host in STORE_HOSTS:
            internet.mount(host, made)
        yield made


@pytest.fixture
def evidence() -> KeptEvidence:
    return KeptEvidence()


@pytest.fixture
def context(http: httpx.AsyncClient, evidence: KeptEvidence) -> Callable[..., CheckContext]:
    """Make a context; credentials and clock can be given."""

    def make(*, now: dt.datetime = LATER, credentials: Mapping[str, str] | None = None) -> CheckContext:
        async def no_browser(_profile: object) -> Any:
            raise AssertionError("these checks need no browser")

        return CheckContext(
            profiles={},
            browsers=no_browser,
            associations=None,  # type: ignore[arg-type]
            http=http,
            now=now,
            evidence=evidence,
            credentials=credentials or {},
        )

    return make


@pytest.fixture
def case_of() -> Callable[..., Case]:
    """Make a case of a check from options and changes to the sheet; a None takes a field off it."""

    def make(
        check: str,
        options: Mapping[str, Any] | None = None,
        *,
        sheet: Mapping[str, Any] | None = None,
        url: str | None = None,
        placement: str | None = None,
        folder: Path | None = None,
    ) -> Case:
        spec = builtin_registry().get(check)
        assert spec is not None
        data = {key: value for key, value in {**SHEET, **(sheet or {})}.items() if value is not None}
        files = {"root": folder.resolve()} if folder else {"root": FIXTURES.resolve()}
        release = Release.model_validate(data, context=files)
        asked = spec.options.model_validate(dict(options or {}), context=files)
        return Case(
            id=f"neon-hours/{'bio/tiktok-ios' if url else 'release'}/{check}",
            suite="neon-hours",
            check=check,
            options=asked.resolved(release),  # type: ignore[attr-defined]
            release=release,
            link="bio" if url else None,
            url=url,
            placement=placement,
            pending_until=release.released.everywhere if spec.store and release.released else None,
            folder=files["root"],
        )

    return make
