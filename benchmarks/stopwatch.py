"""Engines that note how long each of their calls takes, so that one can say where a case's time goes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable
from typing import Any

from dropcheck.engine.base import (
    Control,
    Engine,
    NavigationAnswer,
    NavigationAttempt,
    PageEvent,
    PageEventKind,
    PageSurvey,
    View,
    ViewDelegate,
    ViewSettings,
)

#: Phases in the order of a visit. The first three of waiting are gaps between calls: the journey listens then.
PHASES = (
    "open a view",
    "start",
    "until it landed",
    "settle",
    "survey",
    "find",
    "tap",
    "after a tap",
    "other waiting",
    "screenshot",
    "close the view",
)


class Stopwatch:
    """Seconds by phase, over all views of all cases; `decisions` lie within the others."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.views = 0
        self.decisions = 0.0

    def engine(self, engine: Engine) -> Engine:
        """Return `engine` with this watch on it."""
        return _TimedEngine(engine, self)


class _TimedEngine:
    def __init__(self, engine: Engine, watch: Stopwatch) -> None:
        self._engine, self._watch = engine, watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    async def open(self, settings: ViewSettings, delegate: ViewDelegate) -> View:
        watching = _Watching(delegate, self._watch)
        began = time.monotonic()
        view = await self._engine.open(settings, watching)
        watching.last = time.monotonic()
        self._watch.seconds["open a view"] += watching.last - began
        self._watch.views += 1
        return _TimedView(view, watching)


class _Watching:
    """Stands between a view and its journey: when did the page land, when did a call end."""

    def __init__(self, delegate: ViewDelegate, watch: Stopwatch) -> None:
        self._delegate = delegate
        self.watch = watch
        self.last = 0.0
        self.landed: float | None = None
        self.tapped = False

    async def navigation(self, attempt: NavigationAttempt) -> NavigationAnswer:
        began = time.monotonic()
        try:
            return await self._delegate.navigation(attempt)
        finally:
            self.watch.decisions += time.monotonic() - began

    def page_event(self, event: PageEvent) -> None:
        if event.kind is PageEventKind.LANDED and self.landed is None:
            self.landed = time.monotonic()
        self._delegate.page_event(event)

    async def call(self, phase: str, work: Awaitable[Any]) -> Any:
        began = time.monotonic()
        landed = began if self.landed is None else min(max(self.landed, self.last), began)
        self.watch.seconds["until it landed"] += landed - self.last
        self.watch.seconds["after a tap" if self.tapped else "other waiting"] += began - landed
        try:
            return await work
        finally:
            self.last = time.monotonic()
            self.watch.seconds[phase] += self.last - began
            self.tapped = phase == "tap"


class _TimedView:
    def __init__(self, view: View, watching: _Watching) -> None:
        self._view, self._watching = view, watching

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)

    async def start(self, url: str) -> None:
        await self._watching.call("start", self._view.start(url))

    async def settle(self, bound_s: float) -> bool:
        return bool(await self._watching.call("settle", self._view.settle(bound_s)))

    async def survey(self) -> PageSurvey:
        survey: PageSurvey = await self._watching.call("survey", self._view.survey())
        return survey

    async def find(self, selector: str, bound_s: float) -> Control | None:
        control: Control | None = await self._watching.call("find", self._view.find(selector, bound_s))
        return control

    async def tap(self, control: Control, bound_s: float = 5.0) -> bool:
        return bool(await self._watching.call("tap", self._view.tap(control, bound_s)))

    async def screenshot(self) -> bytes | None:
        picture: bytes | None = await self._watching.call("screenshot", self._view.screenshot())
        return picture

    async def close(self) -> None:
        await self._watching.call("close the view", self._view.close())
