"""The egress proxy: the one way out for every engine and HTTP client of a run.

It listens on loopback, speaks CONNECT and absolute-form http, and dials through `Dialler`, so that the
resolve map and the address policy hold for whatever a page tries. What it refuses or cannot reach is
answered with `ERROR_HEADER` (plain http) or a failed tunnel, and the reason stays in the dialler's log.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
import struct
from collections.abc import Callable, Coroutine
from functools import partial
from types import TracebackType

from dropcheck.network.dial import DialError, Dialler, Failure
from dropcheck.network.door import Door

#: Longest request head taken, in bytes; browsers stay far below.
MAX_HEAD = 64 * 1024
#: Longest head of an answer that is looked at; browsers refuse longer ones (Chromium's ``HttpStreamParser``).
MAX_ANSWER_HEAD = 256 * 1024
#: Seconds a client may take to send its request head.
HEAD_TIMEOUT_S = 30.0
#: Response header of the proxy's own error answers; its value is the proxy's secret, so that no site can
#: pretend to be refused.
ERROR_HEADER = "x-dropcheck-proxy"

_CHUNK = 1 << 16
#: Browsers take a bare line feed for the end of a line, too (RFC 9112, 2.2).
_END_OF_LINE = re.compile(rb"\r?\n")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
#: ``103 Early Hints`` and its like, after which the answer itself is still to come (RFC 9110, 15.2).
_INTERIM = re.compile(rb"HTTP/\S+\s+1(?!01)\d\d\b")
_NOT_PASSED_BACK = frozenset({"connection", "keep-alive", ERROR_HEADER})
_HOP_HEADERS = frozenset(
    {"connection", "proxy-connection", "keep-alive", "proxy-authorization", "te", "trailer", "upgrade"}
)

#: Says of a host's name whether no tunnel may lead there.
Refuses = Callable[[str], bool]


class EgressProxy:
    """A proxy on 127.0.0.1; use it as an async context manager.

    `on_failure` is told of every refused or failed connection.
    """

    def __init__(self, dialler: Dialler, on_failure: Callable[[Failure], None] | None = None) -> None:
        self.dialler = dialler
        self.secret = secrets.token_hex(8)
        self._on_failure = on_failure
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._doors: set[Door] = set()

    @property
    def url(self) -> str:
        """The proxy's own URL, ``http://127.0.0.1:PORT``; it must have been started."""
        if self._server is None:
            raise RuntimeError("the egress proxy has not been started")
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        if self._server is None:
            self._server = await asyncio.start_server(
                self._accept, "127.0.0.1", 0, limit=MAX_HEAD, backlog=512
            )

    async def door(self, refuses: Refuses | None = None) -> Door:
        """Open another entrance, whose tunnels lead to no host that `refuses` names.

        It is closed with the proxy at the latest.
        """
        door = Door(partial(self._accept, refuses=refuses), limit=MAX_HEAD)
        await door.open()
        self._doors.add(door)
        return door

    def close_door(self, door: Door) -> None:
        """Close an entrance and cut who came through it."""
        door.close()
        self._doors.discard(door)

    async def close(self) -> None:
        """Stop listening and cut what is still open."""
        for door in tuple(self._doors):
            self.close_door(door)
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in tuple(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def __aenter__(self) -> EgressProxy:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refuses: Refuses | None = None
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer, refuses)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass
        except asyncio.CancelledError:
            # Only `close` cancels a connection, and asyncio's server would log the cancellation.
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refuses: Refuses | None
    ) -> None:
        async with asyncio.timeout(HEAD_TIMEOUT_S):
            head = await reader.readuntil(b"\r\n\r\n")
        lines = head[:-4].split(b"\r\n")
        try:
            method, target, _version = lines[0].decode("ascii").split(" ")
        except (UnicodeDecodeError, ValueError):
            await self._answer(writer, 400, "bad-request")
            return
        if method == "CONNECT":
            await self._connect(target, reader, writer, refuses)
        else:
            await self._forward(method, target, lines[1:], reader, writer)

    async def _connect(
        self,
        target: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        refuses: Refuses | None,
    ) -> None:
        address = _authority(target, None)
        if address is None:
            await self._answer(writer, 400, "bad-request")
            return
        if refuses is not None and refuses(address[0]):
            await self._answer(writer, 403, "refused")
            return
        try:
            upstream = await self.dialler.open(*address, tunnel=True)
        except DialError as error:
            await self._fail(writer, error.failure)
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await _relay(reader, writer, *upstream)

    async def _forward(
        self,
        method: str,
        target: str,
        header_lines: list[bytes],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        scheme, _, rest = target.partition("://")
        netloc, slash, path = rest.partition("/")
        netloc, question, query = netloc.partition("?")
        address = _authority(netloc, 80) if scheme.lower() == "http" else None
        if address is None:
            await self._answer(writer, 400, "bad-request")
            return
        path = f"/{path}" if slash and not question else f"/{question}{query}{slash}{path}"
        kept = [line for line in header_lines if _name(line) not in _HOP_HEADERS]
        length = _content_length(header_lines)
        if length is None:
            await self._answer(writer, 411, "length-required")
            return
        try:
            up_reader, up_writer = await self.dialler.open(*address)
        except DialError as error:
            await self._fail(writer, error.failure)
            return
        # One request per connection: a second one could name another host than the one checked here.
        request_line = f"{method} {path} HTTP/1.1".encode("ascii")
        up_writer.write(b"\r\n".join([request_line, *kept, b"Connection: close", b"", b""]))
        await _first_of(_send_body(reader, up_writer, length), _answer_closing(up_reader, writer), up_writer)

    async def _fail(self, writer: asyncio.StreamWriter, failure: Failure) -> None:
        if self._on_failure is not None:
            self._on_failure(failure)
        await self._answer(writer, 403 if failure.kind.is_refusal else 502, failure.kind.value)

    async def _answer(self, writer: asyncio.StreamWriter, status: int, kind: str) -> None:
        writer.write(
            f"HTTP/1.1 {status} {kind}\r\n{ERROR_HEADER}: {self.secret} {kind}\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n".encode("ascii")
        )
        await writer.drain()


def _authority(netloc: str, default_port: int | None) -> tuple[str, int] | None:
    """Return host and port of ``HOST:PORT``, or None where it names none.

    An IPv6 host may lack its brackets where a port follows: httpx writes it so.
    """
    host, colon, port = netloc.rpartition("@")[2].rpartition(":")
    if not colon or port.endswith("]"):
        host, port = netloc.rpartition("@")[2], str(default_port or "")
    if not host.strip("[]") or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return None
    return host.strip("[]"), int(port)


def _name(line: bytes) -> str:
    return line.partition(b":")[0].strip().lower().decode("latin-1")


def _content_length(lines: list[bytes]) -> int | None:
    """Return the request body's length, or None where it has one that cannot be known beforehand."""
    length = 0
    for line in lines:
        name, value = _name(line), line.partition(b":")[2].strip()
        if name == "transfer-encoding":
            return None
        if name == "content-length":
            if not value.isdigit():
                return None
            length = int(value)
    return length


async def _send_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, length: int) -> None:
    """Send the request body, then watch for the client hanging up."""
    while length > 0:
        chunk = await reader.read(min(length, _CHUNK))
        if not chunk:
            return
        length -= len(chunk)
        writer.write(chunk)
        await writer.drain()
    while await reader.read(_CHUNK):
        # A pipelined request; it is never sent, and the client is told that the connection closes.
        continue


