"""Codes, dates, lengths and flags: the sheet's beside a service's (`reference/services.md` 8.4 to 8.6)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from stdnum import ean, isrc
from stdnum.exceptions import InvalidComponent, ValidationError

from .match import Match

#: What a service that counts in whole seconds may be off by, in seconds.
WHOLE_SECONDS = 1.0
_LAST_ZONE = dt.timezone(dt.timedelta(hours=-12))
Advisory = Literal[True, False, "clean"]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as a service gives it: `month` and `day` are None where it doesn't say them."""

    text: str
    year: int
    month: int | None = None
    day: int | None = None

    @property
    def as_date(self) -> dt.date | None:
        """The day, None for a month or a year."""
        return dt.date(self.year, self.month, self.day) if self.month and self.day else None


@dataclass(frozen=True, slots=True)
class Compared:
    """A verdict on one value and what there is to say about it."""

    match: Match
    note: str = ""


def partial_date(text: str | None, precision: str | None = None) -> PartialDate | None:
    """Read ``2026``, ``2026-11``, ``2026-11-20`` or a moment that begins with one; None for anything else.

    What is finer than a `precision` of ``year`` or ``month`` is filling and is left out.
    """
    found = re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:$|T|\s)", (text or "").strip(), re.ASCII)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        dt.date(year or 0, month or 1, day or 1)
    except ValueError:  # Deezer writes 0000-00-00 for a date it doesn't have
        return None
    said = (text or "").strip()[: found.end()].rstrip("T ")
    if precision == "year":
        return PartialDate(said[:4], year or 0)
    if precision == "month":
        return PartialDate(said[:7], year or 0, month)
    return PartialDate(said, year or 0, month, day)


def compare_date(
    expected: dt.date,
    seen: PartialDate,
    now: dt.datetime,
    *,
    moment: dt.datetime | None = None,
    original: dt.date | None = None,
    tolerance_days: int = 0,
) -> Compared:
    """Compare a release date at the precision a service gives it.

    `moment` is the exact release moment: its date in UTC is right too. `original` is a re-issue's first date.
    A day off is style until the day has begun in every time zone.
    """
    day = seen.as_date
    if day is None:
        same = seen.year == expected.year and seen.month in (None, expected.month)
        precision = "month" if seen.month else "year"
        return Compared(Match.EXACT if same else Match.DIFFERENT, f"only the {precision} is given")
    if day == expected:
        return Compared(Match.EXACT)
    if original is not None and day == original:
        return Compared(Match.EXACT, "the original date of this re-issue")
    if moment is not None and day == moment.astimezone(dt.UTC).date():
        return Compared(Match.EXACT, "the release moment's date in UTC")
    apart = abs((day - expected).days)
    if apart <= tolerance_days:
        return Compared(Match.STYLE, f"{_days(apart)} off, which the suite allows")
    begun_everywhere = dt.datetime.combine(max(day, expected), dt.time(), _LAST_ZONE)
    if apart == 1 and now < begun_everywhere:
        return Compared(Match.STYLE, "a day off while the release day is still beginning around the world")
    return Compared(Match.DIFFERENT, f"{_days(apart)} {'late' if day > expected else 'early'}")


def compare_length(
    expected_s: float,
    seen_s: float,
    *,
    whole_seconds: bool,
    same_within_s: float = 2.0,
    review_within_s: float = 5.0,
) -> Compared:
    """Compare two lengths in seconds; a service that counts whole seconds gets one more."""
    slack = WHOLE_SECONDS if whole_seconds else 0.0
    apart = abs(seen_s - expected_s)
    if apart <= same_within_s + slack:
        return Compared(Match.EXACT)
    note = f"{apart:.1f} s {'longer' if seen_s > expected_s else 'shorter'}"
    return Compared(Match.STYLE if apart <= review_within_s + slack else Match.DIFFERENT, note)


def compare_advisory(expected: Advisory, seen: Advisory, *, false_is_certain: bool = True) -> Compared:
    """Compare advisory flags.

    With `false_is_certain` off a service's "not explicit" may mean "not told", as Spotify's does.
    """
    if expected == seen and type(expected) is type(seen):
        return Compared(Match.EXACT)
    if expected is True:
        note = "shown as an edited version" if seen == "clean" else "not marked as explicit"
        return Compared(Match.DIFFERENT, note)
    if seen is True:
        return Compared(Match.DIFFERENT, "marked as explicit")
    if expected == "clean":
        if not false_is_certain:
            return Compared(Match.UNKNOWN, "this service doesn't mark edited versions")
        return Compared(Match.STYLE, "not marked as an edited version")
    return Compared(Match.STYLE, "marked as an edited version of something explicit")


def compare_isrc(expected: str, seen: str, alternates: tuple[str, ...] = ()) -> Compared:
    """Compare ISRCs; hyphens, spaces and case are presentation."""
    one, two = isrc.compact(expected), isrc.compact(seen)
    if one == two:
        return Compared(Match.EXACT)
    if two in {isrc.compact(code) for code in alternates}:
        return Compared(Match.EXACT, "an alternate ISRC of the sheet")
    return Compared(Match.DIFFERENT, "another recording's code, or the recording was registered twice")


def compare_upc(expected: str, seen: str) -> Compared:
    """Compare UPC, EAN or GTIN; leading zeros are padding."""
    one, two = re.sub(r"\D", "", expected), re.sub(r"\D", "", seen)
    if one.lstrip("0") != two.lstrip("0"):
        return Compared(Match.DIFFERENT)
    return Compared(Match.EXACT, "" if one == two else "padded with zeros")


def isrc_remark(code: str) -> str:
    """Return what is odd about an ISRC, '' for nothing. There is no check digit."""
    try:
        isrc.validate(code)
    except InvalidComponent:
        return f"its prefix {code[:2]} is not one that is known to be assigned"
    except ValidationError:
        return "it is not of the form of an ISRC (two letters, three letters or digits, seven digits)"
    return ""


def upc_is_valid(code: str) -> bool:
    """Return whether a UPC, EAN or GTIN of 8, 12, 13 or 14 digits has the right check digit."""
    return bool(ean.is_valid(code))


def clock(seconds: float) -> str:
    """Return seconds as people write a song's length: ``2:58``, ``1:02:03``."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
