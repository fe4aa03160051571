"""Standard output that nobody reads to its end, or that can't write every character."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from dropcheck.cli.streams import read_or_not, without_commands

from .test_run_command import CHECKS, write

PROGRAM = [sys.executable, "-m", "dropcheck"]


def ended(folder: Path, *arguments: str) -> int:
    """Run the program into a pipe whose reader leaves after the first bytes; return the exit code."""
    with subprocess.Popen(
        [*PROGRAM, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as program:
        assert program.stdout is not None
        program.stdout.read(1)
        program.stdout.close()
        return program.wait(timeout=60)


@pytest.mark.parametrize(("verdict", "code"), [("pass", 0), ("fail", 1), ("blocked", 3)])
def test_a_reader_that_leaves_early_changes_nothing_about_how_a_run_ends(
    tmp_path: Path, verdict: str, code: int
) -> None:
    (tmp_path / "checks.py").write_text(CHECKS)
    write(tmp_path, verdict)
    assert ended(tmp_path, "run", "s.yaml", "--checks", "checks.py") == code
    assert json.loads((tmp_path / "reports/results.json").read_text("utf-8"))["summary"][verdict] == 1


@pytest.mark.parametrize(
    "text",
    ["::set-output name=a::b", "  ::error::x", "a\n::add-mask::b", "a ##[add-mask]b", "##vso[task.complete]"],
)
def test_text_of_a_page_is_no_command_to_the_ci_that_keeps_the_log(text: str) -> None:
    log = io.StringIO()
    Console(file=without_commands(log)).print(Text(text))
    assert not re.search(r"(?m)^\s*::|##\w*\[", log.getvalue())
    assert log.getvalue().replace("\u200b", "").rstrip() == text


def test_other_text_stays_as_it_is() -> None:
    log = io.StringIO()
    without_commands(log).write("to [::1]:443 by std::move, ## heading\n")
    assert log.getvalue() == "to [::1]:443 by std::move, ## heading\n"


def test_a_reader_that_has_enough_of_a_list_makes_no_failure_of_it(tmp_path: Path) -> None:
    assert ended(tmp_path, "rules", "--format", "json") == 0


def test_a_character_the_terminal_lacks_is_replaced_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "checks.py").write_text(CHECKS)
    write(tmp_path, "fail", reason="→ \u05d0 😀")
    done = subprocess.run(
        [*PROGRAM, "run", "s.yaml", "--checks", "checks.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"? ? ?" in done.stdout


def test_results_on_standard_output_are_utf_8_whatever_the_terminal_speaks(tmp_path: Path) -> None:
    (tmp_path / "checks.py").write_text(CHECKS)
    write(tmp_path, "fail", reason="→ \u05d0 😀")
    done = subprocess.run(
        [*PROGRAM, "run", "s.yaml", "--checks", "checks.py", "--json", "-"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert json.loads(done.stdout)["cases"][0]["reason"] == "→ \u05d0 😀"


def test_output_that_its_caller_keeps_in_memory_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    monkeypatch.setattr(sys, "stdout", kept)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    read_or_not()
    assert sys.stdout is kept
    assert kept.errors == "replace", "a character it lacks is no reason to stop"
