"""Runs one side in a process of its own and watches what it and its browsers take."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.tally import Tally

ROOT = Path(__file__).parents[1]
#: Seconds one side may take in one round before the whole benchmark gives up on it.
BOUND_S = 900.0
_SAMPLE_S = 0.25


@dataclass(frozen=True, slots=True)
class Measured:
    """One round of one side.

    `rate` in visits a second once the browser stands ready, `cpu_s` processor seconds per visit, start
    included (every process of the side), `peak_mb` the most memory all its processes held at once
    (proportional set size, so that shared pages count once), `wall_s` from call to end. `processes` shares
    `cpu_s` out by program.
    """

    visits: int
    rate: float
    cpu_s: float
    peak_mb: float
    wall_s: float
    processes: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    """A process as it was last seen: its own processor seconds, and those of the children it has buried."""

    name: str
    parent: int
    own: float = 0.0
    buried: float = 0.0
    sample: int = 0


class Watch:
    """Samples a process and its descendants until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._seen: dict[tuple[int, float], _Seen] = {}
        self._samples = 0
        self.peak_mb = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def processes(self) -> dict[str, float]:
        """Processor seconds of every process seen, by the program's name.

        A process is last seen up to a sample before it ends; what it took after that its parent's account of
        buried children knows.
        """
        found: Counter[str] = Counter()
        for (pid, _), seen in self._seen.items():
            found[seen.name] += seen.own
            dead = [
                child for child in self._seen.values() if child.parent == pid and child.sample < seen.sample
            ]
            missed = seen.buried - sum(child.own + child.buried for child in dead)
            if missed > 0 and dead:
                found[Counter(child.name for child in dead).most_common(1)[0][0]] += missed
        return dict(found.most_common())

    def stop(self) -> None:
        """Take no more samples."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            self._sample(memory=self._samples % 4 == 0)
            self._samples += 1
            self._over.wait(_SAMPLE_S)

    def _sample(self, *, memory: bool) -> None:
        held = 0
        try:
            family = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return
        for process in family:
            try:
                times, key = process.cpu_times(), (process.pid, process.create_time())
                seen = self._seen.setdefault(key, _Seen(process.name(), process.ppid()))
                seen.own = times.user + times.system
                seen.buried = times.children_user + times.children_system
                seen.sample = self._samples
                if memory:
                    full = process.memory_full_info()
                    held += getattr(full, "pss", full.rss)
            except psutil.Error:
                # It ended between the listing and the look.
                continue
        self.peak_mb = max(self.peak_mb, held / 2**20)


def measure(
    command: Sequence[str], *, folder: Path = ROOT, environment: Mapping[str, str] | None = None
) -> tuple[Measured, Tally]:
    """Run `command`, which must print a tally; raises ValueError with its output when it doesn't."""
    began = time.monotonic()
    with subprocess.Popen(
        list(command),
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as side:
        watch = Watch(side.pid)
        timer = threading.Timer(BOUND_S, _end, (side.pid,))
        timer.start()
        try:
            output, _ = side.communicate()
        finally:
            timer.cancel()
            watch.stop()
    wall_s = time.monotonic() - began
    tally = Tally.read(output)
    visits = len(tally.finished)
    processes = {name: round(seconds / visits, 4) for name, seconds in watch.processes.items()}
    cpu_s = sum(watch.processes.values()) / visits
    return Measured(visits, tally.rate, cpu_s, watch.peak_mb, wall_s, processes), tally


def python(module: str, *arguments: object) -> list[str]:
    """Return the command that runs one of our modules in this interpreter."""
    return [sys.executable, "-m", module, *(str(argument) for argument in arguments)]


def _end(pid: int) -> None:
    for process in [*psutil.Process(pid).children(recursive=True), psutil.Process(pid)]:
        try:
            process.kill()
        except psutil.Error:
            continue
