"""Codes, dates, lengths and flags, case by case."""

from __future__ import annotations

import datetime as dt

import pytest

from dropcheck.catalog.match import Match
from dropcheck.catalog.values import (
    clock,
    compare_advisory,
    compare_date,
    compare_isrc,
    compare_length,
    compare_upc,
    isrc_remark,
    partial_date,
    upc_is_valid,
)

E, S, D, U = Match.EXACT, Match.STYLE, Match.DIFFERENT, Match.UNKNOWN


NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


NIGHT = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)


DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "now", "match"),
    [
        ("2026-11-20", NOW, E), ("2026-11", NOW, E), ("2026", NOW, E), ("2025", NOW, D), ("2026-10", NOW, D),
        ("2026-11-20T08:00:00Z", NOW, E), ("2026-11-19", NIGHT, S), ("2026-11-19", NOW, D), ("2026-11-27", NOW, D),
    ],
)  # fmt: skip
def test_dates_are_compared_at_their_precision(text: str, now: dt.datetime, match: Match) -> None:
    seen = partial_date(text)
    assert seen is not None
    assert compare_date(DAY, seen, now).match is match


NZ, LA = dt.timezone(dt.timedelta(hours=13)), dt.timezone(dt.timedelta(hours=-8))


@pytest.mark.parametrize(
    ("zone", "text", "match"),
    [(NZ, "2026-11-20", E), (NZ, "2026-11-19", E), (NZ, "2026-11-21", D), (LA, "2026-11-20", E),
     (LA, "2026-11-19", D), (LA, "2026-11-20T08:00:00Z", E)],
)  # fmt: skip
def test_a_local_midnight_has_two_dates_at_most(zone: dt.timezone, text: str, match: Match) -> None:
    seen = partial_date(text)
    assert seen is not None
    moment = dt.datetime(2026, 11, 20, tzinfo=zone)
    assert compare_date(DAY, seen, NOW, moment=moment).match is match


@pytest.mark.parametrize(
    ("text", "precision", "match"),
    [("2026-01-01", "year", E), ("2026-11-01", "month", E), ("2026-01-01", "day", D), ("2025-11-20", "year", D),
     ("2026", "day", E)],
)  # fmt: skip
def test_what_is_finer_than_the_precision_is_filling(text: str, precision: str, match: Match) -> None:
    seen = partial_date(text, precision)
    assert seen is not None
    assert compare_date(DAY, seen, NOW).match is match


def test_a_moments_date_in_utc_and_a_reissues_first_date_are_right() -> None:
    late = dt.datetime(2026, 11, 20, 21, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    seen = partial_date("2026-11-21")
    assert seen is not None
    assert compare_date(DAY, seen, NOW, moment=late).match is E
    old = partial_date("1999-01-01")
    assert old is not None
    assert compare_date(DAY, old, NOW, original=dt.date(1999, 1, 1)).match is E


@pytest.mark.parametrize("text", ["", None, "0000-00-00", "20261120", "soon", "2026-13-01"])
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert partial_date(text) is None


@pytest.mark.parametrize(
    ("seen", "whole", "match"),
    [(178.0, False, E), (180.0, False, E), (180.1, False, S), (180.9, True, E), (183.0, False, S), (183.1, False, D),
     (184.0, True, S), (170.0, True, D)],
)  # fmt: skip
def test_lengths_are_off_by_seconds(seen: float, whole: bool, match: Match) -> None:
    assert compare_length(178.0, seen, whole_seconds=whole).match is match


@pytest.mark.parametrize(
    ("expected", "seen", "certain", "match"),
    [(True, True, True, E), (True, False, True, D), (True, "clean", True, D), (False, True, True, D),
     (False, False, True, E), (False, "clean", True, S), ("clean", "clean", True, E), ("clean", True, True, D),
     ("clean", False, True, S), ("clean", False, False, U)],
)  # fmt: skip
def test_advisory_flags(expected: object, seen: object, certain: bool, match: Match) -> None:
    assert compare_advisory(expected, seen, false_is_certain=certain).match is match  # type: ignore[arg-type]


def test_codes_are_compared_without_their_presentation() -> None:
    assert compare_isrc("QZABC2600001", "qz-abc-26-00001").match is E
    assert compare_isrc("QZABC2600001", "QZABC2600009").match is D
    assert compare_isrc("QZABC2600001", "QZABC2600009", ("QZABC2600009",)).match is E
    assert compare_upc("036000291452", "00036000291452").match is E
    assert compare_upc("036000291452", "36000291452").match is E
    assert compare_upc("036000291452", "036000291453").match is D
    assert (upc_is_valid("036000291452"), upc_is_valid("036000291453")) == (True, False)
    assert isrc_remark("QZABC2600001") == ""
    assert "prefix" in isrc_remark("XXABC2600001")


def test_lengths_are_written_as_people_do() -> None:
    assert (clock(178), clock(177.6), clock(3723), clock(5)) == ("2:58", "2:58", "1:02:03", "0:05")
