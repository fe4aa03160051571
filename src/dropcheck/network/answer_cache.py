"""Keeps public answers of services and hosts on disk for as long as they allow it, and says how old they are.

The rules are HTTP's own (RFC 9111, by hishel): what a server does not let others keep is not kept, and what has
grown old is asked for again. Only plain questions are kept: no header of ours that isn't everybody's, no cookie,
no login, nothing whose address speaks of tokens; and nothing from a host that ``--resolve`` maps.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import httpx

from dropcheck.network.resolve import ResolveMap

#: Seconds after which a kept answer is asked for again, whatever its server allows. Our choice: a release's facts
#: change on the day it comes out, and whoever mends them wants to see it.
LONGEST_KEPT_S = 3600.0
#: Bytes of the file. Our choice: some hundred thousand answers of a few kilobytes.
LARGEST_FILE = 256 * 2**20
#: Request headers that say nothing about who asks.
_EVERYBODYS = frozenset({"host", "accept", "accept-encoding", "accept-language", "connection", "user-agent"})
_SPEAKS_OF_SECRETS = re.compile(
    r"token|secret|oauth|authori[sz]e|login|session|(api|access)[-_]?key|[?&]key=", re.I
)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer that came from the cache: whose, and how many seconds old."""

    url: str
    age_s: int


_noted: ContextVar[dict[str, KeptAnswer] | None] = ContextVar("kept_answers", default=None)


@contextlib.contextmanager
def kept_answers() -> Iterator[dict[str, KeptAnswer]]:
    """Collect, by address, the kept answers that are used inside the block (and in tasks begun there)."""
    found: dict[str, KeptAnswer] = {}
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


def note(answer: KeptAnswer | None) -> None:
    """Take note that a kept answer was used; None for a fresh one."""
    found = _noted.get()
    if found is not None and answer is not None:
        found[answer.url] = answer


def kept(response: httpx.Response) -> KeptAnswer | None:
    """Return whose and how old an answer is that came from the cache; None for a fresh one."""
    status = response.extensions.get("caching")
    if not status or not status["from_cache"]:
        return None
    age = response.headers.get("age", "0")
    return KeptAnswer(str(response.request.url), int(age) if age.isdigit() else 0)


def default_file() -> Path:
    """Return where this machine's user keeps the answers."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "dropcheck" / "answers.sqlite"


class KeepingTransport(httpx.AsyncBaseTransport):
    """Answers from the file where it may, else from `transport`; a file that can't be used is done without.

    Raises ImportError where hishel isn't installed (the extra ``cache``).
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, file: Path, resolve: ResolveMap) -> None:
        from hishel import AsyncSqliteStorage, CacheOptions
        from hishel.httpx import AsyncCacheTransport

        self._transport, self._resolve = transport, resolve
        self._file, self._usable = file, True
        storage = AsyncSqliteStorage(database_path=file, default_ttl=LONGEST_KEPT_S, max_size=LARGEST_FILE)
        self._cache = AsyncCacheTransport(transport, storage=storage, rfc=CacheOptions(shared=True))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from the file or send; see `httpx.AsyncBaseTransport`."""
        if not (self._usable and self._may_be_kept(request)):
            return await self._transport.handle_async_request(request)
        try:
            response = await self._cache.handle_async_request(request)
        except (sqlite3.Error, OSError, RuntimeError):
            # A full disk, a file of something else, a folder nobody may write to: the answer matters, not the file.
            self._usable = False
            return await self._transport.handle_async_request(request)
        response.request = request
        note(kept(response))
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Kept(response.stream, self._give_up)
        return response

    def _give_up(self) -> None:
        self._usable = False

    async def aclose(self) -> None:
        """Close the file and the connections."""
        await self._cache.aclose()

    def _may_be_kept(self, request: httpx.Request) -> bool:
        return (
            request.method == "GET"
            # Over plain http it may be our own proxy that answers.
            and request.url.scheme == "https"
            and all(name.lower() in _EVERYBODYS for name in request.headers)
            and not _SPEAKS_OF_SECRETS.search(f"{request.url.path}?{request.url.query.decode('latin-1')}")
            and self._resolve.target(request.url.host, request.url.port or 443) is None
        )


class _Kept(httpx.AsyncByteStream):
    """A body on its way into the file; a file that fails in the middle is a failed read, to be tried again."""

    def __init__(self, stream: httpx.AsyncByteStream, give_up: Callable[[], None]) -> None:
        self._stream, self._give_up = stream, give_up

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                yield chunk
        except (sqlite3.Error, RuntimeError) as error:
            self._give_up()
            raise httpx.ReadError(f"the file of kept answers failed ({error})") from error

    async def aclose(self) -> None:
        with contextlib.suppress(sqlite3.Error, RuntimeError):
            await self._stream.aclose()
