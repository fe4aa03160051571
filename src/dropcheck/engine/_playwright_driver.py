"""Playwright's driver, a Node program, kept from piling up what nobody refers to any more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.async_api import Playwright, async_playwright

#: Megabytes the driver's heap may grow to. It needs about 50; without a bound Node leaves garbage where it is while
#: the machine has memory, and a run of many cases grows with every one of them (measured: benchmarks/README.md).
HEAP_MB = 256
_OPTIONS = "NODE_OPTIONS"

_starting: list[str | None] = []


async def start_driver() -> Playwright:
    """Start the driver; a heap size of the user's own in ``NODE_OPTIONS`` wins."""
    with _bounded():
        return await async_playwright().start()


@contextmanager
def _bounded() -> Iterator[None]:
    """While any driver starts, its environment, which is ours, names the bound."""
    _starting.append(os.environ.get(_OPTIONS) if not _starting else _starting[0])
    before = _starting[0]
    os.environ[_OPTIONS] = " ".join(filter(None, (f"--max-old-space-size={HEAP_MB}", before)))
    try:
        yield
    finally:
        _starting.pop()
        if not _starting and before is None:
            del os.environ[_OPTIONS]
        elif not _starting and before is not None:
            os.environ[_OPTIONS] = before
