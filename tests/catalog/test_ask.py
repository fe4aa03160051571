"""Asking over real HTTP: patience with a rate limit, bounds, and errors that say what they mean."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from dropcheck.catalog.ask import APP_LOCATION, Asker, AskError, Trouble
from dropcheck.localnet import LocalInternet, Request, Response

FIXTURES = Path(__file__).parents[2] / "fixtures"
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
URL = "https://busy.example/"


class ToLoopback(httpx.AsyncBaseTransport):
    def __init__(self, internet: LocalInternet) -> None:
        self._internet = internet
        self._transport = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cadata=internet.ca_pem))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(host="127.0.0.1", port=self._internet.https_port)
        more = {**request.extensions, "sni_hostname": request.url.host}
        sent = httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=more
        )
        return await self._transport.handle_async_request(sent)

    async def aclose(self) -> None:
        await self._transport.aclose()


class Service:
    """A service that gives its answers one after the other, the last for ever."""

    def __init__(self, internet: LocalInternet, http: httpx.AsyncClient) -> None:
        self.internet, self.waited, self.answers = internet, [], []
        self.asker = Asker(http, NOW, sleep=self._sleep)
        internet.mount("busy.example", self._answer)

    waited: list[float]
    answers: list[Response]

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def _answer(self, _request: Request) -> Response:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def asked(self) -> int:
        return self.internet.requests.count("busy.example")


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with (
        LocalInternet(FIXTURES) as internet,
        httpx.AsyncClient(transport=ToLoopback(internet), trust_env=False) as http,
    ):
        yield Service(internet, http)


def busy(after: str | None = None, body: str = "slow down") -> Response:
    return Response.text(body, 429, (("Retry-After", after),) if after else ())


async def test_a_rate_limit_is_waited_out_as_long_as_it_asks(service: Service) -> None:
    service.answers = [busy("7"), Response.text("here")]
    assert (await service.asker.get(URL)).text == "here"
    assert (service.waited, service.asked) == ([7.0], 2)


@pytest.mark.parametrize(
    ("answer", "trouble", "asked"),
    [
        (busy("79200"), Trouble.RATE_LIMITED, 1),
        (busy("1"), Trouble.RATE_LIMITED, 3),
        (busy(), Trouble.RATE_LIMITED, 3),
        (busy("1", '{"reason":"QUOTA_EXCEEDED"}'), Trouble.QUOTA, 1),
    ],
)
async def test_a_rate_limit_has_bounds_and_a_quota_is_not_asked_again(
    service: Service, answer: Response, trouble: Trouble, asked: int
) -> None:
    service.answers = [answer]
    with pytest.raises(AskError) as caught:
        await service.asker.get(URL)
    assert (caught.value.trouble, service.asked) == (trouble, asked)


async def test_an_answer_that_never_ends_is_cut_off(service: Service) -> None:
    service.answers = [Response(body=b"x" * 2000)]
    with pytest.raises(AskError) as caught:
        await service.asker.get(URL, limit=1000)
    assert caught.value.trouble is Trouble.UNREADABLE


async def test_a_packed_flood_is_cut_off(service: Service) -> None:
    from dropcheck.localnet.wire import Wire

    service.answers = [Response(wire=Wire(act="gzip-bomb", size_mb=64))]
    with pytest.raises(AskError) as caught:
        await service.asker.get(URL)
    assert caught.value.trouble is Trouble.UNREADABLE


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Response.redirect(URL), Trouble.BROKEN),
        (Response.text("<html>"), Trouble.UNREADABLE),
    ],
)
async def test_what_is_no_answer_is_named(service: Service, answer: Response, trouble: Trouble) -> None:
    service.answers = [answer]
    with pytest.raises(AskError) as caught:
        (await service.asker.get(URL)).json()
    assert caught.value.trouble is trouble


@pytest.mark.parametrize(
    "location",
    ["spotify:track:11dFghVXANMlKmJXsNCbNl", "intent://x#Intent;scheme=spotify;end", "itms-apps://x"],
)
async def test_a_redirect_to_an_app_is_an_answer(service: Service, location: str) -> None:
    service.answers = [Response.redirect(location)]
    answer = await service.asker.get(URL)
    assert (answer.status, answer.headers[APP_LOCATION]) == (302, location)


async def test_a_date_to_come_back_is_counted_from_the_services_own_clock(service: Service) -> None:
    hours_ahead = (
        ("Date", "Mon, 23 Nov 2026 09:00:00 GMT"),
        ("Retry-After", "Mon, 23 Nov 2026 09:00:07 GMT"),
    )
    service.answers = [Response.text("slow down", 429, hours_ahead), Response.text("here")]
    assert (await service.asker.get(URL)).text == "here"
    assert service.waited == [7.0]


async def test_a_service_cannot_speak_as_our_own_proxy(service: Service) -> None:
    service.answers = [Response(200, (("x-dropcheck-proxy", "any private-address"),), b"here")]
    assert (await service.asker.get(URL)).body == b"here"
