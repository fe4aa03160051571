"""The HTTP client is polite: few requests to a host at once, none while it asks to be left alone."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

import httpx
import pytest
import trustme

from dropcheck.network import Dialler, EgressProxy
from dropcheck.network import client as client_module
from dropcheck.network.client import PoliteTransport, http_client


def answer(status: int, retry_after: str | None = None) -> httpx.Response:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b"body"))


class _Host(httpx.AsyncBaseTransport):
    """Answers when told to, and counts what it holds at once."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.now = self.most = 0
        self.go = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.now += 1
        self.most = max(self.most, self.now)
        await self.go.wait()
        self.now -= 1
        return self.answers.pop(0) if self.answers else answer(200)


async def test_no_more_than_its_share_goes_to_one_host_at_once() -> None:
    host = _Host()
    async with httpx.AsyncClient(transport=PoliteTransport(host, per_host=2)) as client:
        asked = [asyncio.ensure_future(client.get("https://a.test/")) for _ in range(6)]
        other = asyncio.ensure_future(client.get("https://b.test/"))
        for _ in range(5):
            await asyncio.sleep(0)
        assert host.now == 3
        host.go.set()
        assert {answer.status_code for answer in await asyncio.gather(other, *asked)} == {200}
    assert host.most == 3


async def test_a_host_that_asks_for_time_gets_it_and_others_do_not_wait(monkeypatch) -> None:
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    host = _Host(answer(429, "7"))
    host.go.set()
    async with httpx.AsyncClient(transport=PoliteTransport(host)) as client:
        assert (await client.get("https://busy.test/")).status_code == 429
        monkeypatch.setattr(client_module.asyncio, "sleep", note)
        await client.get("https://calm.test/")
        assert waited == []
        await client.get("https://busy.test/")
    assert len(waited) == 1
    assert 6 < waited[0] <= 7


async def test_a_pause_is_bounded(monkeypatch) -> None:
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    host = _Host(answer(503, "86400"))
    host.go.set()
    async with httpx.AsyncClient(transport=PoliteTransport(host)) as client:
        await client.get("https://busy.test/")
        monkeypatch.setattr(client_module.asyncio, "sleep", note)
        await client.get("https://busy.test/")
    assert waited[0] <= client_module.LONGEST_PAUSE_S


async def test_an_answer_that_is_dropped_unread_gives_its_turn_back() -> None:
    host = _Host()
    host.go.set()
    async with httpx.AsyncClient(transport=PoliteTransport(host, per_host=1)) as client:
        async with client.stream("GET", "https://a.test/"):
            pass
        assert (await client.get("https://a.test/")).status_code == 200


async def test_a_certificate_shown_to_the_dialler_alone_is_no_way_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody in between lets the look at the certificate through and then shows another one."""
    trusted, others = trustme.CA(), trustme.CA()
    shown = []

    def show(connection: ssl.SSLObject, _name: str | None, _first: ssl.SSLContext) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        (others if shown else trusted).issue_cert("site.test").configure_cert(context)
        connection.context = context
        shown.append(connection)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def loopback(_host: str) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr("dropcheck.network.dial.refusal", lambda address: None)
    listening = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trusted.issue_cert("site.test").configure_cert(listening)
    listening.sni_callback = show
    trust = ssl.create_default_context()
    trusted.configure_trust(trust)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=listening)
    port = server.sockets[0].getsockname()[1]
    dialler = Dialler(insecure=True, lookup=loopback, trust=trust)
    async with server, EgressProxy(dialler) as proxy, http_client(proxy) as client:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(f"https://site.test:{port}/")
    assert len(shown) == 2
