"""Turns a schedule's cells into values of a release sheet, and names what a spreadsheet has done to them.

The kinds of damage are those of ``reference/services.md`` 8.6 (lost leading zeros, scientific notation, the
letter O for zero) and what spreadsheets do to dates, times and quotation marks.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from dropcheck.suite.errors import Problem
from dropcheck.suite.scalars import upc_check_digit_fits, web_url
from dropcheck.suite.sheet import Artist, Release, Track

from .table import Cell

#: How 03/04/2026 is meant: the day or the month first.
DateOrder = Literal["dmy", "mdy"]

_SMART_QUOTES = "“”„‟«»‘’‚‛"
_FORMULA = re.compile(r"=\s*[A-Za-z_.]+\(|=\s*[$]?[A-Za-z]{1,3}[$]?\d|=\s*[-+'\"]|=.*!")
#: How spreadsheets guard digits in CSV: ="0123", or an apostrophe in front.
_GUARDED = re.compile(r'="([^"]*)"|\'(.*)')
_CELL_ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)|#{3,}")
_MOJIBAKE = re.compile("�|â€|Ã[\u00a0-\u00bf]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = re.compile("[\u00a0\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?\s*[eE]\s*\+?\d+")
_SERIAL = re.compile(r"[34]\d{4}(\.\d+)?")
_NUMERIC_DATE = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[ T]0{1,2}:00(?::00)?)?")
_WRITTEN = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%Y/%m/%d")
_CODES = frozenset({"upc", "isrc", "artist_spotify"})
#: Day 0 of a spreadsheet's calendar (ECMA-376, 18.17.4.1, with the year 1900 as Lotus counted it).
_EPOCH = dt.date(1899, 12, 30)


class CellError(Exception):
    """A cell can't be used; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def words_of(cell: Cell, dates: DateOrder | None = None) -> tuple[Any, list[Problem]]:
    """Return a cell's value as a suite writes it, and what is worth a warning; raises `CellError`.

    `dates` settles dates that could mean two days.
    """
    name, remarks = cell.column.name, list[Problem]()
    if name in ("upc",):
        return _upc(cell, remarks), remarks
    if name == "released":
        return _released(cell, dates), remarks
    if name in ("duration", "clip_start", "hook_at"):
        return _checked(cell, Release, name, _length(cell)), remarks
    if name in ("explicit",):
        return _explicit(cell), remarks
    text = _text(cell)
    if name in ("isrc", "artist_spotify") or cell.column.place == "link" or text.startswith("http"):
        text = _exact(cell, text)
    if name in ("artists", "featured", "track_artists"):
        return _artists(cell, text, remarks), remarks
    if name in ("track", "disc"):
        return _number(cell, text), remarks
    if cell.column.place == "link":
        return _link(cell, text), remarks
    if name == "artist_spotify":
        return _checked(cell, Artist, "spotify", text, name="x"), remarks
    if cell.column.words:
        return _checked(cell, Release, cell.column.field, re.split(r"[\s,;|]+", text)), remarks
    if name == "type":
        text = text.casefold()
    if name == "suite" or name == "artwork":
        return text, remarks
    _wrapped(cell, text, remarks)
    model: type[BaseModel] = Track if cell.column.place == "track" else Release
    return _checked(cell, model, cell.column.field, text), remarks


def _text(cell: Cell) -> str:
    """The cell's text, with everything that no sheet's text may hold refused."""
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)) and cell.column.name != "released":
        raise CellError(
            cell.problem("a spreadsheet has turned this into a date or a time", "format the column as text")
        )
    text = str(value).strip()
    if cell.column.name in _CODES and (guarded := _GUARDED.fullmatch(text)):
        text = (guarded[1] if guarded[1] is not None else guarded[2]).strip()
    if _FORMULA.match(text):
        raise CellError(
            cell.problem("this is a formula, not a value", "paste the values (Paste Special → Values)")
        )
    if _CELL_ERROR.fullmatch(text):
        raise CellError(cell.problem(f"this is a spreadsheet's error ({text})", "mend the formula behind it"))
    if "${" in text:
        # Whoever sends a schedule must not be able to read this machine's variables.
        raise CellError(cell.problem("a schedule can't hold `${…}`", "write the value itself"))
    if _MOJIBAKE.search(text):
        raise CellError(
            cell.problem("this text was saved with the wrong encoding", "export the sheet as UTF-8 again")
        )
    if _CONTROL.search(text):
        raise CellError(cell.problem("this cell holds a control character", "type it again"))
    return " ".join(_INVISIBLE.sub(lambda match: " " if match[0] == "\u00a0" else "", text).split())


