"""CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.report.example_results import cases, hostile_results, results

from dropcheck.report import cases_csv, write_cases_csv
from dropcheck.report.case_table import COLUMNS
from dropcheck.report.inert import csv_cell


def test_every_case_is_one_row_under_the_columns() -> None:
    rows = list(csv.DictReader(io.StringIO(cases_csv(results()))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == [one["id"] for one in cases()]
    assert rows[0]["in_words"] == "Broken"


def test_no_cell_of_hostile_results_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(cases_csv(hostile_results()))))
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]


@given(st.text(max_size=40))
def test_no_text_at_all_becomes_a_formula(text: str) -> None:
    assert not csv_cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_the_file_opens_as_utf_8_in_spreadsheets(tmp_path: Path) -> None:
    assert write_cases_csv(results(), tmp_path / "cases.csv").read_bytes().startswith(b"\xef\xbb\xbfid,suite")
