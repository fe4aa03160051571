"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_run_command import here, results, run, write

__all__ = ["here"]


@pytest.mark.parametrize("option", ["--profile", "--link", "--check", "--fail-on"])
def test_an_empty_list_is_refused_since_it_would_select_everything_or_take_a_gate_away(
    here: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, "warn")
    assert run(option, "") == 2
    assert "it is empty" in capsys.readouterr().err


def test_a_gate_that_is_named_twice_holds_for_both(here: Path) -> None:
    write(here, "warn")
    assert run("--fail-on", "warn", "--fail-on", "blocked") == 1


@pytest.mark.parametrize("option", ["--case-timeout", "--per-host-rate"])
def test_a_bound_that_is_no_number_is_refused(
    here: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, "pass")
    assert run(option, "nan") == 2
    assert "is not a number" in capsys.readouterr().err


def test_what_is_left_out_selects_everything(here: Path) -> None:
    write(here, "pass", "pass")
    assert run() == 0
    assert results(here)["summary"]["pass"] == 2