def _exact(cell: Cell, text: str) -> str:
    """Codes and addresses: nothing typographic belongs in them."""
    bare = text.strip(_SMART_QUOTES + "\"'")
    if any(mark in text for mark in _SMART_QUOTES):
        hint = f"write {bare}" if not any(mark in bare for mark in _SMART_QUOTES) else "copy it again"
        raise CellError(cell.problem("typographic quotation marks have got into this cell", hint))
    return bare


def _wrapped(cell: Cell, text: str, remarks: list[Problem]) -> None:
    if len(text) > 2 and text[0] in _SMART_QUOTES + '"' and text[-1] in _SMART_QUOTES + '"':
        remarks.append(
            cell.remark("this text stands in quotation marks", "remove them if stores don't show them")
        )


def _upc(cell: Cell, remarks: list[Problem]) -> str:
    value = cell.value
    if isinstance(value, float) and not value.is_integer():
        raise CellError(
            cell.problem("this is a number with decimals, not a UPC", "format the column as text")
        )
    text = re.sub(r"[\s-]", "", _exact(cell, _text(cell)))
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(
            cell.problem(
                f"a spreadsheet has turned this UPC into a rounded number ({text})",
                "its last digits are lost: format the column as text and copy the code from the distributor",
            )
        )
    if re.fullmatch(r"[0-9]{9,11}", text):
        whole = text.zfill(12)
        fits = "whose check digit fits" if upc_check_digit_fits(whole) else "if that is the code"
        raise CellError(
            cell.problem(
                f"this UPC has {len(text)} digits; a spreadsheet has dropped its leading zeros",
                f"format the column as text and write {whole}, {fits}",
            )
        )
    if re.search(r"\dO|O\d", text):
        raise CellError(
            cell.problem("this UPC has the letter O where a digit belongs", f"write {text.replace('O', '0')}")
        )
    code = str(_checked(cell, Release, "upc", text))
    if not upc_check_digit_fits(code):
        if code.endswith("000"):
            raise CellError(
                cell.problem(
                    "this UPC ends in zeros and its check digit doesn't fit: a spreadsheet has rounded it",
                    "format the column as text and copy the code from the distributor",
                )
            )
        remarks.append(
            cell.remark(
                "the last digit of this UPC doesn't fit the others (GS1 check digit)",
                "compare it with the distributor's",
            )
        )
    return code


def _released(cell: Cell, dates: DateOrder | None) -> str:
    value = cell.value
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        raise CellError(
            cell.problem(
                f"this moment has no time zone ({value.isoformat(' ')})",
                f"write it as text with its offset: {value.isoformat()}-05:00",
            )
        )
    if isinstance(value, dt.date):
        return value.isoformat()
    text = _exact(cell, _text(cell))
    if _SERIAL.fullmatch(text):
        meant = _EPOCH + dt.timedelta(days=int(float(text)))
        raise CellError(
            cell.problem(
                "this is a spreadsheet's number of a day, not a date", f"write {meant} if that is it"
            )
        )
    if match := _NUMERIC_DATE.fullmatch(text):
        return _numeric_date(cell, match, dates)
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text, flags=re.IGNORECASE).replace(",", " ")
    for form in _WRITTEN:
        try:
            # A day has no time zone; only its date is kept.
            return dt.datetime.strptime(" ".join(plain.split()), form).date().isoformat()
        except ValueError:
            continue
    return str(_checked(cell, Release, "released", text))


