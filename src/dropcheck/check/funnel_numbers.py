"""Counts from CSV exports, in whatever notation the exporting program's country uses."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping

from dropcheck.check.options import FunnelNumbers

#: The counts of `FunnelNumbers` in the order of the funnel.
COUNTS = ("views", "sound_page_visits", "adds", "streams", "saves", "link_clicks")
#: What exports call them, in lower case without marks.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "period": ("period", "week", "date", "day", "woche", "datum", "semaine", "semana", "fecha", "data", "zeitraum"),
    "views": (
        "views", "video views", "total views", "plays", "video plays", "aufrufe", "videoaufrufe", "vues",
        "visualizaciones", "visualizacoes", "visualizzazioni", "visningar", "weergaven", "再生回数",
    ),
    "sound_page_visits": ("sound page visits", "sound page views", "sound visits", "sound page", "sound_page"),
    "adds": ("adds", "add to music app", "music app adds", "adds to music app", "songs added"),
    "streams": ("streams", "stream count", "ecoutes", "reproducciones", "reproducoes", "ascolti"),
    "saves": ("saves", "library saves", "speicherungen", "enregistrements", "guardados", "salvataggi"),
    "link_clicks": ("link clicks", "clicks", "website clicks", "klicks", "linkklicks", "clics", "cliques", "clic"),
}  # fmt: skip
#: Words and letters that multiply, by folded name.
_FACTORS = {
    "": 1, "k": 1_000, "tsd": 1_000, "mil": 1_000, "m": 1_000_000, "mio": 1_000_000, "mn": 1_000_000,
    "million": 1_000_000, "millions": 1_000_000, "b": 1_000_000_000, "bn": 1_000_000_000, "mrd": 1_000_000_000,
    "万": 10_000, "萬": 10_000, "億": 100_000_000, "亿": 100_000_000,
}  # fmt: skip
_NUMBER = re.compile(r"(\d[\d.,' ]*?)\s*([a-z]*|[万萬億亿])\.?", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*")
#: Indian notation groups by two digits above the thousand.
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_WEEK = re.compile(r"\d{4}-W\d\d")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
MAX_BYTES = 20 * 2**20


class NumbersError(Exception):
    """A file of numbers can't be read; `hint` says what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def read_csv(content: bytes, name: str) -> tuple[FunnelNumbers, ...]:
    """Return the periods of an export, in its order; daily rows are summed up by ISO week.

    Raises `NumbersError` naming the file, the line and what is wrong with it.
    """
    text = _decoded(content, name)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise NumbersError(f"{name}:1: the file is empty", "export it again, or leave it out")
    delimiter = max(";\t,|", key=lambda mark: (lines[0].count(mark), mark == ","))
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    header: list[str | None] = []
    made: list[FunnelNumbers] = []
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = _header(row, f"{name}:{rows.line_num}")
                continue
            made.append(_row(header, row, f"{name}:{rows.line_num}"))
    except csv.Error as error:
        raise NumbersError(
            f"{name}:{rows.line_num}: not a CSV file ({error})", "export it as CSV again"
        ) from None
    return by_week(made)


def count(text: str) -> int | None:
    """Return the count in a cell, None for an empty one; raises `ValueError` for what is no count.

    ``1.234.567``, ``1,234,567``, ``1 234 567``, ``1'234'567``, ``12,34,567``, ``1.2M``, ``1,2 Mio.``, ``12万``
    and digits of any script are read. A single mark before exactly three digits separates thousands.
    """
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").replace("٬", ",").replace("٫", ".")
    plain = re.sub(r"\s+", " ", "".join(_digit(char) for char in plain)).strip().strip('"')
    if plain in ("", "-", "–", "—", "n/a", "N/A"):
        return None
    found = _NUMBER.fullmatch(plain)
    factor = _FACTORS.get(found[2].casefold()) if found else None
    if found is None or factor is None:
        raise ValueError(f"{text!r} is not a count")
    digits = found[1].strip()
    if factor == 1 or _INDIAN.fullmatch(digits):
        if digits.isdigit() or _GROUPED.fullmatch(digits) or _INDIAN.fullmatch(digits):
            return int(re.sub(r"\D", "", digits)) * factor
        whole = re.fullmatch(r"(.*\d)[.,]0{1,2}", digits)  # 1,234.00: a spreadsheet's idea of a count
        if whole and (whole[1].isdigit() or _GROUPED.fullmatch(whole[1])):
            return int(re.sub(r"\D", "", whole[1]))
        raise ValueError(f"{text!r} is not a whole number")
    if not re.fullmatch(r"\d+(?:[.,]\d+)?", digits):
        raise ValueError(f"{text!r} is not a count")
    return round(float(digits.replace(",", ".")) * factor)


