"""A run in a thread of its own, for callers that have no event loop."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

from dropcheck.result import CaseResult, Results
from dropcheck.run.runner import Runner
from dropcheck.suite import Case

_T = TypeVar("_T")


class BackgroundRun:
    """Runs cases concurrently while the caller waits for one at a time.

    Cases can be submitted until `finish`; each is run once, however often it is submitted.
    """

    def __init__(self, make_runner: Callable[[], Runner]) -> None:
        self._make_runner = make_runner
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="dropcheck", daemon=True)
        self._answers: dict[str, concurrent.futures.Future[CaseResult]] = {}
        self._runner: Runner | None = None

    def start(self, cases: Sequence[Case], used_profiles: Sequence[str]) -> None:
        """Begin the run; `cases` are those that may be submitted. Raises what the runner raises."""
        self._thread.start()
        self._wait(self._begin(cases, used_profiles))

    def submit(self, cases: Iterable[Case]) -> None:
        """Put those cases into the queue that aren't there yet."""
        new: list[Case] = []
        for case in cases:
            if case.id not in self._answers:
                self._answers[case.id] = concurrent.futures.Future()
                new.append(case)
        if new:
            self._wait(self._submitted(new))

    def result(self, case: Case) -> CaseResult:
        """Wait for the result of a submitted case."""
        return self._answers[case.id].result()

    def finish(self, *, interrupted: bool = False) -> Results:
        """End the run and its thread; return the results."""
        results = self._wait(self._finished(interrupted=interrupted))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        return results

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _begin(self, cases: Sequence[Case], used_profiles: Sequence[str]) -> None:
        self._runner = self._make_runner()
        await self._runner.start(cases, used_profiles)

    async def _submitted(self, cases: Sequence[Case]) -> None:
        assert self._runner is not None
        for case in cases:
            self._runner.submit(case).add_done_callback(self._hand_to(self._answers[case.id]))
        await self._runner.wake()

    def _hand_to(
        self, waiting: concurrent.futures.Future[CaseResult]
    ) -> Callable[[asyncio.Future[CaseResult]], None]:
        def hand(answer: asyncio.Future[CaseResult]) -> None:
            if waiting.done():
                return
            if answer.cancelled():
                waiting.cancel()
            else:
                waiting.set_result(answer.result())

        return hand

    async def _finished(self, *, interrupted: bool) -> Results:
        assert self._runner is not None
        if interrupted:
            self._runner.stop()
        return await self._runner.finish()
