"""The run's journal: its events as lines of JSON, so that a killed run loses nothing and can go on."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dropcheck.events import CaseFinished, CaseStarted, EngineReady, Event, HopSeen, RunFinished
from dropcheck.report.errors import ReportError
from dropcheck.report.ndjson import decode, encode
from dropcheck.result import RunStatus
from dropcheck.run.errors import JournalError, OutputError
from dropcheck.suite import Case

NAME = "journal.ndjson"
#: The journal that a run without ``--resume`` found there unfinished; renamed back, it can be resumed.
PREVIOUS = "journal.previous.ndjson"


class Journal:
    """A listener that writes what the results are made of; with `resume` what is there stays.

    Without, the journal of a run that didn't come to its end is set aside beside it, under `PREVIOUS`.
    """

    def __init__(self, file: Path, *, resume: bool = False) -> None:
        self._file = file
        try:
            if not resume and file.is_file() and not _came_to_its_end(file):
                file.replace(file.with_name(PREVIOUS))
            torn = resume and _ends_in_mid_line(file)
            self._stream: IO[str] = file.open("a" if resume else "w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise OutputError(f"{file}: the journal can't be written ({error.strerror})") from None
        if torn:
            self._stream.write("\n")

    def handle(self, event: Event) -> None:
        """Write the event; hops stand in their case's result, so they are not written twice."""
        if isinstance(event, (HopSeen, CaseStarted)):
            return
        # The operating system keeps what was written even when this process is killed; bringing every case
        # to the disk would only guard against the machine losing power.
        self._stream.write(encode(event) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Bring the journal to the disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()


@dataclass(slots=True)
class Recorded:
    """What a journal holds: the newest result of each finished case, and the browsers that were used."""

    cases: dict[str, CaseFinished] = field(default_factory=dict)
    engines: list[EngineReady] = field(default_factory=list)

    def of(self, case: Case) -> CaseFinished | None:
        """Return the result of `case`, unless its suite has asked something else of it then."""
        found = self.cases.get(case.id)
        return found if found is not None and found.asked in ("", case.asked) else None


def read_journal(file: Path) -> Recorded:
    """Read a journal; a line cut off when the run was killed is passed over. Raises `JournalError`."""
    try:
        lines = file.read_text("utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        raise JournalError(
            f"{file}: there is no journal to resume; run without --resume, or name its folder with --out"
        ) from None
    except OSError as error:
        raise JournalError(f"{file}: the journal can't be read ({error.strerror})") from None
    recorded, understood = Recorded(), 0
    for text in lines:
        if not text.strip():
            continue
        try:
            event = decode(text)
        except ReportError:
            continue
        understood += 1
        if isinstance(event, CaseFinished):
            recorded.cases[event.result.id] = event
        elif isinstance(event, EngineReady):
            recorded.engines.append(event)
    if not understood and any(line.strip() for line in lines):
        raise JournalError(f"{file}: this is not a journal of dropcheck; run without --resume")
    return recorded


def _came_to_its_end(file: Path) -> bool:
    """Whether the last line tells the end of a run that finished, or there is none."""
    lines = file.read_text("utf-8", errors="replace").rstrip("\n").rpartition("\n")
    if not lines[2].strip():
        return True
    try:
        last = decode(lines[2])
    except ReportError:
        return False
    return isinstance(last, RunFinished) and last.status is RunStatus.FINISHED


def _ends_in_mid_line(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            stream.seek(-1, os.SEEK_END)
            return stream.read(1) != b"\n"
    except OSError:
        # Nothing is there, or it is empty.
        return False
