"""What runs on a worker of a cluster: a pool of warm browsers, and one case at a time in each of its threads."""

from __future__ import annotations

import platform
import tempfile
import threading
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
from dropcheck.run.background import BackgroundRun
from dropcheck.run.custom_checks import load_checks
from dropcheck.run.evidence import FOLDER, TRACES, trace_of
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


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a machine has: versions that must be the same everywhere, and engines it can't start."""

    versions: Mapping[str, str]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Performed:
    """A case as a worker brings it home; `files` are its pictures and trace by their name below the run's folder."""

    finished: CaseFinished
    files: Mapping[str, bytes] = field(default_factory=dict)


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
        self._run: BackgroundRun | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._finished: dict[str, CaseFinished] = {}

    def setup(self, worker: Worker) -> None:
        """Make the runner; its browsers start with the first case that needs them."""
        self._worker = worker
        self._folder = tempfile.TemporaryDirectory(prefix="dropcheck-worker-")
        options = replace(self._options, out=Path(self._folder.name) if self._options.out else None)
        checks = load_checks(options.checks)
        self._run = BackgroundRun(
            lambda: Runner(
                self._suites,
                checks.functions(),
                load_profiles(),
                options,
                [self],
                choose=EngineChoice.parse(options.engines),
                make=make_engine,
            )
        )
        self._run.start([], [])

    def teardown(self, worker: Worker) -> None:
        """End the browsers."""
        run, self._run = self._run, None
        if run is not None:
            # The worker's own loop calls this and must go on answering its scheduler meanwhile.
            threading.Thread(target=self._end, args=(run,), daemon=False).start()

    def _end(self, run: BackgroundRun) -> None:
        run.finish(interrupted=True)
        if self._folder is not None:
            self._folder.cleanup()

    def perform(self, case: Case) -> Performed:
        """Perform `case` and wait for it; called in a thread of the worker's."""
        assert self._run is not None, "the pool of this run has been closed"
        self._run.submit([case])
        self._run.result(case)
        finished = self._finished[case.id]
        result = finished.result
        result = result.model_copy(update={"data": {**result.data, "worker": str(self._worker.name)}})
        return Performed(replace(finished, result=result), self._files(finished))

    def handle(self, event: Event) -> None:
        """Tell the run of what happens; see `dropcheck.events.Listener`."""
        if isinstance(event, CaseFinished):
            self._finished[event.result.id] = event
        elif isinstance(event, _STREAMED) and self._worker is not None:
            # The runner's loop isn't the worker's, and the worker's stream isn't made for other threads.
            self._worker.loop.add_callback(self._worker.log_event, self._topic, encode(event))

    def close(self) -> None:
        """Nothing is held open."""

    def _files(self, finished: CaseFinished) -> dict[str, bytes]:
        if self._folder is None or self._options.out is None:
            return {}
        root = Path(self._folder.name)
        hops = [*finished.result.hops, *(finished.result.otherwise.hops if finished.result.otherwise else [])]
        kept = {hop.screenshot for hop in hops if hop.screenshot}
        folders = {(root / name).parent for name in kept}
        files = [file for folder in folders for file in folder.iterdir()]
        if (trace := trace_of(finished.result)) is not None:
            files.append(root / trace)
        found = {}
        for file in files:
            found[file.relative_to(root).as_posix()] = file.read_bytes()
            file.unlink()
        return {name: found[name] for name in found if name.startswith((f"{FOLDER}/", f"{TRACES}/"))}


def perform_on_worker(case: Case, topic: str) -> Performed:
    """The task: perform `case` with the pool of the run `topic` on whatever worker this is."""
    from distributed import get_worker

    pool = get_worker().plugins[topic]
    assert isinstance(pool, BrowserPool)
    return pool.perform(case)