async def _answer_closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy an answer until its end and tell the client that the connection closes after it.

    A server that keeps its side open would else leave the client waiting on a connection nobody reads.
    What is not HTTP at all is passed on as it is; the browser has its own opinion of it.
    """
    came = b""
    while len(came) < MAX_ANSWER_HEAD:
        if not came.startswith(b"HTTP/"[: len(came)]):
            break
        end = _END_OF_HEAD.search(came)
        if end is None:
            chunk = await reader.read(_CHUNK)
            if not chunk:
                break
            came += chunk
            continue
        status_line, *headers = _END_OF_LINE.split(came[: end.start()])
        kept = [line for line in headers if _name(line) not in _NOT_PASSED_BACK]
        is_last = _INTERIM.match(status_line) is None
        closing = [b"Connection: close"] if is_last else []
        writer.write(b"\r\n".join([status_line, *kept, *closing, b"", b""]))
        came = came[end.end() :]
        if is_last:
            break
    writer.write(came)
    await _copy(reader, writer)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()


async def _relay(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    up_reader: asyncio.StreamReader,
    up_writer: asyncio.StreamWriter,
) -> None:
    """Copy both ways until either side ends; TLS has no use for a half-closed tunnel."""
    await _first_of(_copy(reader, up_writer), _down(up_reader, writer), up_writer)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with RST rather than FIN: nothing lingers (SO_LINGER, socket(7))."""
    sock = writer.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _down(up_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy a server's side to the client; a connection that it resets is reset for the client, too.

    A plain close would pass a page cut in the middle off as a whole one.
    """
    try:
        await _copy(up_reader, writer)
    except ConnectionResetError:
        reset(writer)


async def _first_of(
    outward: Coroutine[None, None, None],
    inward: Coroutine[None, None, None],
    up_writer: asyncio.StreamWriter,
) -> None:
    """Run both directions until the first ends, then end the other."""
    ways = [asyncio.ensure_future(outward), asyncio.ensure_future(inward)]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        up_writer.close()
