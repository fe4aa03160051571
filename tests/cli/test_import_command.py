"""``dropcheck import`` as a label uses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropcheck.cli.program import end_with


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["schedule.csv", "schedule.xlsx"])
def test_from_the_template_to_suites_that_validate(name, here: Path, capsys):
    assert end_with(["import", "--template", name]) == 0
    assert end_with(["import", name]) == 0
    assert "2 created" in capsys.readouterr().out
    assert (here / "suites/suite.schema.json").is_file()
    assert end_with(["validate", "suites"]) == 0
    assert end_with(["import", name]) == 0
    assert "2 unchanged" in capsys.readouterr().out


def test_damage_is_told_with_row_and_column_and_nothing_is_written(here: Path, capsys):
    (here / "s.csv").write_text("title,upc,bio_link\nNeon Hours,8.6E+11,https://bio.example/mara\n")
    assert end_with(["import", "s.csv"]) == 2
    said = capsys.readouterr().err
    assert "s.csv, row 2, column B (upc)" in said
    assert "1 problem; nothing was written" in said
    assert not list((here / "suites").glob("*"))


@pytest.mark.parametrize("arguments", [[], ["missing.csv"], ["a.csv", "--template", "b.csv"]])
def test_bad_usage_ends_with_2(arguments):
    assert end_with(["import", *arguments]) == 2


def test_a_template_never_writes_over_a_file(here: Path):
    (here / "schedule.csv").write_text("mine")
    assert end_with(["import", "--template", "schedule.csv"]) == 2
    assert (here / "schedule.csv").read_text() == "mine"
