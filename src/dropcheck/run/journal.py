"""The run's journal: one JSON object a line, written as cases finish, so that a killed run loses nothing."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from dropcheck.events import CaseFinished, EngineReady, Event, NotChecked, RunFinished, RunStarted
from dropcheck.result import CaseResult, Release
from dropcheck.run.errors import JournalError, OutputError

NAME = "journal.ndjson"
SCHEMA = "dropcheck.journal/1"


class Journal:
    """A listener that appends to a journal; with `resume` the finished cases there stay."""

    def __init__(self, file: Path, *, resume: bool = False) -> None:
        self._file = file
        try:
            torn = resume and _ends_in_mid_line(file)
            self._stream: IO[str] = file.open("a" if resume else "w", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{file}: the journal can't be written ({error.strerror})") from None
        if torn:
            self._stream.write("\n")

    def handle(self, event: Event) -> None:
        """Write the event, if it is one that the results are made of."""
        line = _line(event)
        if line is not None:
            # The operating system keeps what was written even when this process is killed; a flush to the
            # disk for every case would only guard against the machine losing power.
            self._stream.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            self._stream.flush()

    def close(self) -> None:
        """Bring the journal to the disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()


def _line(event: Event) -> dict[str, Any] | None:
    match event:
        case RunStarted():
            return {
                "event": "run-started",
                "schema": SCHEMA,
                "run": event.run_id,
                "at": event.at.isoformat(),
                "version": event.version,
                "suites": list(event.suites),
                "cases": len(event.case_ids),
            }
        case EngineReady():
            return {"event": "engine-ready", "engine": event.engine, "version": event.version}
        case NotChecked():
            return {"event": "not-checked", "what": event.what}
        case CaseFinished():
            return {
                "event": "case-finished",
                "result": event.result.model_dump(mode="json"),
                "release": event.release.model_dump(mode="json") if event.release is not None else None,
            }
        case RunFinished():
            return {"event": "run-finished", "at": event.at.isoformat(), "status": event.status.value}
        case _:
            return None


@dataclass(slots=True)
class Recorded:
    """What a journal holds: finished cases by id, the newest of each, with what their checks compared."""

    cases: dict[str, CaseFinished] = field(default_factory=dict)
    engines: dict[str, str] = field(default_factory=dict)


def read_journal(file: Path) -> Recorded:
    """Read a journal; a last line that was cut off is passed over. Raises `JournalError`."""
    try:
        lines = file.read_text("utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        raise JournalError(
            f"{file}: there is no journal to resume; run without --resume, or name its folder with --out"
        ) from None
    except OSError as error:
        raise JournalError(f"{file}: the journal can't be read ({error.strerror})") from None
    recorded = Recorded()
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            entry = json.loads(text)
        except json.JSONDecodeError:
            # Only the line being written when the run was killed is cut off; it begins anew when resumed.
            continue
        try:
            _take(entry, recorded)
        except (ValidationError, KeyError, TypeError, AttributeError):
            raise JournalError(
                f"{file}:{number}: this is not a line of a dropcheck journal; run without --resume"
            ) from None
    return recorded


def _take(entry: dict[str, Any], recorded: Recorded) -> None:
    if entry["event"] == "run-started" and entry["schema"] != SCHEMA:
        raise KeyError("schema")
    if entry["event"] == "engine-ready":
        recorded.engines[str(entry["engine"])] = str(entry["version"])
    if entry["event"] == "case-finished":
        result = CaseResult.model_validate(entry["result"])
        release = Release.model_validate(entry["release"]) if entry["release"] is not None else None
        recorded.cases[result.id] = CaseFinished(result, release)


def _ends_in_mid_line(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            stream.seek(-1, os.SEEK_END)
            return stream.read(1) != b"\n"
    except FileNotFoundError:
        return False
    except OSError:
        return False