def _numeric_date(cell: Cell, match: re.Match[str], dates: DateOrder | None) -> str:
    first, mark, middle, last = match[1], match[2], int(match[3]), match[4]
    if len(first) == 4:
        return _day(cell, int(first), middle, int(last))
    if len(last) != 4:
        raise CellError(cell.problem("this date's year has two digits", "write the year in full: 2026-11-20"))
    year, one = int(last), int(first)
    # 20.11.2026 is written where days stand first.
    order = "dmy" if mark == "." or one > 12 else "mdy" if middle > 12 else dates
    if order is None and one != middle:
        days = [_day(cell, year, middle, one), _day(cell, year, one, middle)]
        raise CellError(
            cell.problem(
                f"this date can mean {days[0]} or {days[1]}",
                "write it year first, or say how the schedule writes dates: --dates dmy or --dates mdy",
            )
        )
    return _day(cell, year, one, middle) if order == "mdy" else _day(cell, year, middle, one)


def _day(cell: Cell, year: int, month: int, day: int) -> str:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError as reason:
        raise CellError(
            cell.problem(f"this is not a date: {reason}", "write year-month-day, such as 2026-11-20")
        ) from None


def _length(cell: Cell) -> str | int:
    """A length of music; a spreadsheet reads 2:58 as two hours and 58 minutes."""
    value = cell.value
    if isinstance(value, dt.timedelta):
        within_a_day = dt.timedelta() <= value < dt.timedelta(days=1)
        value = (dt.datetime.min + value).time() if within_a_day else str(value)
    if isinstance(value, dt.datetime):
        value = value.time()
    text = value.strftime("%H:%M:%S") if isinstance(value, dt.time) else _exact(cell, _text(cell))
    match = re.fullmatch(r"0?(\d{1,2}):(\d\d):00", text)
    if match is not None and (int(match[1]) or isinstance(value, dt.time)):
        short = f"{int(match[1])}:{match[2]}"
        raise CellError(
            cell.problem(
                f"a spreadsheet has read this length as hours and minutes ({text})",
                f"format the column as text and write {short}, or write the seconds",
            )
        )
    return int(text) if text.isdigit() and text.isascii() else re.sub(r"^0+:0*(?=\d+:)", "", text)


def _explicit(cell: Cell) -> Any:
    if isinstance(cell.value, bool):
        return cell.value
    text = _text(cell).casefold()
    word = {"y": "yes", "n": "no", "1": "yes", "0": "no", "not explicit": "no", "none": "no"}.get(text, text)
    _checked(cell, Release, "explicit", word)
    return word if word == "clean" else word in ("true", "yes", "explicit")


def _number(cell: Cell, text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,3}", text):
        raise CellError(cell.problem("this is not a number of a track or disc", "write 1, 2, 3, …"))
    return int(text)


def _artists(cell: Cell, text: str, remarks: list[Problem]) -> list[str]:
    names = [name.strip() for name in re.split(r"[;\n]", text) if name.strip()]
    if len(names) == 1 and "," in text:
        remarks.append(
            cell.remark("this is read as one artist: a comma may be part of a name", "part artists by `;`")
        )
    return names


def _link(cell: Cell, text: str) -> str:
    try:
        return web_url(text)
    except PydanticCustomError as error:
        context = error.context or {}
        raise CellError(cell.problem(str(context.get("what")), str(context.get("hint")))) from None


def _checked(cell: Cell, model: type[BaseModel], field: str, value: Any, **more: Any) -> Any:
    """Return `value` when the release sheet takes it in `field`; the sheet's own words otherwise."""
    try:
        model.model_validate({field: value, **more})
    except ValidationError as error:
        first = error.errors()[0]
        context = first.get("ctx", {})
        what = str(context.get("what") or first["msg"])
        raise CellError(cell.problem(what, str(context.get("hint") or ""))) from None
    return value
