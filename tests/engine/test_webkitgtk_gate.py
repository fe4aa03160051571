"""The gate in front of the run's proxy: what is held reaches no server before the phone has decided."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from dropcheck.engine._webkitgtk_answers import LocalAnswers
from dropcheck.engine._webkitgtk_gate import Gate, address_of
from dropcheck.network import Dialler, EgressProxy, ResolveMap

HOST = ("site.test", 80)


@dataclass
class Server:
    """Answers every request with its request line, and remembers its head."""

    heads: list[str] = field(default_factory=list)
    port: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head.decode("latin-1"))
                body = head.split(b"\r\n", 1)[0]
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@dataclass
class Setup:
    gate: Gate
    server: Server
    refused: list[tuple[str, str]]
    counted: list[str]


@asynccontextmanager
async def set_up(
    access: dict[str, dict[str, str]] | None = None, *, counts: bool = True
) -> AsyncIterator[Setup]:
    server = Server()
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    rules = [f"{host}:80:127.0.0.1:{server.port}" for host in ("site.test", "www.google-analytics.com")]
    refused: list[tuple[str, str]] = []
    counted: list[str] = []

    async def trust(host: str, pem: str) -> None:
        raise AssertionError("plain http needs no certificate")

    async with EgressProxy(Dialler(ResolveMap.parse(rules))) as proxy:
        answers = LocalAnswers(proxy.dialler, access or {}, counts, counted.append, trust)
        gate = Gate(proxy, answers, lambda url, kind: refused.append((url, kind)))
        await gate.start()
        try:
            yield Setup(gate, server, refused, counted)
        finally:
            await gate.close()
            listening.close()


@pytest_asyncio.fixture
async def here() -> AsyncIterator[Setup]:
    async with set_up() as made:
        yield made


async def get(gate: Gate, url: str, *headers: str) -> bytes:
    """Ask the gate for `url` as a proxy is asked; return what came until the end or the body was there."""
    port = urlsplit(gate.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"GET {url} HTTP/1.1", f"host: {urlsplit(url).netloc}", "connection: close", *headers]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(30):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                byte = await reader.read(1)
                if not byte:
                    return head
                head += byte
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.startswith(b"content-length")
                ),
                0,
            )
            return head + await reader.readexactly(length)
    finally:
        writer.close()


async def test_what_is_not_held_goes_through(here: Setup) -> None:
    assert (await get(here.gate, "http://site.test/a")).endswith(b"GET /a HTTP/1.1")


async def test_a_held_host_hears_nothing_until_it_is_released(here: Setup) -> None:
    here.gate.hold(HOST)
    asked = asyncio.ensure_future(get(here.gate, "http://site.test/a"))
    # Another host's answer shows that the gate has had time and that others are not held.
    await get(here.gate, "http://site.test:1/", "x: y")
    assert not asked.done()
    assert here.server.heads == []
    here.gate.release(HOST)
    assert (await asked).startswith(b"HTTP/1.1 200")


async def test_a_dropped_request_never_arrives_and_its_connection_is_cut(here: Setup) -> None:
    here.gate.hold(HOST)
    asked = asyncio.ensure_future(get(here.gate, "http://site.test/secret"))
    await get(here.gate, "http://site.test:1/")
    here.gate.drop(HOST)
    assert await asked == b""
    assert here.server.heads == []
    assert (await get(here.gate, "http://site.test/later")).endswith(b"/later HTTP/1.1")


async def test_a_refused_address_is_told_with_its_kind(here: Setup) -> None:
    await get(here.gate, "http://10.0.0.1/x")
    assert here.refused == [("http://10.0.0.1/x", "private-address")]


async def test_closing_cuts_what_is_held() -> None:
    async with set_up() as here:
        here.gate.hold(HOST)
        asked = asyncio.ensure_future(get(here.gate, "http://site.test/a"))
        await get(here.gate, "http://site.test:1/")
        await here.gate.close()
        assert await asked == b""
        assert here.server.heads == []


async def test_an_analytics_call_is_answered_here_and_counted(here: Setup) -> None:
    url = "http://www.google-analytics.com/g/collect?v=2"
    answer = await get(here.gate, url, "origin: https://page.test")
    assert answer.startswith(b"HTTP/1.1 204")
    assert b"access-control-allow-origin: https://page.test" in answer
    assert here.counted == [url]
    assert here.server.heads == []


async def test_an_analytics_script_is_an_empty_script(here: Setup) -> None:
    answer = await get(here.gate, "http://www.google-analytics.com/analytics.js", "sec-fetch-dest: script")
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"content-type: text/javascript" in answer


async def test_analytics_that_were_asked_for_go_out() -> None:
    async with set_up(counts=False) as here:
        await get(here.gate, "http://www.google-analytics.com/g/collect")
        assert here.counted == []
        assert len(here.server.heads) == 1


async def test_access_headers_replace_the_pages_own_and_hop_headers_stay_here() -> None:
    async with set_up({"site.test": {"Authorization": "Basic b3Vycw=="}}) as here:
        headers = ("authorization: Basic dGhlaXJz", "proxy-connection: keep-alive", "x-kept: 1")
        assert (await get(here.gate, "http://site.test/p?q=1", *headers)).endswith(b"GET /p?q=1 HTTP/1.1")
        (head,) = here.server.heads
        assert "authorization: Basic b3Vycw==" in head
        assert "dGhlaXJz" not in head
        assert "proxy-connection" not in head
        assert "x-kept: 1" in head


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://A.test/x", ("a.test", 443)),
        ("http://a.test.:8080/", ("a.test", 8080)),
        ("wss://a.test/", ("a.test", 443)),
        ("http://[::1]/", ("::1", 80)),
        ("spotify:track:1", None),
        ("https://a.test:x/", None),
        ("https://[broken", None),
        ("", None),
    ],
)
def test_an_address_is_host_and_port_of_what_the_network_fetches(
    url: str, address: tuple[str, int] | None
) -> None:
    assert address_of(url) == address
