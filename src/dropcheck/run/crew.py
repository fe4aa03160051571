"""How many cases are performed at once: as many as was asked for, or as many as the machine has hands free for."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from statistics import fmean
from typing import Any

import psutil

from dropcheck.run.options import default_jobs

#: Seconds between two looks at the machine, and how many in a row must all have been idle before somebody is taken
#: on, or full on the whole before somebody is let go: a few visits' worth, so that nobody is taken in by one of them.
_LOOK_S = 0.25
_LOOKS_TO_GROW = 2
_LOOKS_TO_SHRINK = 4
#: Shares of the processors' time: below the first they have hands free, above the second nobody gains by one more.
_IDLE = 0.85
_FULL = 0.95
#: Free memory that must be left, in bytes: a journey on WebKitGTK holds up to 200 MB (benchmarks/README.md).
_MEMORY_LEFT = 1 << 30
#: Members taken on at a time, and times the number a run begins with that it may grow to.
_STEP = 2
_MOST = 3


class Crew:
    """Performs cases, each of its members one after another, until there are none left.

    With `jobs` there are that many members. Without, a run begins with `default_jobs`, takes on more while the
    processors idle and cases wait (`has_more`), and lets those go again while the processors are full: pages that
    take their time leave a machine with nothing to do, and pages that don't leave nothing to gain.
    `perform_next` performs one case and returns False when there are no more to come; `busy` tells the share of
    the processors' time in use since it was last called, from 0 to 1.
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
        self._adapts = jobs is None
        self._begin_with = max(1, default_jobs() if jobs is None else jobs)
        self._busy = busy or _processors_busy
        self._look_s = look_s
        self._members: set[asyncio.Task[None]] = set()
        self._to_go = 0
        self._watch: asyncio.Task[None] | None = None
        self._warm = asyncio.Event()

    def start(self) -> None:
        """Take up work; needs a running event loop."""
        self._take_on(self._begin_with)
        if self._adapts:
            self._watch = asyncio.ensure_future(self._adapt())

    def drop(self) -> None:
        """Let every member drop what it does."""
        for member in self._members:
            member.cancel()

    async def end(self) -> None:
        """Wait until every member has nothing left to do."""
        if self._watch is not None:
            self._watch.cancel()
        await asyncio.gather(*self._members, return_exceptions=True)

    def _take_on(self, count: int) -> None:
        for _ in range(count):
            member = asyncio.ensure_future(self._work())
            self._members.add(member)
            member.add_done_callback(self._members.discard)

    async def _work(self) -> None:
        while await self._perform_next():
            self._warm.set()
            if self._to_go:
                self._to_go -= 1
                return

    async def _adapt(self) -> None:
        # While the browser starts, the processors wait for the disk, not for more to do.
        await self._warm.wait()
        self._busy()
        looks: deque[float] = deque(maxlen=_LOOKS_TO_SHRINK)
        while True:
            await asyncio.sleep(self._look_s)
            looks.append(self._busy())
            size = len(self._members) - self._to_go
            recent = list(looks)[-_LOOKS_TO_GROW:]
            if len(recent) == _LOOKS_TO_GROW and max(recent) < _IDLE:
                looks.clear()
                if size + _STEP <= self._begin_with * _MOST and self._has_more() and _has_memory():
                    self._take_on(_STEP)
            elif len(looks) == _LOOKS_TO_SHRINK and fmean(looks) > _FULL:
                looks.clear()
                if size > self._begin_with:
                    self._to_go += 1


def _processors_busy() -> float:
    return psutil.cpu_percent(None) / 100


def _has_memory() -> bool:
    return psutil.virtual_memory().available > _MEMORY_LEFT
