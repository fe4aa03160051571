"""Runs suites through their releases at set times, remembers what was done, and hands on each result.

The loop needs no scheduler library: it looks at the wall clock once a minute, so that a machine that slept or
was restarted does the last run it missed and goes on.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dropcheck.result import Results, RunStatus
from dropcheck.run.errors import RunError
from dropcheck.run.folder_lock import only_run_in
from dropcheck.suite import Moment, Suite, SuiteError

#: When a release is looked at: 14 days and one day before, then 0, 1, 6, 24 and 48 hours after.
DEFAULT_TIMES = ("-14d", "-1d", "0h", "1h", "6h", "24h", "48h")
STATE_FILE = "watch.json"
SCHEMA = "dropcheck.watch/1"
#: Seconds between two looks at the clock, and before a run that could not begin is tried again. Our choice.
LOOK_S = 60.0
AGAIN_S = 300.0
_OFFSET = re.compile(r"([+-]?)(\d{1,4}(?:\.\d+)?)\s*(m|min|h|d)?", re.IGNORECASE)
_UNITS = {"m": 60, "min": 60, "h": 3600, "d": 86400}


class WatchError(RunError):
    """A suite can't be watched; the message says what to do instead."""


@dataclass(frozen=True, slots=True)
class Due:
    """One run to come: what it is called, and when it is due (aware)."""

    name: str
    at: dt.datetime

    @property
    def key(self) -> str:
        """What marks it as done; a release that moves has new runs."""
        return self.at.astimezone(dt.UTC).isoformat()


def due_times(
    released: Moment | None, times: Sequence[str] = (), label: str = "the suite"
) -> tuple[Due, ...]:
    """Return the runs of a release, in order.

    `times` are offsets from the release moment (``-14d``, ``0``, ``6h``, ``90m``; hours without a unit) or
    moments with their offset. Raises `WatchError`.
    """
    dues = {_due(text.strip(), released, label) for text in times or DEFAULT_TIMES}
    return tuple(sorted(dues, key=lambda due: due.at))


def _due(text: str, released: Moment | None, label: str) -> Due:
    match = _OFFSET.fullmatch(text)
    if match is None:
        try:
            at = dt.datetime.fromisoformat(text)
        except ValueError:
            raise WatchError(
                f"--at {text}: write an offset from the release (-14d, 6h, 90m) or a moment"
                " (2026-11-20T00:00:00-05:00)"
            ) from None
        if at.tzinfo is None:
            raise WatchError(f"--at {text}: this moment has no time zone; write {text}-05:00, or {text}Z")
        return Due(text, at)
    if released is None:
        raise WatchError(
            f"{label}: the release sheet has no `released:`, so nobody knows when it is due; add it, or give"
            " moments: --at 2026-11-20T00:00:00-05:00"
        )
    unit = (match[3] or "h").lower()
    seconds = float(match[2]) * _UNITS[unit] * (-1 if match[1] == "-" else 1)
    words = {"m": "min", "min": "min", "h": "h", "d": "day" if match[2] == "1" else "days"}[unit]
    side = "before" if seconds < 0 else "after"
    name = "at the release" if seconds == 0 else f"{match[2]} {words} {side}"
    return Due(name, released.everywhere + dt.timedelta(seconds=seconds))


@dataclass(slots=True)
class Remembered:
    """What was done for one suite: the keys of its runs, the folder of the last one's results."""

    done: list[str] = field(default_factory=list)
    last: str | None = None


