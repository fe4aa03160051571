"""An entrance of the egress proxy of its own, whose connections can be cut without touching any other's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

#: Serves one connection until its end.
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_SHUT = b"HTTP/1.1 503 shut\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Door:
    """A port of its own on 127.0.0.1 that leads to the proxy; `shut` keeps everybody out until `let_in`.

    `was_tried` says whether somebody came while it was shut.
    """

    def __init__(self, serve: Serve, *, limit: int) -> None:
        self._serve, self._limit = serve, limit
        self._server: asyncio.Server | None = None
        self._inside: set[asyncio.StreamWriter] = set()
        self._is_shut = False
        self.was_tried = False

    @property
    def url(self) -> str:
        """Where a client finds it, ``http://127.0.0.1:PORT``; it must have been opened."""
        assert self._server is not None, "the door has not been opened"
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def open(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._enter, "127.0.0.1", 0, limit=self._limit, backlog=512)

    def shut(self) -> None:
        """Cut every connection at once and turn new ones away."""
        self._is_shut = True
        for writer in tuple(self._inside):
            writer.transport.abort()

    def let_in(self) -> None:
        """Take connections again, and forget that somebody tried."""
        self.was_tried = False
        self._is_shut = False

    def close(self) -> None:
        """Cut every connection and stop listening."""
        self.shut()
        if self._server is not None:
            self._server.close()

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_shut:
            self.was_tried = True
            # A refused connection would make a browser think that the proxy is broken, and remember it.
            with contextlib.suppress(OSError):
                writer.write(_SHUT)
                writer.close()
            return
        self._inside.add(writer)
        try:
            await self._serve(reader, writer)
        finally:
            self._inside.discard(writer)