def by_week(periods: Iterable[FunnelNumbers]) -> tuple[FunnelNumbers, ...]:
    """Return periods with days of one ISO week added up; periods that are no days stay as they are.

    Weeks are put in their order, whatever the export's is.
    """
    given = list(periods)
    day_first = _day_first(one.period for one in given)
    weeks: dict[str, list[FunnelNumbers]] = {}
    for number, period in enumerate(given):
        name = _week(period.period, day_first) or period.period or f"#{number + 1}"
        weeks.setdefault(name, []).append(period)
    ordered = sorted(weeks) if all(map(_WEEK.fullmatch, weeks)) else list(weeks)
    return tuple(summed(weeks[name], None if name.startswith("#") else name) for name in ordered)


def summed(periods: Iterable[FunnelNumbers], name: str | None = None) -> FunnelNumbers:
    """Return the sum of periods; a count nobody gave stays unknown."""
    group = list(periods)
    totals: dict[str, int | None] = {}
    for field in COUNTS:
        given = [value for one in group if (value := getattr(one, field)) is not None]
        totals[field] = sum(given) if given else None
    return FunnelNumbers(period=name, **totals)


def _decoded(content: bytes, name: str) -> str:
    if len(content) > MAX_BYTES:
        raise NumbersError(f"{name}:1: larger than {MAX_BYTES // 2**20} MB", "export a shorter period")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if b"\x00" in content[:1000] or content[:2] == b"PK":
        raise NumbersError(f"{name}:1: not a text file", "save it as CSV, not as a spreadsheet")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _header(row: list[str], where: str) -> list[str | None]:
    known = {alias: field for field, aliases in _COLUMNS.items() for alias in aliases}
    found = [known.get(_plain(cell)) for cell in row]
    if not any(field in COUNTS for field in found):
        columns = ", ".join(cell.strip() for cell in row[:8])
        raise NumbersError(
            f"{where}: none of its columns is known ({columns[:120]})",
            f"name the columns: period, {', '.join(COUNTS)}",
        )
    twice = {field for field in found if field is not None and found.count(field) > 1}
    if twice:
        raise NumbersError(f"{where}: two columns mean {sorted(twice)[0]}", "keep one of them")
    return found


def _row(header: list[str | None], row: list[str], where: str) -> FunnelNumbers:
    values: dict[str, object] = {}
    for field, cell in zip(header, row, strict=False):
        if field == "period":
            values["period"] = cell.strip() or None
        elif field is not None:
            try:
                values[field] = count(cell)
            except ValueError as error:
                raise NumbersError(
                    f"{where}: {field}: {error}", "write a whole number, such as 1234567, 1.234.567 or 1.2M"
                ) from None
    return FunnelNumbers.model_validate(values)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return re.sub(r"[\s_-]+", " ", bare)


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _day_first(periods: Iterable[str | None]) -> bool | None:
    """Whether days written with slashes begin with the day, as told by one that can be only that; else None."""
    pairs = [(int(found[1]), int(found[2])) for one in periods if (found := _SLASHED.fullmatch(one or ""))]
    first, second = any(one > 12 for one, _ in pairs), any(two > 12 for _, two in pairs)
    return None if first == second else first


def _week(period: str | None, day_first: bool | None) -> str | None:
    """The ISO week of a day: year first, or the day first before dots; slashes as the other days tell."""
    text = (period or "").strip()
    if found := _ISO_DAY.match(text):
        parts = int(found[1]), int(found[2]), int(found[3])
    elif found := _DOTTED.fullmatch(text):
        parts = int(found[3]), int(found[2]), int(found[1])
    elif (found := _SLASHED.fullmatch(text)) and day_first is not None:
        day, month = (found[1], found[2]) if day_first else (found[2], found[1])
        parts = int(found[3]), int(month), int(day)
    else:
        return None
    try:
        year, week, _ = dt.date(*parts).isocalendar()
    except ValueError:
        return None
    return f"{year}-W{week:02}"
