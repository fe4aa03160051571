"""The HTTP client of a run: the engines' way out, and polite to every host it asks."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ssl
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from dropcheck.network.answer_cache import KeepingTransport
from dropcheck.network.proxy import EgressProxy
from dropcheck.network.resolve import ResolveMap
from dropcheck.network.retry_after import http_date, seconds_asked

#: Requests to one host at once. Our choice: what a browser opens over HTTP/1.1 is 6.
PER_HOST = 4
#: Seconds a host's `Retry-After` holds back later requests to it; one that asks for more is asked again after
#: this and may say so itself. Our choice.
LONGEST_PAUSE_S = 20.0
#: Seconds for connecting, for each read, and for a free connection.
TIMEOUT_S = 20.0


def http_client(
    proxy: EgressProxy, *, per_host: int = PER_HOST, answers: Path | None = None
) -> httpx.AsyncClient:
    """Return a client that goes out through `proxy` and follows no redirect unless asked to.

    `answers` is a file in which answers are kept as long as their servers allow; see `answer_cache`.

    With an `insecure` dialler the certificates of mapped hosts are accepted, and of no others. Nothing is read
    from the environment. Raises what httpx raises; what the proxy refuses is an `httpx.ProxyError` (https) or an
    answer with `dropcheck.network.proxy.ERROR_HEADER` (http).
    """
    transport: httpx.AsyncBaseTransport = _outward(proxy, proxy.dialler.trust)
    if proxy.dialler.insecure:
        transport = _InsecureForMapped(transport, _outward(proxy, False), proxy.dialler.resolve)
    polite: httpx.AsyncBaseTransport = PoliteTransport(transport, per_host)
    if answers is not None:
        # Without hishel every answer is asked for.
        with contextlib.suppress(ImportError):
            polite = KeepingTransport(polite, answers, proxy.dialler.resolve)
    return httpx.AsyncClient(
        transport=polite,
        timeout=TIMEOUT_S,
        trust_env=False,
        follow_redirects=False,
    )


def _outward(proxy: EgressProxy, verify: ssl.SSLContext | bool) -> httpx.AsyncHTTPTransport:
    return httpx.AsyncHTTPTransport(proxy=proxy.url, verify=verify, trust_env=False, retries=0)


class _InsecureForMapped(httpx.AsyncBaseTransport):
    """Sends what goes to mapped hosts through `accepting`, everything else through `verifying`.

    The dialler looks at those certificates too, but on a connection of its own: who stands in between could show
    another one here, where credentials go.
    """

    def __init__(
        self, verifying: httpx.AsyncBaseTransport, accepting: httpx.AsyncBaseTransport, resolve: ResolveMap
    ) -> None:
        self._verifying, self._accepting, self._resolve = verifying, accepting, resolve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        mapped = self._resolve.target(request.url.host, request.url.port or 443) is not None
        return await (self._accepting if mapped else self._verifying).handle_async_request(request)

    async def aclose(self) -> None:
        await self._verifying.aclose()
        await self._accepting.aclose()


class PoliteTransport(httpx.AsyncBaseTransport):
    """Sends at most `per_host` requests to a host at once, and none while it asked to be left alone."""

    def __init__(self, transport: httpx.AsyncBaseTransport, per_host: int = PER_HOST) -> None:
        self._transport = transport
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(per_host))
        self._not_before: dict[str, float] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for the host's turn, then send; see `httpx.AsyncBaseTransport`."""
        host = request.url.host
        turn = self._turns[host]
        await turn.acquire()
        try:
            pause = self._not_before.get(host, 0.0) - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            response = await self._transport.handle_async_request(request)
        except BaseException:
            turn.release()
            raise
        if response.status_code in (429, 503):
            sent = http_date(response.headers.get("date", "")) or dt.datetime.now(dt.UTC)
            asked = seconds_asked(response.headers.get("retry-after"), sent)
            if asked is not None:
                self._not_before[host] = time.monotonic() + min(asked, LONGEST_PAUSE_S)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Turn(response.stream, turn)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


class _Turn(httpx.AsyncByteStream):
    """An answer's body; the host's next request may go when it is read or dropped."""

    def __init__(self, stream: httpx.AsyncByteStream, turn: asyncio.Semaphore) -> None:
        self._stream = stream
        self._turn: asyncio.Semaphore | None = turn

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            if self._turn is not None:
                self._turn.release()
                self._turn = None
