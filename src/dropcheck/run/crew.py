"""How many cases are performed at once: as many as was asked for, or as many as the machine has hands free for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import psutil

from dropcheck.run.options import default_jobs

#: Seconds between two looks at the machine: a few visits' worth, so that a look isn't taken in by one of them.
_LOOK_S = 0.25
#: Share of the processors' time above which one more journey would only slow down the others.
_BUSY = 0.85
#: Free memory that must be left, in bytes: a journey on WebKitGTK holds up to 200 MB (benchmarks/README.md).
_MEMORY_LEFT = 1 << 30
#: Times the number a run begins with that it may grow to.
_MOST = 3


class Crew:
    """Performs cases, each of its members one after another, until there are none left.

    With `jobs` there are that many members. Without, a run begins with `default_jobs` and takes on more while
    the processors idle and cases wait (`has_more`): pages that take their time leave a machine with nothing to
    do, and pages that don't leave nothing to gain. `perform_next` performs one case and returns False when
    there are no more to come; `busy` tells the share of the processors' time in use since it was last called, from
    0 to 1.
    """

    def __init__(
        self,
        perform_next: Callable[[], Coroutine[Any, Any, bool]],
        has_more: Callable[[], bool],
        jobs: int | None,
        *,
        busy: Callable[[], float] | None = None,
        look_s: float = _LOOK_S,
    ) -> None:
        self._perform_next, self._has_more = perform_next, has_more
        self._grows = jobs is None
        self._begin_with = max(1, default_jobs() if jobs is None else jobs)
        self._busy = busy or _processors_busy
        self._look_s = look_s
        self._members: list[asyncio.Task[None]] = []
        self._watch: asyncio.Task[None] | None = None
        self._warm = asyncio.Event()

    def start(self) -> None:
        """Take up work; needs a running event loop."""
        for _ in range(self._begin_with):
            self._take_on()
        if self._grows:
            self._watch = asyncio.ensure_future(self._grow())

    def drop(self) -> None:
        """Let every member drop what it does."""
        for member in self._members:
            member.cancel()

    async def end(self) -> None:
        """Wait until every member has nothing left to do."""
        if self._watch is not None:
            self._watch.cancel()
        await asyncio.gather(*self._members, return_exceptions=True)

    def _take_on(self) -> None:
        self._members.append(asyncio.ensure_future(self._work()))

    async def _work(self) -> None:
        while await self._perform_next():
            self._warm.set()

    async def _grow(self) -> None:
        # While the browser starts, the processors wait for the disk, not for more to do.
        await self._warm.wait()
        self._busy()
        while len(self._members) < self._begin_with * _MOST:
            await asyncio.sleep(self._look_s)
            if self._busy() < _BUSY and self._has_more() and _has_memory():
                self._take_on()
                self._take_on()


def _processors_busy() -> float:
    return psutil.cpu_percent(None) / 100


def _has_memory() -> bool:
    return psutil.virtual_memory().available > _MEMORY_LEFT
