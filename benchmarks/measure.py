"""Runs one side in a process of its own and watches what it and its browsers take."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.tally import Tally

ROOT = Path(__file__).parents[1]
#: Seconds one side may take in one round before the whole benchmark gives up on it.
BOUND_S = 300.0
_SAMPLE_S = 0.25


@dataclass(frozen=True, slots=True)
class Measured:
    """One round of one side.

    `rate` in visits a second once the browser stands ready, `cpu_s` processor seconds per visit, start
    included (every process of the side), `peak_mb` the most memory all its processes held at once
    (proportional set size, so that shared pages count once), `wall_s` from call to end.
    """

    visits: int
    rate: float
    cpu_s: float
    peak_mb: float
    wall_s: float


class Watch:
    """Samples a process and its descendants until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._cpu: dict[tuple[int, float], float] = {}
        self.peak_mb = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def cpu_s(self) -> float:
        """Processor seconds of every process seen, each as it was last seen."""
        return sum(self._cpu.values())

    def stop(self) -> None:
        """Take no more samples."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        samples = 0
        while not self._over.is_set():
            self._sample(memory=samples % 4 == 0)
            samples += 1
            self._over.wait(_SAMPLE_S)

    def _sample(self, *, memory: bool) -> None:
        held = 0
        try:
            family = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return
        for process in family:
            try:
                times = process.cpu_times()
                self._cpu[process.pid, process.create_time()] = times.user + times.system
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
    return Measured(visits, tally.rate, watch.cpu_s / visits, watch.peak_mb, wall_s), tally


def python(module: str, *arguments: object) -> list[str]:
    """Return the command that runs one of our modules in this interpreter."""
    return [sys.executable, "-m", module, *(str(argument) for argument in arguments)]


def _end(pid: int) -> None:
    for process in [*psutil.Process(pid).children(recursive=True), psutil.Process(pid)]:
        try:
            process.kill()
        except psutil.Error:
            continue
