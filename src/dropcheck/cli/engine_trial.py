"""Starts an engine once, to know rather than to guess whether it works here."""

from __future__ import annotations

import asyncio

from dropcheck.engine.base import EngineError
from dropcheck.engine.select import make_engine
from dropcheck.network import Dialler, EgressProxy

_BOUND_S = 60.0


def version_of_started(name: str) -> str:
    """Start the engine called `name`, end it and return its version; raises `EngineError`."""
    return asyncio.run(_tried(name))


def starts(name: str) -> bool:
    """Return whether the engine called `name` works here."""
    try:
        version_of_started(name)
    except EngineError:
        return False
    return True


async def _tried(name: str) -> str:
    async with EgressProxy(Dialler()) as proxy:
        engine = make_engine(name, proxy)
        try:
            async with asyncio.timeout(_BOUND_S):
                await engine.start()
            return engine.version
        except TimeoutError:
            raise EngineError(f"{name} did not start within {_BOUND_S:g} s") from None
        finally:
            await engine.close()
