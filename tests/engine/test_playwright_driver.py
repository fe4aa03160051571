"""The driver's heap is bounded, and our own environment is left as it was."""

from __future__ import annotations

import asyncio
import os

import psutil
import pytest

from dropcheck.engine._playwright_driver import BOUNDS, start_driver


async def _options_of_drivers(count: int) -> list[str]:
    """Start `count` drivers at once and return the Node options each was given."""
    before = {process.pid for process in psutil.Process().children()}
    drivers = await asyncio.gather(*(start_driver() for _ in range(count)))
    new = [process for process in psutil.Process().children() if process.pid not in before]
    try:
        return [process.environ().get("NODE_OPTIONS", "") for process in new]
    finally:
        for driver in drivers:
            await driver.stop()


async def test_drivers_that_start_together_are_bounded_and_the_environment_is_not_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NODE_OPTIONS", raising=False)
    assert await _options_of_drivers(2) == [BOUNDS] * 2
    assert "NODE_OPTIONS" not in os.environ


async def test_options_of_the_users_own_come_last_and_so_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--max-old-space-size=512")
    (options,) = await _options_of_drivers(1)
    assert options.split()[-1] == "--max-old-space-size=512"
    assert os.environ["NODE_OPTIONS"] == "--max-old-space-size=512"
