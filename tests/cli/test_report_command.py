"""`dropcheck report`: documents from a results file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.report.example_results import case, results

from dropcheck.cli.program import program


@pytest.fixture
def file(tmp_path: Path) -> Path:
    cases = [
        case("bio", "tiktok-ios", "escape", verdict, suite=suite)
        for suite, verdict in (("neon-hours", "fail"), ("slow-tide", "pass"))
    ]
    made = results(cases=cases, releases=[{"suite": "neon-hours"}, {"suite": "slow-tide"}])
    file = tmp_path / "results.json"
    file.write_text(made.to_json(), "utf-8")
    return file


def test_one_release_of_many_can_be_sent_on(file: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        program,
        [
            "report",
            str(file),
            "--suite",
            "slow-tide",
            "--html",
            str(tmp_path / "one"),
            "--csv",
            str(tmp_path / "one.csv"),
        ],
    )
    assert done.exit_code == 0, done.output
    text = (tmp_path / "one/index.html").read_text("utf-8")
    assert "Everything works." in text
    assert "neon-hours" not in text
    assert "neon-hours" not in (tmp_path / "one.csv").read_text("utf-8")
    assert {one["suite"] for one in json.loads(file.read_text("utf-8"))["cases"]} == {
        "neon-hours",
        "slow-tide",
    }


def test_a_release_that_is_not_there_is_one_clear_error(file: Path) -> None:
    done = CliRunner().invoke(program, ["report", str(file), "--suite", "slow-tie"])
    assert done.exit_code == 2
    assert "did you mean slow-tide?" in done.output
