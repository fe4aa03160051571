"""What spreadsheets do to codes, dates and texts, told with row and column."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.label.cells import CellError, words_of
from dropcheck.label.columns import COLUMNS, column_of
from dropcheck.label.table import Cell


def read(column: str, value: object, dates=None):
    found = column_of(column)
    assert found is not None
    return words_of(Cell(value, "schedule.xlsx", 7, "C", found), dates)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("column", "value", "said", "hint"),
    [
        ("upc", "8.59712E+11", "rounded number", "copy the code"),
        ("upc", "8,59712E+11", "rounded number", "copy the code"),
        ("upc", "36000291452", "dropped its leading zeros", "write 036000291452, whose check digit fits"),
        ("upc", 36000291452, "dropped its leading zeros", "036000291452"),
        ("upc", 859712000000.0, "has rounded it", "copy the code"),
        ("upc", 859712345677.5, "decimals", "text"),
        ("upc", "“859712345677”", "typographic quotation marks", "write 859712345677"),
        ("upc", "8597I2345677", "not a UPC", "12 digits"),
        ("upc", "8597O2345677", "letter O", "859702345677"),
        ("isrc", "QZABC26OO001", "letter O", "QZABC2600001"),
        ("isrc", "‘QZABC2600001’", "typographic", "write QZABC2600001"),
        ("bio_link", "“https://bio.example/mara”", "typographic", "https://bio.example/mara"),
        ("bio_link", "bio.example/mara", "not a web address", "https://bio.example/mara"),
        ("bio_link", "javascript:alert(1)", "only http", ""),
        ("released", "03/04/2026", "2026-04-03 or 2026-03-04", "--dates"),
        ("released", "20.11.26", "two digits", "in full"),
        ("released", "31/02/2026", "not a date", "year-month-day"),
        ("released", "46346", "number of a day", "2026-11-20"),
        ("released", "soon", "not a date", "2026-11-20"),
        ("released", dt.datetime(2026, 11, 20, 12), "no time zone", "2026-11-20T12:00:00-05:00"),
        ("duration", dt.time(2, 58), "hours and minutes", "write 2:58"),
        ("duration", "02:58:00", "hours and minutes", "write 2:58"),
        ("duration", "long", "not a duration", ""),
        ("explicit", "perhaps", "not an advisory flag", "true"),
        ("title", dt.date(2026, 3, 4), "date or a time", "as text"),
        ("title", "#REF!", "spreadsheet's error", ""),
        ("title", '=HYPERLINK("https://evil.example","x")', "a formula", "paste the values"),
        ("title", "=A1+1", "a formula", ""),
        ("title", "Don\u00e2\u20ac\u2122t", "wrong encoding", "UTF-8"),
        ("title", "Neon \x1b[31mHours", "control character", ""),
        ("title", "${DROPCHECK_VAR_TOKEN}", "can't hold", ""),
        ("bio_link", "https://evil.example/${DROPCHECK_VAR_TOKEN}", "can't hold", ""),
        ("type", "mixtape", "", ""),
        ("track", "one", "not a number", "1, 2, 3"),
    ],
)
def test_damage_is_an_error_that_says_where_and_what_instead(column, value, said, hint):
    with pytest.raises(CellError) as caught:
        read(column, value)
    problem = caught.value.problem
    assert problem.file == f"schedule.xlsx, row 7, column C ({column})"
    assert said in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("upc", "036000291452", "036000291452"),
        ("upc", 859712345677, "859712345677"),
        ("upc", 859712345677.0, "859712345677"),
        ("upc", "'036000291452", "036000291452"),
        ("upc", '="036000291452"', "036000291452"),
        ("upc", " 0859 7123 45677 ", "0859712345677"),
        ("isrc", "QZ-ABC-26-00001", "QZ-ABC-26-00001"),
        ("released", "2026-11-20", "2026-11-20"),
        ("released", "2026-11-20T00:00:00-05:00", "2026-11-20T00:00:00-05:00"),
        ("released", dt.datetime(2026, 11, 20), "2026-11-20"),
        ("released", "20.11.2026", "2026-11-20"),
        ("released", "20/11/2026", "2026-11-20"),
        ("released", "11/20/2026", "2026-11-20"),
        ("released", "05/05/2026", "2026-05-05"),
        ("released", "20 Nov 2026", "2026-11-20"),
        ("released", "November 20th, 2026", "2026-11-20"),
        ("duration", "2:58", "2:58"),
        ("duration", 178, 178),
        ("duration", dt.time(0, 2, 58), "2:58"),
        ("explicit", True, True),
        ("explicit", "N", False),
        ("explicit", "Clean", "clean"),
        ("title", "=", "="),
        ("title", "+", "+"),
        ("title", "1989", "1989"),
        ("title", "Don’t\u00a0Stop", "Don’t Stop"),
        ("artists", "Tyler, The Creator", ["Tyler, The Creator"]),
        ("artists", "Mara Vale; DJ Night", ["Mara Vale", "DJ Night"]),
        ("markets", "US, GB NO", ["US", "GB", "NO"]),
    ],
)
def test_what_is_meant_is_read(column, value, kept):
    found, _ = read(column, value)
    assert found == kept
    assert type(found) is type(kept)


def test_the_schedule_can_say_how_it_writes_dates():
    assert read("released", "03/04/2026", "dmy")[0] == "2026-04-03"
    assert read("released", "03/04/2026", "mdy")[0] == "2026-03-04"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("upc", "859712345678", "check digit"),
        ("title", "“Neon Hours”", "quotation marks"),
        ("artists", "Mara Vale, DJ Night", "one artist"),
    ],
)
def test_what_is_only_odd_is_a_warning(column, value, said):
    _, (remark,) = read(column, value)
    assert remark.severity == "warning"
    assert said in remark.message


def test_every_example_of_the_template_is_read_without_a_remark():
    for column in COLUMNS:
        if column.example:
            assert read(column.name, column.example)[1] == []


@pytest.mark.parametrize(
    ("header", "name"),
    [("Release Date", "released"), ("UPC/EAN", "upc"), (" ARTIST ", "artists"), ("Pre-Save", "presave_link")],
)
def test_columns_are_known_by_their_usual_names(header, name):
    column = column_of(header)
    assert column is not None
    assert column.name == name


def test_digits_in_other_shapes_are_read_as_digits():
    with pytest.raises(CellError, match='write "002222222222"'):
        read("upc", "²" * 10)


VALUES = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
)


@given(st.sampled_from(COLUMNS), VALUES)
def test_whatever_stands_in_a_cell_is_read_or_refused_in_words(column, value):
    # Any other exception is a traceback for whoever imports.
    with suppress(CellError):
        words_of(Cell(value, "schedule.xlsx", 7, "C", column))
