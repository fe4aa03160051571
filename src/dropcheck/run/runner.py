"""Runs cases concurrently: takes them from the queue, performs them, tells what came out."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import dropcheck
from dropcheck.check.model import CheckFunction, CheckResult
from dropcheck.device.model import Profile
from dropcheck.events import CaseFinished, EngineReady, Event, Listener, NotChecked, RunFinished, RunStarted
from dropcheck.network import ResolveMap
from dropcheck.result import CaseResult, Release, Results, RunStatus, Verdict
from dropcheck.run.collector import Collector, profiles_used, releases_of
from dropcheck.run.confirmations import Confirmations
from dropcheck.run.crew import Crew
from dropcheck.run.engines import EngineChooser, MakeEngine
from dropcheck.run.event_bus import EventBus
from dropcheck.run.evidence import EvidenceFolder
from dropcheck.run.options import KeepEvidence, RunOptions
from dropcheck.run.pace import Pace
from dropcheck.run.performance import Performance, case_result
from dropcheck.run.queue import CaseQueue, own_hosts
from dropcheck.run.rests import rests_asked
from dropcheck.run.stage import Stage
from dropcheck.suite import Case, Suite

_log = logging.getLogger("dropcheck")


class Runner:
    """One run: `start` it, `submit` cases, `finish` it for the results.

    Cases may be submitted while others run. All of it belongs to one event loop.
    """

    def __init__(
        self,
        suites: Sequence[Suite],
        functions: Mapping[str, CheckFunction],
        profiles: Mapping[str, Profile],
        options: RunOptions,
        listeners: Iterable[Listener] = (),
        *,
        choose: EngineChooser,
        make: MakeEngine,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._suites = {suite.suite: suite for suite in suites}
        self._seen = {suite.suite: Confirmations.beside(suite.folder) for suite in suites}
        # A rule that can't be read stops the run before it begins.
        ResolveMap.parse(options.resolve)
        self._functions, self._profiles, self._options = functions, profiles, options
        self._choose, self._make, self._clock = choose, make, clock
        self._collector = Collector()
        self._bus = EventBus((self._collector, *listeners))
        local = (suite.suite for suite in suites if suite.internet == "local")
        self._queue = CaseQueue(
            options.per_host,
            unbounded=local,
            pace=Pace(options.per_host_rate),
            own=own_hosts(ResolveMap.parse(options.resolve)),
        )
        self._answers: dict[str, asyncio.Future[CaseResult]] = {}
        self._stages: dict[bool, asyncio.Task[Stage]] = {}
        self._crew = Crew(self._perform_next, self._queue.has_ready, options.jobs)
        self._folder: EvidenceFolder | None = None
        # Without a folder nothing is drawn: a picture costs the browser as much as a tap.
        if options.out is not None and options.evidence is not KeepEvidence.NONE:
            self._folder = EvidenceFolder(options.out, options.evidence)
        self._run_id = ""
        self._told: set[NotChecked] = set()
        self._stopped = asyncio.Event()

    async def start(
        self, cases: Sequence[Case], used_profiles: Sequence[str], *, taken_over: int = 0
    ) -> None:
        """Begin the run of `cases` and take up work; all but the `taken_over` are to be submitted."""
        now = self._clock()
        self._run_id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        self._bus.emit(
            RunStarted(
                self._run_id,
                now,
                dropcheck.__version__,
                tuple(self._suites),
                tuple(case.id for case in cases),
                profiles_used(used_profiles, self._confirmed_profiles(), now.date()),
                taken_over,
            )
        )
        for release in releases_of(self._suites.values(), now):
            self._collector.add_release(release)
        self._crew.start()

    def _confirmed_profiles(self) -> Mapping[str, Profile]:
        """The phones as the results show them: with what was seen beside any of the suites."""
        return Confirmations(entry for seen in self._seen.values() for entry in seen.entries).applied(
            self._profiles
        )

    def submit(self, case: Case) -> asyncio.Future[CaseResult]:
        """Put a case into the queue; the future is cancelled when the run is stopped before it."""
        answer: asyncio.Future[CaseResult] = asyncio.get_running_loop().create_future()
        self._answers[case.id] = answer
        self._queue.add(case)
        return answer

    async def wake(self) -> None:
        """Take up what was submitted."""
        await self._queue.wake()

    async def perform(self, cases: Iterable[Case]) -> None:
        """Submit cases and wait until all have finished or the run is stopped."""
        answers = [self.submit(case) for case in cases]
        await self.wake()
        if not answers:
            return
        everything = asyncio.ensure_future(asyncio.wait(answers))
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait((everything, stopped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            everything.cancel()
            stopped.cancel()

    def take_over(self, earlier: CaseFinished | EngineReady) -> None:
        """Count a case that an earlier run finished, or a browser it used."""
        self._collector.handle(earlier)

    def stop(self) -> None:
        """Ask the run to end now; what has finished stays. Call from the loop's thread."""
        self._stopped.set()

    async def finish(self) -> Results:
        """End the run and return its results."""
        interrupted = self._stopped.is_set()
        await self._end(interrupted=interrupted)
        left = sum(1 for answer in self._answers.values() if not answer.done() or answer.cancelled())
        for answer in self._answers.values():
            answer.cancel()
        if left:
            cases, them = ("case", "it") if left == 1 else ("cases", "them")
            self._bus.emit(NotChecked(f"{left} {cases}, because the run was stopped before {them}"))
        if self._folder is not None and self._folder.lost:
            self._bus.emit(NotChecked(f"{self._folder.lost} pictures could not be written to the disk"))
        status = RunStatus.INTERRUPTED if interrupted else RunStatus.FINISHED
        results = self._collector.results()
        self._bus.emit(
            RunFinished(
                self._run_id, self._clock(), status, tuple(results.releases), dict(results.run.engines)
            )
        )
        results = self._collector.results()
        self._bus.close()
        return results

    async def abandon(self) -> None:
        """End what the run started, without results: its caller goes away. What has finished is in the journal."""
        self._stopped.set()
        await self._end(interrupted=True)
        for answer in self._answers.values():
            answer.cancel()
        self._bus.close()

    async def _end(self, *, interrupted: bool) -> None:
        if interrupted:
            self._crew.drop()
        await self._queue.close()
        await self._crew.end()
        await self._close_stages()

    async def _perform_next(self) -> bool:
        case = await self._queue.get()
        if case is None:
            return False
        try:
            finished = await self._finished(case)
            self._bus.emit(replace(finished, asked=case.asked))
            answer = self._answers[case.id]
            if not answer.done():
                answer.set_result(finished.result)
            self._queue.rest(case, rests_asked(finished.result))
        finally:
            await self._queue.done(case)
        return True

    async def _finished(self, case: Case) -> CaseFinished:
        try:
            result, release = await self._perform_case(case)
        except Exception as error:  # noqa: BLE001 - a case must never take the run with it
            _log.debug("the case %s broke the runner", case.id, exc_info=True)
            what = f"dropcheck failed at this case ({type(error).__name__})"
            return CaseFinished(case_result(case, CheckResult(Verdict.ERROR, what)))
        finished = CaseFinished(result, release)
        return self._folder.finished(finished) if self._folder is not None else finished

    async def _perform_case(self, case: Case) -> tuple[CaseResult, Release | None]:
        suite = self._suites[case.suite]
        performance = Performance(
            case,
            suite,
            self._functions.get(case.check),
            self._options,
            self._seen[case.suite],
            self._profiles,
            self._choose,
            self._emit,
            self._folder,
            self._clock,
        )
        return await performance.run(lambda: self._stage(local=suite.internet == "local"))

    async def _stage(self, *, local: bool) -> Stage:
        if local not in self._stages:
            self._stages[local] = asyncio.ensure_future(self._opened(local=local))
        return await asyncio.shield(self._stages[local])

    async def _opened(self, *, local: bool) -> Stage:
        stage = Stage(self._options, self._profiles, self._choose, self._make, self._emit, local=local)
        return await stage.__aenter__()

    def _emit(self, event: Event) -> None:
        # Many cases meet the same gap; it is told once.
        if isinstance(event, NotChecked):
            if event in self._told:
                return
            self._told.add(event)
        self._bus.emit(event)

    async def _close_stages(self) -> None:
        for task in self._stages.values():
            with suppress(Exception):
                stage = await task
                await stage.__aexit__(None, None, None)
        self._stages.clear()
