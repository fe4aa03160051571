"""What runs on a worker of a cluster: a pool of warm browsers, and a case at a time in each of its places.

All of it runs in the worker's own event loop: a loop or threads beside it would cost each case a dozen switches.
"""

from __future__ import annotations

import asyncio
import platform
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dropcheck
from dropcheck.device.load import load_profiles
from dropcheck.engine import browsers
from dropcheck.engine.select import CHROMIUM, WEBKIT, EngineChoice, make_engine
from dropcheck.events import CaseFinished, CaseStarted, EngineReady, Event, HopSeen, NotChecked
from dropcheck.report.ndjson import encode
from dropcheck.result import CaseResult
from dropcheck.run.custom_checks import load_checks
from dropcheck.run.evidence import FOLDER, TRACES, EvidenceFolder, trace_of
from dropcheck.run.options import RunOptions
from dropcheck.run.runner import Runner
from dropcheck.suite import Case, Suite

if TYPE_CHECKING:
    from distributed import Worker, WorkerPlugin
else:
    try:
        from distributed import WorkerPlugin
    except ImportError:
        WorkerPlugin = object

#: What a worker tells while a case is still on its way; its end comes back as the task's result.
_STREAMED = (CaseStarted, HopSeen, EngineReady, NotChecked)
#: Seconds hops are gathered before they are sent, since each message wakes three processes; those of a short case
#: come home with its result. That a case has begun is told at once.
_GATHER_S = 0.5


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a machine has: versions that must be the same everywhere, and engines it can't start."""

    versions: Mapping[str, str]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Performed:
    """A case as a worker brings it home.

    `files` are its pictures and trace by their name below the run's folder; `events` what the worker had not told
    yet, of this case and of others, in its order.
    """

    finished: CaseFinished
    files: Mapping[str, bytes] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


def equipment(engines: Sequence[str]) -> Equipment:
    """Return what this machine has, and which of `engines` it has no browser for."""
    finders = {CHROMIUM: browsers.find_chromium, WEBKIT: browsers.find_webkit}
    missing = tuple(
        f"{name} is not installed there; run `{browsers.install_command(name)}`"
        for name in engines
        if name in finders and finders[name]() is None
    )
    major, minor, _ = platform.python_version_tuple()
    versions = {
        "dropcheck": dropcheck.__version__,
        "python": f"{major}.{minor}",
        # A worker's answers are pickled by it; across versions they are read wrong, or not at all.
        "distributed": metadata.version("distributed"),
    }
    return Equipment(versions, missing)


class BrowserPool(WorkerPlugin):
    """Keeps one runner, and with it one warm browser of each kind, on a worker for the length of a run."""

    def __init__(self, suites: Sequence[Suite], options: RunOptions, topic: str) -> None:
        self.name = topic
        self._suites, self._options, self._topic = tuple(suites), options, topic
        self._worker: Any = None
        self._runner: Runner | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._answers: dict[str, asyncio.Future[CaseResult]] = {}
        self._finished: dict[str, CaseFinished] = {}
        self._untold: list[Event] = []
        self._telling: asyncio.TimerHandle | None = None

    async def setup(self, worker: Worker) -> None:
        """Make the runner; its browsers start with the first case that needs them."""
        self._worker = worker
        self._folder = tempfile.TemporaryDirectory(prefix="dropcheck-worker-")
        options = replace(self._options, out=Path(self._folder.name) if self._options.out else None)
        checks = load_checks(options.checks)
        self._runner = Runner(
            self._suites,
            checks.functions(),
            load_profiles(),
            options,
            [self],
            choose=EngineChoice.parse(options.engines),
            make=make_engine,
        )
        await self._runner.start([], [])

    async def teardown(self, worker: Worker) -> None:
        """End the browsers."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.abandon()
        if self._telling is not None:
            self._telling.cancel()
        if self._folder is not None:
            self._folder.cleanup()

    async def perform(self, case: Case) -> Performed:
        """Perform `case` and wait for it."""
        assert self._runner is not None, "the pool of this run has been closed"
        if case.id not in self._answers:
            self._answers[case.id] = self._runner.submit(case)
            await self._runner.wake()
        # Dask may give up a task and give it again; the case itself goes on.
        result = await asyncio.shield(self._answers[case.id])
        result = result.model_copy(update={"data": {**result.data, "worker": str(self._worker.name)}})
        finished = replace(self._finished[case.id], result=result)
        return Performed(finished, self._files(finished), self._gathered())

    def handle(self, event: Event) -> None:
        """Tell the run of what happens; see `dropcheck.events.Listener`."""
        if isinstance(event, CaseFinished):
            self._finished[event.result.id] = event
        elif isinstance(event, _STREAMED):
            self._untold.append(event)
            if not isinstance(event, HopSeen):
                self._tell()
            elif self._telling is None:
                self._telling = asyncio.get_running_loop().call_later(_GATHER_S, self._tell)

    def _tell(self) -> None:
        if events := self._gathered():
            self._worker.log_event(self._topic, [encode(event) for event in events])

    def _gathered(self) -> tuple[Event, ...]:
        if self._telling is not None:
            self._telling.cancel()
        self._telling = None
        events, self._untold = tuple(self._untold), []
        return events

    def close(self) -> None:
        """Nothing is held open."""

    def _files(self, finished: CaseFinished) -> dict[str, bytes]:
        if self._folder is None or self._options.out is None:
            return {}
        root = Path(self._folder.name)
        files = EvidenceFolder(root, self._options.evidence).files_of(finished.result.id)
        if (trace := trace_of(finished.result)) is not None:
            files.append(root / trace)
        found = {}
        for file in files:
            found[file.relative_to(root).as_posix()] = file.read_bytes()
            file.unlink()
        return {name: found[name] for name in found if name.startswith((f"{FOLDER}/", f"{TRACES}/"))}


async def perform_on_worker(case: Case, topic: str) -> Performed:
    """The task: perform `case` with the pool of the run `topic` on whatever worker this is."""
    from distributed import get_worker

    pool = get_worker().plugins[topic]
    assert isinstance(pool, BrowserPool)
    return await pool.perform(case)
