"""The browsers of a run: each started when first needed, then kept warm for every case."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Protocol

from dropcheck.device.model import Profile
from dropcheck.engine.base import Engine
from dropcheck.events import EngineReady, Event
from dropcheck.journey.follow import Browsers
from dropcheck.network import EgressProxy

#: Seconds a browser gets to end by itself.
_CLOSE_BOUND_S = 15.0


class EngineChooser(Protocol):
    """Says which engine stands for a phone's browser, and what results must say about that."""

    def engine_of(self, profile: Profile) -> str:
        """Name the engine of `profile`."""
        ...

    def note_of(self, profile: Profile) -> str | None:
        """Say that it isn't the phone's own; None when it is."""
        ...


#: Makes the engine of a name, not yet started.
MakeEngine = Callable[[str, EgressProxy], Engine]


class EngineShelf:
    """Starts engines lazily, once each; a start that failed fails for every case that needs the engine."""

    def __init__(
        self,
        proxy: EgressProxy,
        profiles: Mapping[str, Profile],
        choose: EngineChooser,
        make: MakeEngine,
        emit: Callable[[Event], None],
    ) -> None:
        self._proxy, self._profiles = proxy, profiles
        self._choose, self._make, self._emit = choose, make, emit
        self._started: dict[str, asyncio.Task[Engine]] = {}

    async def browsers(self, profile: Profile) -> Browsers:
        """Return the engines for both browsers of the phone; raises `EngineError` when one can't start."""
        real = self._profiles[profile.browser] if profile.browser is not None else profile
        in_app = await self._engine(self._choose.engine_of(profile))
        return Browsers(in_app, await self._engine(self._choose.engine_of(real)))

    @contextlib.asynccontextmanager
    async def apart(self) -> AsyncIterator[EngineShelf]:
        """Give a shelf with browsers of its own, which end with the block and nobody else's with them."""
        shelf = EngineShelf(self._proxy, self._profiles, self._choose, self._make, lambda _: None)
        try:
            yield shelf
        finally:
            await shelf.close()

    async def _engine(self, key: str) -> Engine:
        if key not in self._started:
            self._started[key] = asyncio.ensure_future(self._start(key))
        # One case that is cancelled while it waits must not cancel the start for the others.
        return await asyncio.shield(self._started[key])

    async def _start(self, key: str) -> Engine:
        engine = self._make(key, self._proxy)
        try:
            await engine.start()
        except BaseException:
            # What it has started until now (a driver, half a browser) is known to nobody else.
            with contextlib.suppress(Exception):
                await engine.close()
            raise
        self._emit(EngineReady(engine.name, engine.version))
        return engine

    async def close(self) -> None:
        """End every browser; one that won't end is left behind after a while."""
        tasks: Sequence[asyncio.Task[Engine]] = list(self._started.values())
        self._started.clear()
        await asyncio.gather(*(_closed(task) for task in tasks))


async def _closed(task: asyncio.Task[Engine]) -> None:
    # Whatever goes wrong while a browser ends changes nothing about what was found.
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_CLOSE_BOUND_S):
            engine = await task
            await engine.close()
