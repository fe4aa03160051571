"""The way from one WebKitGTK view to the run's proxy, which can be held host by host.

WebKit tells the status of a redirect only once it goes on to the next URL. So it is let go on, while the gate
keeps back whatever the view sends to that host until the phone has decided: a redirect the phone takes
elsewhere reaches no server.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from urllib.parse import urlsplit

from dropcheck.engine._webkitgtk_answers import LocalAnswers
from dropcheck.network import EgressProxy
from dropcheck.network.proxy import ERROR_HEADER, reset

Address = tuple[str, int]

_MAX_HEAD = 64 * 1024
_CHUNK = 1 << 16
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def address_of(url: str) -> Address | None:
    """Return host and port of a URL that is fetched over the network, or None."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme.lower())
    except ValueError:
        return None
    return (parts.hostname.lower().rstrip("."), port) if parts.hostname and port else None


class _Hold:
    def __init__(self) -> None:
        self.decided = asyncio.Event()
        self.dropped = False


class Gate:
    """A proxy on 127.0.0.1 in front of `proxy`, for one view.

    `on_refused` is told the URL and the kind of failure when `proxy` refuses a connection; of a tunnel only
    the origin is known.
    """

    def __init__(
        self, proxy: EgressProxy, answers: LocalAnswers, on_refused: Callable[[str, str], None]
    ) -> None:
        self._proxy = proxy
        self._answers = answers
        self._on_refused = on_refused
        self._server: asyncio.Server | None = None
        self._holds: dict[Address, _Hold] = {}
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        await self._proxy.start()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_MAX_HEAD)

    @property
    def url(self) -> str:
        """The gate's own URL; it must have been started."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def hold(self, address: Address) -> None:
        """Keep back what the view sends to `address` from now on."""
        self._holds.setdefault(address, _Hold())

    def release(self, address: Address) -> None:
        """Let what was kept back go on."""
        held = self._holds.pop(address, None)
        if held is not None:
            held.decided.set()

    def drop(self, address: Address) -> None:
        """Throw away what was kept back and cut the connections it was on."""
        held = self._holds.pop(address, None)
        if held is not None:
            held.dropped = True
            held.decided.set()

    async def close(self) -> None:
        """Stop listening and cut what is still open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in tuple(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            # The view hung up, or `close` cut the connection; asyncio's server would log either.
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        target = words[1] if len(words) == 3 else ""
        address = address_of(f"https://{target}" if words[0] == "CONNECT" else target)
        if address is None or not await self._may_pass(address):
            return
        if self._answers.speaks_for(*address):
            if words[0] == "CONNECT":
                await self._answers.take_tunnel(*address, reader, writer)
            else:
                await self._answers.take_request("", *address, head, reader, writer)
            return
        url = f"https://{target.removesuffix(':443')}/" if words[0] == "CONNECT" else target
        parts = urlsplit(self._proxy.url)
        up_reader, up_writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            up_writer.write(head)
            ways = [
                asyncio.ensure_future(self._send(reader, up_writer, address)),
                asyncio.ensure_future(self._receive(up_reader, writer, url)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            up_writer.close()

    async def _may_pass(self, address: Address) -> bool:
        held = self._holds.get(address)
        if held is None:
            return True
        await held.decided.wait()
        return not held.dropped

    async def _send(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address
    ) -> None:
        while chunk := await reader.read(_CHUNK):
            if not await self._may_pass(address):
                return
            writer.write(chunk)
            await writer.drain()

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str) -> None:
        # The proxy writes the whole head of its own answers at once.
        mark = f"{ERROR_HEADER}: {self._proxy.secret} ".encode("ascii")
        chunk = await reader.read(_CHUNK)
        _, _, refused = chunk.partition(mark)
        if refused:
            self._on_refused(url, refused.partition(b"\r\n")[0].decode("ascii"))
        with contextlib.suppress(ConnectionError):
            while chunk:
                writer.write(chunk)
                await writer.drain()
                try:
                    chunk = await reader.read(_CHUNK)
                except ConnectionResetError:
                    # A plain close would pass a page cut in the middle off as a whole one.
                    reset(writer)
                    return