class WatchState:
    """What was done, in a file that outlives the program."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._suites: dict[str, Remembered] = {}
        try:
            document = json.loads(file.read_text("utf-8"))
            for name, one in document["suites"].items():
                done = [dt.datetime.fromisoformat(key).isoformat() for key in one["done"]]
                self._suites[str(name)] = Remembered(done, one.get("last"))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise WatchError(
                f"{file}: what was done so far can't be read; remove the file to begin anew"
            ) from None

    def of(self, suite: str) -> Remembered:
        """Return what was done for `suite`."""
        return self._suites.setdefault(suite, Remembered())

    def write(self) -> None:
        """Keep it; raises `WatchError`."""
        suites = {name: {"done": one.done, "last": one.last} for name, one in self._suites.items()}
        part = self._file.with_name(f".{self._file.name}.part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps({"schema": SCHEMA, "suites": suites}, indent=1) + "\n", "utf-8")
            part.replace(self._file)
        except OSError as error:
            raise WatchError(f"{self._file}: can't be written ({error.strerror})") from None


@dataclass(frozen=True, slots=True)
class Step:
    """What is to do for one suite: `due` now (the last of those `missed` too), or wait until `next_at`."""

    due: Due | None
    missed: tuple[Due, ...] = ()
    next_at: dt.datetime | None = None


def next_step(dues: Sequence[Due], done: Iterable[str], now: dt.datetime) -> Step:
    """Return what is to do at `now`: of several runs whose time has passed only the last is made up for."""
    told = set(done)
    waiting = [due for due in dues if due.key not in told]
    passed = [due for due in waiting if due.at <= now]
    to_come = next((due.at for due in waiting if due.at > now), None)
    if not passed:
        return Step(None, next_at=to_come)
    # What a later run has seen already needs no making up for.
    later = max((dt.datetime.fromisoformat(key) for key in told), default=None)
    last = passed[-1]
    if later is not None and later > last.at:
        return Step(None, tuple(passed), to_come)
    return Step(last, tuple(passed[:-1]), to_come)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Watches suites. `load` reads them anew before each look, so that edits count; `perform` runs one into a
    folder and `tell` hands its results on; `trouble` is told what kept a run from beginning.

    `clock` and `sleep` (seconds) are the time it lives in.
    """

    load: Callable[[], Sequence[Suite]]
    perform: Callable[[Suite, Path], Results]
    tell: Callable[[Suite, Due, Results, Path, Path | None], None]
    trouble: Callable[[Exception], None]
    folder: Path
    times: tuple[str, ...] = ()
    clock: Callable[[], dt.datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    waiting: Callable[[dt.datetime], None] = lambda _: None

    def steps(self) -> list[tuple[Suite, Step]]:
        """Return what is to do for each suite now, without doing it; raises as `once` does."""
        state, now = WatchState(self.folder / STATE_FILE), self.clock()
        return [
            (suite, next_step(self._dues(suite), state.of(suite.suite).done, now)) for suite in self.load()
        ]

    def once(self) -> list[Results]:
        """Do the runs that are due now, and return their results; for cron, which calls again later.

        Raises what keeps a run from beginning.
        """
        return [results for results, _ in self._round().values() if results is not None]

    def until_over(self) -> list[Results]:
        """Do every run when it is due and return the last results of each suite."""
        WatchState(self.folder / STATE_FILE)
        # What is wrong from the start is told at once and not again every five minutes.
        for suite in self.load():
            self._dues(suite)
        last: dict[str, Results] = {}
        announced: dt.datetime | None = None
        while True:
            try:
                turns = self._round()
            except (RunError, SuiteError, OSError) as error:
                self.trouble(error)
                self.sleep(AGAIN_S)
                continue
            last |= {name: results for name, (results, _) in turns.items() if results is not None}
            if any(results is not None for results, _ in turns.values()):
                continue
            to_come = [at for _, at in turns.values() if at is not None]
            if not to_come:
                return list(last.values())
            if min(to_come) != announced:
                announced = min(to_come)
                self.waiting(announced)
            self.sleep(min(LOOK_S, max(1.0, (announced - self.clock()).total_seconds())))

    def _round(self) -> dict[str, tuple[Results | None, dt.datetime | None]]:
        """Look at every suite once. Another watch of the folder is waited for; what it did is then done."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with only_run_in(self.folder):
            state = WatchState(self.folder / STATE_FILE)
            return {suite.suite: self._turn(suite, state) for suite in self.load()}

    def _new_folder(self, suite: Suite) -> Path:
        """Return a folder named by the moment, and no earlier run's even where two begin in one second."""
        moment = self.clock().astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        names = itertools.chain([moment], (f"{moment}-{number}" for number in itertools.count(2)))
        folders = (self.folder / suite.suite / name for name in names)
        return next(folder for folder in folders if not folder.exists())

    def _dues(self, suite: Suite) -> tuple[Due, ...]:
        return due_times(suite.release.released, self.times, suite.label)

    def _turn(self, suite: Suite, state: WatchState) -> tuple[Results | None, dt.datetime | None]:
        remembered = state.of(suite.suite)
        step = next_step(self._dues(suite), remembered.done, self.clock())
        remembered.done += [due.key for due in step.missed]
        if step.due is None:
            if step.missed:
                state.write()
            return None, step.next_at
        folder = self._new_folder(suite)
        results = self.perform(suite, folder)
        if results.run.status is RunStatus.INTERRUPTED:
            # Whoever stopped the run stopped the watch; the run stays due.
            raise KeyboardInterrupt
        before = self.folder / remembered.last if remembered.last else None
        remembered.done.append(step.due.key)
        remembered.last = folder.relative_to(self.folder).as_posix()
        # Kept before anything is sent: after a crash a message may be lost, never a run done twice.
        state.write()
        self.tell(suite, step.due, results, folder, before)
        return results, step.next_at


def cron_lines(dues: Sequence[Due], command: str) -> list[str]:
    """Return a crontab that calls `command` at each time, in UTC; cron knows no year."""
    times = [due.at.astimezone(dt.UTC) for due in dues]
    lines = [
        f"{at.minute} {at.hour} {at.day} {at.month} * {command}  # {due.name} ({at:%Y-%m-%d})"
        for at, due in zip(times, dues, strict=True)
    ]
    return ["CRON_TZ=UTC", *lines]


def github_schedule(dues: Sequence[Due]) -> dict[str, Any]:
    """Return the `on:` part of a GitHub workflow for these times, in UTC as GitHub counts."""
    crons = []
    for due in dues:
        at = due.at.astimezone(dt.UTC)
        crons.append({"cron": f"{at.minute} {at.hour} {at.day} {at.month} *"})
    return {"schedule": crons, "workflow_dispatch": {}}
