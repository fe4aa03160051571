"""Playwright's driver, a Node program, kept from piling up what nobody refers to any more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.async_api import Playwright, async_playwright

#: What Node is told about memory, in megabytes. The driver needs about 50 of heap; without a bound Node leaves
#: garbage where it is while the machine has memory, and with a nursery as large as Node likes it, what dies young
#: grows old there (measured: benchmarks/README.md).
BOUNDS = "--max-old-space-size=256 --max-semi-space-size=4"
_OPTIONS = "NODE_OPTIONS"

_starting: list[str | None] = []


async def start_driver() -> Playwright:
    """Start the driver; options of the user's own in ``NODE_OPTIONS`` win."""
    with _bounded():
        return await async_playwright().start()


@contextmanager
def _bounded() -> Iterator[None]:
    """While any driver starts, its environment, which is ours, names the bounds."""
    _starting.append(os.environ.get(_OPTIONS) if not _starting else _starting[0])
    before = _starting[0]
    os.environ[_OPTIONS] = " ".join(filter(None, (BOUNDS, before)))
    try:
        yield
    finally:
        _starting.pop()
        if not _starting and before is None:
            del os.environ[_OPTIONS]
        elif not _starting and before is not None:
            os.environ[_OPTIONS] = before
