"""Reads a schedule's cells from CSV or a workbook, each with the row and column a spreadsheet shows.

Workbooks are read by openpyxl (the ``label`` extra), their XML by defusedxml. Nothing in a cell is evaluated.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dropcheck.suite.errors import Problem, SuiteError, choices, suggestion
from dropcheck.suite.tree import MAX_BYTES, read_source

from .columns import NAMES, Column, column_of
from .errors import ScheduleError

#: A label's year is some thousand rows; a workbook that unpacks to more than this is no schedule. Our choice.
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_UNPACKED = 200 * 1024 * 1024

#: Where dropcheck itself came from is not known; these two are on PyPI.
INSTALL = "run `pip install openpyxl defusedxml` (pipx: `pipx inject dropcheck openpyxl defusedxml`)"

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell: what it holds (text from CSV, a typed value from a workbook) and where it stands."""

    value: Value
    file: str
    row: int
    letter: str
    column: Column

    @property
    def text(self) -> str:
        """What it holds as text, without blanks around it."""
        return str(self.value).strip()

    @property
    def place(self) -> str:
        """Where it stands, as people say it."""
        return f"{self.file}, row {self.row}, column {self.letter} ({self.column.name})"

    def problem(self, message: str, hint: str = "") -> Problem:
        """Return an error that points at this cell."""
        return Problem(self.place, 0, 0, message, hint)

    def remark(self, message: str, hint: str = "") -> Problem:
        """Return a warning that points at this cell."""
        return Problem(self.place, 0, 0, message, hint, severity="warning")


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its filled cells by column name."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A schedule as rows, and what is worth a warning about its header."""

    rows: tuple[Row, ...]
    remarks: tuple[Problem, ...]


def read_table(file: Path, sheet: str | None = None) -> Table:
    """Read a schedule; `sheet` names a workbook's sheet (default: its first).

    Raises `ScheduleError` for a file that is no schedule or can't be read.
    """
    ending = file.suffix.lower()
    if ending in (".csv", ".tsv", ".txt"):
        grid = _csv_rows(file)
    elif ending in (".xlsx", ".xlsm"):
        grid = _workbook_rows(file, sheet)
    else:
        raise _refused(
            file,
            f"`{ending or file.name}` is no kind of schedule dropcheck reads",
            "save it as .xlsx or .csv",
        )
    return _table(str(file), grid)


def _refused(file: Path | str, message: str, hint: str = "") -> ScheduleError:
    return ScheduleError([Problem(str(file), 0, 0, message, hint)])


def _csv_rows(file: Path) -> Iterator[list[Any]]:
    try:
        text = read_source(file, str(file)).text
    except SuiteError as error:
        raise ScheduleError(error.problems) from None
    first, _, rest = text.partition("\n")
    # Excel's own way of naming the separator.
    hint = first.strip('\r" ')
    named = hint[4:5] if hint.casefold().startswith("sep=") else ""
    if named:
        text = rest
    separator = named or max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    if named:
        yield []
    try:
        yield from reader
    except csv.Error as reason:
        raise _refused(file, f"line {max(reader.line_num, 1)} is not valid CSV: {reason}") from None


def _workbook_rows(file: Path, sheet: str | None) -> Iterator[list[Any]]:
    try:
        import defusedxml  # noqa: F401 - openpyxl reads XML through it where it is there
        import openpyxl
    except ImportError:
        raise _refused(
            file,
            "workbooks are read by openpyxl, which is not installed",
            f"{INSTALL}, or save the sheet as CSV (UTF-8)",
        ) from None
    _refuse_bombs(file)
    grids: list[list[list[Any]]] = []
    # What a formula last came to, and the formula itself: one that never came to anything is an error.
    for data_only in (True, False):
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=data_only, keep_links=False)
            names = list(book.sheetnames)
            chosen = book[sheet] if sheet in names else book.worksheets[0]
            limits = {"max_row": MAX_ROWS + 1, "max_col": MAX_COLUMNS}
            grids.append([list(row) for row in chosen.iter_rows(values_only=True, **limits)])
            book.close()
        except Exception as reason:  # noqa: BLE001 - openpyxl raises whatever a damaged file makes it raise
            raise _refused(
                file, f"this is not a workbook that can be read ({type(reason).__name__})"
            ) from None
        if sheet is not None and sheet not in names:
            raise _refused(file, f"there is no sheet `{sheet}`", f"it has {choices(names)}")
    for values, formulas in zip(*grids, strict=True):
        yield [formula if value is None else value for value, formula in zip(values, formulas, strict=True)]


def _refuse_bombs(file: Path) -> None:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _refused(file, f"is larger than {MAX_BYTES // 2**20} MB", "split it into several schedules")
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED:
                raise _refused(file, f"unpacks to more than {MAX_UNPACKED // 2**20} MB")
    except zipfile.BadZipFile:
        raise _refused(file, "this is not an .xlsx workbook", "save it as .xlsx or .csv again") from None
    except OSError as reason:
        raise _refused(file, f"cannot be read: {reason.strerror or reason}") from None


def _table(file: str, grid: Iterator[list[Any]]) -> Table:
    columns: dict[int, Column] = {}
    width = 0
    remarks: list[Problem] = []
    rows: list[Row] = []
    for number, values in enumerate(grid, start=1):
        if number > MAX_ROWS:
            raise _refused(file, f"there are more than {MAX_ROWS} rows", "split it into several schedules")
        if not columns:
            if any(_filled(value) for value in values):
                columns, width = _header(file, number, values, remarks), len(values)
            continue
        if any(_filled(value) for value in values[width:]):
            message = "cells beyond the last named column are left out"
            remarks.append(Problem(f"{file}, row {number}", 0, 0, message, severity="warning"))
        cells = {
            column.name: Cell(values[at], file, number, letter_of(at), column)
            for at, column in columns.items()
            if at < len(values) and _filled(values[at])
        }
        if cells:
            rows.append(Row(number, cells))
    if not rows:
        raise _refused(
            file,
            "this schedule holds no release",
            "the first row names the columns; `dropcheck import --template FILE` writes one to start from",
        )
    return Table(tuple(rows), tuple(remarks))


def _filled(value: object) -> bool:
    return value is not None and str(value).strip() != ""


def _header(file: str, row: int, values: list[Any], remarks: list[Problem]) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    problems: list[Problem] = []
    for at, value in enumerate(values):
        if not _filled(value):
            continue
        place = f"{file}, row {row}, column {letter_of(at)}"
        column = column_of(str(value))
        if column is None:
            shown = " ".join(str(value).split())[:40]
            remarks.append(
                Problem(
                    place,
                    0,
                    0,
                    f"the column `{shown}` is not known and is left out",
                    suggestion(shown, NAMES),
                    severity="warning",
                )
            )
        elif column in columns.values():
            problems.append(Problem(place, 0, 0, f"the column `{column.name}` stands twice", "remove one"))
        else:
            columns[at] = column
    if "title" not in {column.name for column in columns.values()}:
        hint = "the first row names the columns; `dropcheck import --template FILE` writes one to start from"
        problems.append(Problem(f"{file}, row {row}", 0, 0, "there is no column `title`", hint))
    if problems:
        raise ScheduleError(problems)
    return columns


def letter_of(index: int) -> str:
    """Return what a spreadsheet calls the column at `index` (from 0): A, B, …, Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
