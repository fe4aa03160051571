"""Which case is next: in the order of the plan, as far as the hosts they visit have room."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from dropcheck.network import ResolveMap
from dropcheck.run.pace import Pace
from dropcheck.suite import Case


class CaseQueue:
    """Hands out cases so that at most `per_host` of them visit one host at once, and no faster than `pace`.

    A host that is full doesn't hold up the cases behind it. Cases without a link, those of suites that
    `unbounded` names (on the local internet) and those to hosts that are `own` are never held back.
    New cases may be added while others run; `get` returns None once the queue is closed and empty.
    """

    def __init__(
        self,
        per_host: int,
        unbounded: Iterable[str] = (),
        *,
        pace: Pace | None = None,
        own: Callable[[str], bool] = lambda _url: False,
    ) -> None:
        self._per_host = per_host
        self._unbounded = frozenset(unbounded)
        self._pace, self._own = pace or Pace(0), own
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
                # A host that only waits for its pace comes free by itself, without anybody saying so.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), self._soonest_s())

    def get_nowait(self) -> Case | None:
        """Return the next case that may run now, counted against its host; None when there is none."""
        return self._next()

    def has_ready(self) -> bool:
        """Whether a case waits that may run now."""
        return self._next_host() is not None

    def rest(self, case: Case, asked: Mapping[str, float | None]) -> None:
        """Leave hosts alone for a while that told `case` that there were too many visits.

        `asked` maps them to the seconds they named. The host of the case's own link, whose visits lead there,
        rests as long.
        """
        own = self._host(case)
        if own and asked:
            longest = max((seconds for seconds in asked.values() if seconds is not None), default=None)
            for host, seconds in {own: longest, **asked}.items():
                self._pace.rest(host, seconds)

    async def done(self, case: Case) -> None:
        """Give back the place that `case` took at its host."""
        host = self._host(case)
        self._running[host] -= 1
        await self.wake()

    def _next(self) -> Case | None:
        host = self._next_host()
        if host is None:
            return None
        cases = self._waiting[host]
        case = cases.popleft()
        if cases:
            # Hosts take turns, so that a sweep over many of them spreads its visits.
            self._waiting.move_to_end(host)
        else:
            del self._waiting[host]
        self._running[host] = self._running.get(host, 0) + 1
        if host:
            self._pace.visit(host)
        return case

    def _next_host(self) -> str | None:
        return next(
            (
                host
                for host in self._waiting
                if not host or not (self._is_full(host) or self._pace.wait_s(host) > 0)
            ),
            None,
        )

    def _is_full(self, host: str) -> bool:
        return self._running.get(host, 0) >= self._per_host

    def _soonest_s(self) -> float | None:
        waits = [self._pace.wait_s(host) for host in self._waiting if host and not self._is_full(host)]
        return min(waits, default=None)

    def _host(self, case: Case) -> str:
        if case.url is None or case.suite in self._unbounded or self._own(case.url):
            return ""
        return urlsplit(case.url).hostname or ""


def own_hosts(resolve: ResolveMap) -> Callable[[str], bool]:
    """Return what tells whether a URL leads to this very machine, which needs no sparing."""

    def is_own(url: str) -> bool:
        parts = urlsplit(url)
        port = parts.port or (80 if parts.scheme == "http" else 443)
        mapped = resolve.target(parts.hostname or "", port)
        return mapped is not None and ip_address(mapped.address).is_loopback

    return is_own
