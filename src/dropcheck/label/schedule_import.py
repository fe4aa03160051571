"""One import: read the schedule, hold it against the suites there are, then write all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dropcheck.suite.errors import Problem
from dropcheck.suite.registry import CheckRegistry

from .cells import DateOrder
from .errors import ScheduleError
from .schedule import read_schedule
from .suite_file import Imported, ImportState, imported, refused_by_suites
from .table import read_table


@dataclass(frozen=True, slots=True)
class ScheduleImport:
    """What an import did: its files, what is worth a warning, suites the schedule no longer names."""

    files: tuple[Imported, ...]
    remarks: tuple[Problem, ...]
    gone: tuple[str, ...]


def import_schedule(
    schedule: Path,
    folder: Path,
    registry: CheckRegistry,
    *,
    sheet: str | None = None,
    dates: DateOrder | None = None,
    write: bool = True,
) -> ScheduleImport:
    """Make or update one suite per release of `schedule` in `folder`; with `write` off, only say what would
    happen.

    Raises `ScheduleError`, after which nothing is written.
    """
    table = read_table(schedule, sheet)
    read = read_schedule(table, folder, dates)
    state = ImportState(folder)
    files: list[Imported] = []
    problems: list[Problem] = []
    if write:
        folder.mkdir(parents=True, exist_ok=True)
    for suite, name in zip(read.suites, state.names_of(read.suites), strict=True):
        suite.name = suite.data["suite"] = name
        try:
            one = imported(suite, folder, state.base(suite.name), schedule.name)
        except ScheduleError as error:
            problems += error.problems
            continue
        if write:
            problems += refused_by_suites(one, registry)
        state.remember(suite)
        files.append(one)
    if problems:
        raise ScheduleError(problems)
    if write:
        for one in files:
            if one.what != "unchanged":
                part = one.file.with_name(f".{one.file.name}.part")
                part.write_text(one.text, "utf-8")
                part.replace(one.file)
        state.write()
    kept = tuple(problem for one in files for problem in one.kept)
    gone = tuple(state.gone({one.file.stem for one in files}))
    return ScheduleImport(tuple(files), (*read.remarks, *kept), gone)
