"""Which case is next: in the order of the plan, as far as the hosts they visit have room."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable
from urllib.parse import urlsplit

from dropcheck.suite import Case


class CaseQueue:
    """Hands out cases so that at most `per_host` of them visit one host at once.

    A host that is full doesn't hold up the cases behind it. Cases without a link and those `unbounded` names
    (suites on the local internet) are never held back. New cases may be added while others run; `get` returns
    None once the queue is closed and empty.
    """

    def __init__(self, per_host: int, unbounded: Iterable[str] = ()) -> None:
        self._per_host = per_host
        self._unbounded = frozenset(unbounded)
        self._waiting: OrderedDict[str, deque[Case]] = OrderedDict()
        self._running: dict[str, int] = {}
        self._changed = asyncio.Condition()
        self._closed = False

    def add(self, case: Case) -> None:
        """Put `case` at the end; call from the loop's own thread, then `wake`."""
        self._waiting.setdefault(self._host(case), deque()).append(case)

    async def wake(self) -> None:
        """Tell those who wait that there is something new."""
        async with self._changed:
            self._changed.notify_all()

    async def close(self) -> None:
        """Say that nothing more will be added."""
        self._closed = True
        await self.wake()

    async def get(self) -> Case | None:
        """Wait for the next case that may run, and count it against its host."""
        async with self._changed:
            while True:
                case = self._next()
                if case is not None:
                    return case
                if self._closed and not self._waiting:
                    return None
                await self._changed.wait()

    def get_nowait(self) -> Case | None:
        """Return the next case that may run now, counted against its host; None when there is none."""
        return self._next()

    async def done(self, case: Case) -> None:
        """Give back the place that `case` took at its host."""
        host = self._host(case)
        self._running[host] -= 1
        await self.wake()

    def _next(self) -> Case | None:
        for host, cases in self._waiting.items():
            if host and self._running.get(host, 0) >= self._per_host:
                continue
            case = cases.popleft()
            if cases:
                # Hosts take turns, so that a sweep over many of them spreads its visits.
                self._waiting.move_to_end(host)
            else:
                del self._waiting[host]
            self._running[host] = self._running.get(host, 0) + 1
            return case
        return None

    def _host(self, case: Case) -> str:
        if case.url is None or case.suite in self._unbounded:
            return ""
        return urlsplit(case.url).hostname or ""
