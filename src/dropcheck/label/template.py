"""The schedule to start from: a row of columns and rows to overwrite, as CSV or a workbook."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from dropcheck.suite.errors import Problem

from .columns import COLUMNS
from .errors import ScheduleError
from .table import INSTALL

_ALBUM = (
    {"title": "Night Bus", "artists": "Mara Vale", "type": "album", "upc": "859712345684", "track": "1"},
    {"title": "Night Bus", "upc": "859712345684", "track": "2"},
)
_TRACKS = (
    {"track_title": "Night Bus (Intro)", "isrc": "QZABC2600002", "duration": "62"},
    {"track_title": "Last Stop", "isrc": "QZABC2600003", "duration": "201"},
)
_ALBUM_LINKS = {
    "released": "2026-12-04",
    "label": "Night Bus Records",
    "album_spotify": "https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3",
    "bio_link": "https://bio.example/mara",
}


def template_rows() -> list[list[str]]:
    """Return the template: the columns, a single, and an album of two tracks."""
    single = {column.name: column.example for column in COLUMNS}
    album = [{**release, **track} for release, track in zip(_ALBUM, _TRACKS, strict=True)]
    album[0] |= _ALBUM_LINKS
    names = [column.name for column in COLUMNS]
    return [names, *([row.get(name, "") for name in names] for row in (single, *album))]


def write_template(file: Path) -> None:
    """Write the template to a .csv or .xlsx file; raises `ScheduleError` where that can't be done."""
    if file.exists():
        raise ScheduleError([Problem(str(file), 0, 0, "is there already", "choose another name")])
    if file.suffix.lower() == ".xlsx":
        _workbook(file)
    elif file.suffix.lower() == ".csv":
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\r\n").writerows(template_rows())
        # With the byte order mark spreadsheets read UTF-8 as what it is.
        file.write_text(stream.getvalue(), "utf-8-sig", newline="")
    else:
        raise ScheduleError([Problem(str(file), 0, 0, "a template is a .csv or .xlsx file")])


def _workbook(file: Path) -> None:
    try:
        import openpyxl
        from openpyxl.comments import Comment
    except ImportError:
        message = "workbooks are written by openpyxl, which is not installed"
        hint = f"{INSTALL}, or ask for a .csv template"
        raise ScheduleError([Problem(str(file), 0, 0, message, hint)]) from None
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "releases"
    for row in template_rows():
        sheet.append(row)
    for at, column in enumerate(COLUMNS, start=1):
        sheet.cell(1, at).comment = Comment(column.about, "dropcheck")
        # As text, so that no code loses its zeros and 2:58 stays a length.
        for number in range(2, 400):
            sheet.cell(number, at).number_format = "@"
    sheet.freeze_panes = "B2"
    book.save(file)
