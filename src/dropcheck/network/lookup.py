"""Asks the system's resolver for a name's addresses, so that no name holds up another's or the end of the run."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

#: Names that are asked for at once. Our choice: a name server of a page's own may keep the system's resolver waiting
#: for half a minute and more, and a browser asks for 32 at once (Chromium's sockets per proxy).
MOST_AT_ONCE = 128


class SystemLookup:
    """Resolves names in threads of their own: asyncio has few, and waits for them at its end."""

    def __init__(self, most_at_once: int = MOST_AT_ONCE) -> None:
        self._turns = asyncio.Semaphore(most_at_once)

    async def __call__(self, host: str) -> list[str]:
        """Return the addresses of `host` in the resolver's order; raises OSError, ValueError for what is no name."""
        async with self._turns:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[list[str]] = loop.create_future()

            def told(found: list[str] | Exception) -> None:
                if answer.done():
                    return
                if isinstance(found, Exception):
                    answer.set_exception(found)
                else:
                    answer.set_result(found)

            def ask() -> None:
                found: list[str] | Exception
                try:
                    entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
                    found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
                except (OSError, ValueError) as error:
                    found = error
                # The run may be over before a slow name server answers.
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(told, found)

            threading.Thread(target=ask, name=f"resolve {host[:60]}", daemon=True).start()
            return await answer
