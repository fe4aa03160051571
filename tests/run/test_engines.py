"""The browsers of a run: one of each, started when first needed, and none left half started."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from dropcheck.device.load import load_profiles
from dropcheck.device.model import Profile
from dropcheck.engine.base import Engine, EngineError
from dropcheck.events import EngineReady, Event
from dropcheck.network import Dialler, EgressProxy
from dropcheck.run import engines
from dropcheck.run.engines import EngineShelf

PROFILES: Mapping[str, Profile] = load_profiles()
PHONE = PROFILES["tiktok-android"]


class Chooser:
    def engine_of(self, profile: Profile) -> str:
        return "one"

    def note_of(self, profile: Profile) -> str | None:
        return None


class FakeEngine:
    """An engine that starts when `go` is set, or breaks."""

    name, version = "one", "1"

    def __init__(self, *, breaks: bool = False) -> None:
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.breaks = breaks
        self.starts = self.closes = 0

    async def start(self) -> None:
        self.starts += 1
        self.begun.set()
        await self.go.wait()
        if self.breaks:
            raise EngineError("it does not start")

    async def open(self, *_: Any) -> Any:
        raise AssertionError

    async def close(self) -> None:
        self.closes += 1


def shelf_of(engine: FakeEngine, heard: list[Event]) -> EngineShelf:
    def make(_key: str, _proxy: EgressProxy) -> Engine:
        return engine

    return EngineShelf(EgressProxy(Dialler()), PROFILES, Chooser(), make, heard.append)


async def test_cases_that_come_at_once_share_one_browser() -> None:
    engine, heard = FakeEngine(), list[Event]()
    shelf = shelf_of(engine, heard)
    engine.go.set()
    first, second = await asyncio.gather(shelf.browsers(PHONE), shelf.browsers(PHONE))
    assert first.in_app is second.in_app is first.real
    assert (engine.starts, heard) == (1, [EngineReady("one", "1")])
    await shelf.close()
    assert engine.closes == 1


async def test_a_browser_that_does_not_start_is_cleaned_up_and_fails_every_case() -> None:
    engine, heard = FakeEngine(breaks=True), list[Event]()
    shelf = shelf_of(engine, heard)
    engine.go.set()
    for _ in range(2):
        with pytest.raises(EngineError, match="does not start"):
            await shelf.browsers(PHONE)
    assert (engine.starts, engine.closes, heard) == (1, 1, [])


async def test_browsers_apart_are_nobody_elses_and_end_with_their_case() -> None:
    made, heard = list[FakeEngine](), list[Event]()

    def make(_key: str, _proxy: EgressProxy) -> Engine:
        made.append(FakeEngine())
        made[-1].go.set()
        return made[-1]

    shelf = EngineShelf(EgressProxy(Dialler()), PROFILES, Chooser(), make, heard.append)
    shared = await shelf.browsers(PHONE)
    async with shelf.apart() as apart:
        assert (await apart.browsers(PHONE)).in_app is not shared.in_app
    assert [engine.closes for engine in made] == [0, 1]
    assert len(heard) == 1, "the results name a browser once"
    await shelf.close()


async def test_a_case_that_is_cancelled_leaves_the_start_to_the_others() -> None:
    engine = FakeEngine()
    shelf = shelf_of(engine, [])
    cancelled, other = (asyncio.ensure_future(shelf.browsers(PHONE)) for _ in range(2))
    await engine.begun.wait()
    cancelled.cancel()
    engine.go.set()
    assert (await other).in_app is engine
    await shelf.close()


async def test_a_run_that_ends_while_a_browser_starts_leaves_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "_CLOSE_BOUND_S", 0.0)
    engine = FakeEngine()
    shelf = shelf_of(engine, [])
    waiting = asyncio.ensure_future(shelf.browsers(PHONE))
    await engine.begun.wait()
    waiting.cancel()
    await shelf.close()
    assert engine.closes == 1
