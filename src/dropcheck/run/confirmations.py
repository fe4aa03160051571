"""What people saw on their own phones: kept beside a suite, and stronger than the table's rows.

The file is a list of dated entries, one observation each, so that many such files can be put together into one
public table: which row of which phone, app version, date, what was seen, who saw it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from dropcheck.device.model import Mechanism, Profile, Row
from dropcheck.result import Confidence
from dropcheck.run.errors import RunError
from dropcheck.suite import SuiteError
from dropcheck.suite.model import problem_at
from dropcheck.suite.tree import Node, parse, read_source

FILE_NAME = "confirmations.yaml"
FORMAT = 1
Saw = Literal["app", "store", "browser", "webview", "dead_end"]

_HEAD = """\
# What people saw on their own phones. `dropcheck confirm` adds to this file; runs of the suites beside it use it.
"""


class ConfirmationError(RunError):
    """A confirmations file can't be read, or an observation can't be recorded."""


class Confirmation(BaseModel):
    """One observation on a real phone.

    `row` is the rule of the phone it settles, `does` what the app then does; both are None where no row
    explains what was seen.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: str
    profile: str
    saw: Saw
    predicted: str
    row: str | None = None
    does: Mechanism | None = None
    app_version: str | None = None
    date: dt.date
    by: str = ""
    photo: str | None = None

    def as_row(self, row: Row) -> Row:
        """Return `row` as this observation settles it."""
        who = f" by {self.by}" if self.by else ""
        version = f", app {self.app_version}" if self.app_version else ""
        return row.model_copy(
            update={
                "does": self.does,
                "fails_as": None,
                "asks": row.asks and self.does is row.does,
                "confidence": Confidence.CONFIRMED,
                "date": self.date,
                "source": (f"seen on a phone{who}, {self.date.isoformat()}{version}", *row.source),
            }
        )


class Confirmations:
    """The observations beside one suite, newest last."""

    def __init__(self, entries: Iterable[Confirmation] = ()) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.date)

    @classmethod
    def beside(cls, folder: Path | None) -> Confirmations:
        """Read the file in a suite's folder, if there is one; raises `ConfirmationError`."""
        file = folder / FILE_NAME if folder is not None else None
        return cls(_read(file)) if file is not None and file.is_file() else cls()

    def of_case(self, case_id: str) -> Confirmation | None:
        """Return the newest observation of a case."""
        return next((entry for entry in reversed(self.entries) if entry.case == case_id), None)

    def rows_of(self, profile: str) -> frozenset[str]:
        """Return the ids of the rows that were settled for a phone."""
        return frozenset(entry.row for entry in self.entries if entry.profile == profile and entry.row)

    def applied(self, profiles: Mapping[str, Profile]) -> Mapping[str, Profile]:
        """Return the phones with the settled rows as they were seen; the newest observation of a row wins."""
        if not self.entries:
            return profiles
        changed = dict(profiles)
        for entry in self.entries:
            profile = changed.get(entry.profile)
            if profile is None or entry.row is None or entry.does is None:
                continue
            rows = tuple(entry.as_row(row) if row.id == entry.row else row for row in profile.rows)
            changed[entry.profile] = profile.model_copy(update={"rows": rows})
        return changed


def record(folder: Path, entry: Confirmation) -> Path:
    """Add `entry` to the file in `folder`; raises `ConfirmationError`."""
    file = folder / FILE_NAME
    entries = [*(_read(file) if file.is_file() else []), entry]
    document = {
        "version": FORMAT,
        "confirmations": [one.model_dump(mode="json", exclude_none=True) for one in entries],
    }
    text = _HEAD + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    part = file.with_name(f".{FILE_NAME}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError as error:
        raise ConfirmationError(f"{file}: can't be written ({error.strerror})") from None
    return file


def _read(file: Path) -> list[Confirmation]:
    try:
        tree = parse(read_source(file, str(file)))
    except SuiteError as error:
        first = error.problems[0]
        place = f"{file}:{first.line}" if first.line else str(file)
        raise ConfirmationError(f"{place}: {first.message}; mend it, or move the file away") from None
    document = json.loads(json.dumps(tree.data()))
    if not isinstance(document, dict) or document.get("version") != str(FORMAT):
        raise ConfirmationError(f"{file}: this is not a confirmations file of version {FORMAT}")
    entries = document.get("confirmations") or []
    if not isinstance(entries, list):
        raise ConfirmationError(
            f"{file}: `confirmations` is a list of observations, each beginning with `- `"
        )
    return [_entry(entry, ("confirmations", number), tree) for number, entry in enumerate(entries)]


def _entry(entry: Any, path: tuple[str | int, ...], tree: Node) -> Confirmation:
    try:
        return Confirmation.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        problem = problem_at(tree, (*path, *first["loc"]), first["msg"])
        raise ConfirmationError(f"{problem.file}:{problem.line}: {problem.path}: {first['msg']}") from None
