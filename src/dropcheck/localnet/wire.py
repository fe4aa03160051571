"""Ways an answer misbehaves below HTTP: hangs, resets, lies about its length, floods, trickles.

h11 refuses to send any of these, rightly, so they are written to the socket by hand.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_CHUNK = 64 * 1024


class Wire(BaseModel):
    """One misbehaviour; `at` is where in the answer it happens, sizes are in MiB, times in milliseconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: Literal["hang", "reset", "close", "trickle", "declare-length", "raw", "gzip-bomb", "fill"]
    at: Literal["before-headers", "after-headers", "mid-body"] = "before-headers"
    length: int | None = Field(default=None, ge=0, description="declare-length: the length claimed, in bytes")
    raw: str | None = Field(default=None, description="raw: what is sent instead of HTTP, as Latin-1")
    size_mb: int = Field(default=50, ge=1, le=4096, description="fill, gzip-bomb: size once unpacked")
    chunk: int = Field(default=1, ge=1, description="trickle: bytes sent at a time")
    every_ms: int = Field(default=500, ge=1, description="trickle: pause between two sends")


def reset(transport: asyncio.BaseTransport) -> None:
    """Closes a connection with RST rather than FIN, as a dead or hostile server does."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        linger_nothing(sock)
    if isinstance(transport, asyncio.Transport):
        transport.abort()


def linger_nothing(sock: socket.socket) -> None:
    """Makes the next close of this socket send RST (SO_LINGER with zero seconds, socket(7))."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def misbehave(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    wire: Wire,
    status_line: bytes,
    headers: list[tuple[str, str]],
    body: bytes,
) -> None:
    """Sends an answer as `wire` says and leaves the connection unusable.

    Returns when the misbehaviour is over; a hang lasts until the client goes away or the server stops.
    """
    if wire.act == "raw":
        writer.write((wire.raw or "").encode("latin-1"))
        await writer.drain()
        return
    if wire.act in ("hang", "reset", "close") and wire.at == "before-headers":
        await _stop(reader, writer, wire)
        return
    if wire.act == "gzip-bomb":
        headers = [*headers, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
        writer.write(_head(status_line, headers))
        await _send_chunked(writer, _gzip_of_zeros(wire.size_mb))
        return
    if wire.act == "fill":
        total = len(body) + wire.size_mb * 2**20
        writer.write(_head(status_line, [*headers, ("Content-Length", str(total))]) + body)
        for _ in range(wire.size_mb * 2**20 // _CHUNK):
            writer.write(b" " * _CHUNK)
            await writer.drain()
        return
    length = wire.length if wire.act == "declare-length" and wire.length is not None else len(body)
    writer.write(_head(status_line, [*headers, ("Content-Length", str(length))]))
    if wire.act == "trickle":
        for start in range(0, len(body), wire.chunk):
            writer.write(body[start : start + wire.chunk])
            await writer.drain()
            await asyncio.sleep(wire.every_ms / 1000)
        return
    if wire.act == "declare-length":
        writer.write(body)
        await writer.drain()
        return
    if wire.at == "mid-body":
        writer.write(body[: len(body) // 2])
    await writer.drain()
    await _stop(reader, writer, wire)


async def _stop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
    if wire.act == "reset":
        reset(writer.transport)
    elif wire.act == "hang":
        while await reader.read(_CHUNK):
            pass


def _head(status_line: bytes, headers: list[tuple[str, str]]) -> bytes:
    lines = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers)
    return status_line + lines + b"Connection: close\r\n\r\n"


def _gzip_of_zeros(size_mb: int) -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits=31)
    zeros = bytes(2**20)
    for _ in range(size_mb):
        if packed := packer.compress(zeros):
            yield packed
    yield packer.flush()


async def _send_chunked(writer: asyncio.StreamWriter, chunks: Iterator[bytes]) -> None:
    for chunk in chunks:
        writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()
