"""The listeners: every host name on one TLS port and one plain port of 127.0.0.1."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from dropcheck.localnet.certificates import CertificateStore, Tls, read_server_name
from dropcheck.localnet.exchange import exchange
from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.pages import Pages
from dropcheck.localnet.requests import RequestLog
from dropcheck.localnet.wire import Wire, linger_nothing, reset

Handler = Callable[[Request], Awaitable[Response | None]]

_log = logging.getLogger(__name__)

_ADDRESS = "127.0.0.1"
# A ClientHello arrives in one segment on loopback; a proxy in between may split it.
_HELLO_PATIENCE_S = 5.0


class LocalInternet:
    """Serves a fixture folder as many hosts on loopback while its `async with` block runs.

    A host that no site and no handler answers is dead: its connections are reset. Ports are free ones unless
    given; `latency_ms` is added to every answer. Raises SiteMapError for fixtures that can't be served and
    OSError for a port that is taken.
    """

    def __init__(
        self, fixtures: Path | str, *, latency_ms: int = 0, https_port: int = 0, http_port: int = 0
    ) -> None:
        self.latency_ms = latency_ms
        self.https_port = https_port
        self.http_port = http_port
        self.requests = RequestLog()
        self._pages = Pages(Path(fixtures))
        self._handlers: dict[str, list[Handler]] = {}
        self._certificates = CertificateStore()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: list[socket.socket] = []

    @property
    def ca_pem(self) -> str:
        """The certificate authority behind every valid host here, as PEM text."""
        return self._certificates.ca_pem

    @property
    def hosts(self) -> list[str]:
        """Every host name that answers, sorted."""
        return sorted({*self._pages.sites, *self._handlers})

    def resolve_rules(self) -> list[str]:
        """The rules that send every host here, in the form of `--resolve`: `HOST:PORT:ADDRESS:PORT`."""
        return [f"*:443:{_ADDRESS}:{self.https_port}", f"*:80:{_ADDRESS}:{self.http_port}"]

    def mount(self, host: str, handler: Handler) -> None:
        """Lets Python answer for a host, before its fixture pages.

        A handler that returns None passes the request on, to the next one and at last to the fixture pages.
        """
        self._handlers.setdefault(host.lower(), []).append(handler)

    def forget(self) -> None:
        """Empties the request log and starts every "first N requests" again."""
        self.requests.clear()
        self._pages.forget_visits()

    async def __aenter__(self) -> Self:
        secure = _listen(self.https_port)
        try:
            plain = _listen(self.http_port)
        except OSError:
            secure.close()
            raise
        self._listeners = [secure, plain]
        self.https_port, self.http_port = secure.getsockname()[1], plain.getsockname()[1]
        self._start(self._accept(secure, secure=True))
        self._start(self._accept(plain, secure=False))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for listener in self._listeners:
            listener.close()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket, *, secure: bool) -> None:
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(listener)
            client.setblocking(False)
            self._start(self._serve(client, secure=secure))

    async def _serve(self, client: socket.socket, *, secure: bool) -> None:
        # The client left, or refused our certificate: its business, and seen on its side.
        with contextlib.suppress(OSError, EOFError):
            try:
                name = await _peek_server_name(client) if secure else ""
                if name is None or (secure and not await self._connects(client, name)):
                    client.close()
                    return
                context = self._certificates.context(name, self._tls_of(name)) if secure else None
            except BaseException:
                client.close()
                raise
            await self._serve_stream(client, name, context)

    async def _serve_stream(self, client: socket.socket, name: str, context: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, client, ssl=context)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        scheme = "https" if context else "http"
        try:
            dead = await exchange(reader, writer, scheme=scheme, server_name=name, answer=self._answer)
            if dead:
                reset(transport)
            elif not transport.is_closing():
                writer.close()
                await writer.wait_closed()
        except BaseException:
            transport.abort()
            raise

    async def _answer(self, request: Request) -> Response | None:
        """The response to a request, None for a host that doesn't exist."""
        self.requests.add(request)
        site = self._pages.sites.get(request.host)
        handlers = self._handlers.get(request.host, ())
        if site is None and not handlers:
            return None
        for handler in handlers:
            if (response := await _handled(handler, request)) is not None:
                await _wait(self.latency_ms)
                return response
        if site is None:
            return Response.text("nothing here", 404)
        if site.connect == "reset":
            return None
        if site.connect == "hang":
            return Response(wire=Wire(act="hang"))
        if request.scheme == "http" and site.plain_http == "redirect":
            await _wait(self.latency_ms)
            return Response.redirect(f"https://{request.host}{request.target}", 301)
        response, latency_ms = self._pages.answer(
            site, request, {"http_port": self.http_port, "https_port": self.https_port}
        )
        await _wait(self.latency_ms + latency_ms)
        return response

    async def _connects(self, client: socket.socket, name: str) -> bool:
        """Whether a TLS handshake with this host goes ahead; if not, closing the socket resets it."""
        if name in self._handlers:
            return True
        site = self._pages.sites.get(name)
        if site is None or site.connect == "reset":
            linger_nothing(client)
            return False
        if site.connect == "hang":
            await _until_closed(client)
            return False
        return True

    def _tls_of(self, name: str) -> Tls:
        site = self._pages.sites.get(name)
        return site.tls if site else Tls.VALID


async def serve_forever(
    fixtures: Path | str,
    *,
    latency_ms: int = 0,
    https_port: int = 0,
    http_port: int = 0,
    ready: Callable[[LocalInternet], None] | None = None,
) -> None:
    """Serves until cancelled and calls `ready` once the ports are open; raises as `LocalInternet` does."""
    async with LocalInternet(
        fixtures, latency_ms=latency_ms, https_port=https_port, http_port=http_port
    ) as internet:
        if ready is not None:
            ready(internet)
        await asyncio.Event().wait()


def _listen(port: int) -> socket.socket:
    try:
        listener = socket.create_server((_ADDRESS, port), backlog=512)
    except OSError as error:
        raise OSError(error.errno, f"can't listen on {_ADDRESS}, port {port}: {error.strerror}") from error
    listener.setblocking(False)
    return listener


async def _handled(handler: Handler, request: Request) -> Response | None:
    try:
        return await handler(request)
    except Exception as error:  # noqa: BLE001 -- a service that breaks must look like one that breaks
        _log.warning("the handler of %s%s broke", request.host, request.path, exc_info=True)
        return Response.text(f"{type(error).__name__}: {error}", 500)


async def _wait(milliseconds: int) -> None:
    if milliseconds:
        await asyncio.sleep(milliseconds / 1000)


async def _peek_server_name(client: socket.socket) -> str | None:
    """The host a TLS client asks for, its bytes left unread.

    The loopback address when it names none, None when it left.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _HELLO_PATIENCE_S
    while True:
        await _readable(client)
        hello = client.recv(64 * 1024, socket.MSG_PEEK)
        if not hello:
            return None
        complete, name = read_server_name(hello)
        if complete or loop.time() > deadline:
            return (name or _ADDRESS).lower()
        # The rest is on its way; the socket stays readable, so waiting for readability would spin.
        await asyncio.sleep(0.005)


async def _until_closed(client: socket.socket) -> None:
    while True:
        await _readable(client)
        if not client.recv(64 * 1024):
            return


async def _readable(client: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(client, wake)
    try:
        await ready
    finally:
        loop.remove_reader(client)
