"""Moments of a release: an exact one, or a day that rolls in at each country's midnight."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from .scalars import day, within_reason, wrong

#: The time zones furthest ahead of and behind UTC (Line Islands; Baker Island).
_FIRST_ZONE = dt.timezone(dt.timedelta(hours=14))
_LAST_ZONE = dt.timezone(dt.timedelta(hours=-12))


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time (`at`, with its offset), or a whole day everywhere (`at` is None).

    `text` is what was typed.
    """

    text: str
    date: dt.date
    at: dt.datetime | None = None

    @property
    def everywhere(self) -> dt.datetime:
        """When it has come for everybody: the moment itself, or the day's midnight in the last time zone."""
        return self.at or dt.datetime.combine(self.date, dt.time(), _LAST_ZONE)

    @property
    def anywhere(self) -> dt.datetime:
        """When it comes for the first: the moment itself, or the day's midnight in the first time zone."""
        return self.at or dt.datetime.combine(self.date, dt.time(), _FIRST_ZONE)

    @property
    def end(self) -> dt.datetime:
        """When an `until` is over: the moment itself, or the end of the day in the last time zone."""
        return self.at or dt.datetime.combine(self.date, dt.time(), _LAST_ZONE) + dt.timedelta(days=1)

    def has_come(self, now: dt.datetime) -> bool:
        """Return whether it has come everywhere at `now` (an aware datetime)."""
        return now >= self.everywhere

    def hours_since(self, now: dt.datetime) -> float:
        """Return the hours from the moment (everywhere) to `now`; negative before it."""
        return (now - self.everywhere).total_seconds() / 3600

    def __str__(self) -> str:
        return self.text


def _moment(value: Any) -> Any:
    if isinstance(value, Moment):
        return value
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise wrong("this moment has no time zone", "give it an offset")
        return Moment(value.isoformat(), value.date(), value)
    if isinstance(value, dt.date):
        return Moment(value.isoformat(), value)
    text = str(value).strip() if isinstance(value, str) else ""
    if len(text) <= 10:
        return Moment(text, day(text))
    try:
        # YAML allows a space before the offset, ISO 8601 does not.
        at = dt.datetime.fromisoformat(re.sub(r"\s+([+-]\d)", r"\1", _two_digit_hours(text)))
    except ValueError:
        raise wrong(
            "this is not a date or a moment",
            "write 2026-11-20, or 2026-11-20T00:00:00-05:00 for an exact moment",
        ) from None
    if at.tzinfo is None:
        raise wrong(
            "this moment has no time zone", f"add the offset: {text[:19]}-05:00, or {text[:19]}Z for UTC"
        )
    return Moment(text, within_reason(at.date()), at)


def _two_digit_hours(text: str) -> str:
    """YAML writes ``-5`` where ISO 8601 wants ``-05:00``."""
    return re.sub(r"([+-])(\d)$", r"\g<1>0\2", text)


ReleaseMoment = Annotated[
    Moment,
    BeforeValidator(_moment),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["2026-11-20", "2026-11-20T00:00:00-05:00"]}),
]
