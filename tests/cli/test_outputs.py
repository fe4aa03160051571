"""What a command line asks to be written, and what happens when one of it can't be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from dropcheck.cli.program import end_with

from .test_run_command import here, run, write

__all__ = ["here"]


@pytest.mark.parametrize("option", ["--junit", "--json", "--csv", "--markdown", "--html", "--allure"])
def test_one_document_that_cannot_be_written_keeps_neither_the_others_nor_the_story_away(
    here: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, "fail", reason="it is broken")
    (here / "file").write_text("in the way")
    other = "--csv" if option == "--junit" else "--junit"
    assert run(option, "file/below", other, "other") == 2
    said = capsys.readouterr()
    assert "it is broken" in said.out
    assert "file/below" in said.err
    assert (here / "other").stat().st_size
    assert (here / "reports/history.sqlite").exists()


def test_annotations_leave_the_results_on_standard_output_alone(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, "fail", reason="it is broken")
    assert run("--json", "-", "--github") == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["summary"]["fail"] == 1
    assert "::error" in said.err


def test_a_document_made_later_leaves_the_runs_own_page_as_it_is(here: Path) -> None:
    write(here, "fail", reason="it is broken")
    run()
    page = here / "reports/report/index.html"
    before = page.read_text("utf-8")
    assert end_with(["report", "reports/results.json", "--client", "Night Bus", "--csv", "c.csv"]) == 0
    assert page.read_text("utf-8") == before


@pytest.mark.browser
def test_a_pdf_for_a_client_needs_no_page_in_the_place_of_the_runs_own(here: Path) -> None:
    write(here, "fail", reason="it is broken")
    run()
    page = here / "reports/report/index.html"
    before = page.read_text("utf-8")
    assert end_with(["report", "reports/results.json", "--client", "Night Bus", "--pdf", "c.pdf"]) == 0
    assert page.read_text("utf-8") == before
    assert "Night Bus" in "".join(sheet.extract_text() for sheet in PdfReader(here / "c.pdf").pages)


def test_a_client_named_without_a_place_gets_the_page_beside_the_results(here: Path) -> None:
    write(here, "pass")
    run()
    assert end_with(["report", "reports/results.json", "--client", "Night Bus"]) == 0
    assert "Night Bus" in (here / "reports/report/index.html").read_text("utf-8")


def test_a_comment_for_a_pull_request_is_in_the_reports_language(here: Path) -> None:
    write(here, "pass")
    run()
    assert end_with(["report", "reports/results.json", "--language", "de", "--markdown", "m.md"]) == 0
    assert "Alles funktioniert" in (here / "m.md").read_text("utf-8")


def test_a_language_nobody_wrote_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, "pass")
    run()
    capsys.readouterr()
    assert end_with(["report", "reports/results.json", "--language", "xx"]) == 2
    assert "there are: de, en" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["report"], ["merge"], ["compare", "damaged.json"]])
def test_cases_that_cannot_be_read_are_told_and_nothing_is_said_to_work_or_to_be_well(
    here: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, "pass", "pass")
    run()
    document = json.loads((here / "reports/results.json").read_text("utf-8"))
    document["cases"][0]["verdict"] = "perhaps"
    (here / "damaged.json").write_text(json.dumps(document))
    capsys.readouterr()
    assert end_with([*command, "damaged.json"]) == (0 if command == ["report"] else 3)
    said = capsys.readouterr()
    assert "Everything works" not in said.out + said.err
    assert "was left out" in said.err
    assert ".py" not in said.err
