"""Runs over time."""

from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.run.runs import case_of, results_of

from dropcheck.result import Results
from dropcheck.run.history import History, HistoryError, changes, flaky


def run(number: int, verdict: str, *, app: str = "46.4", date: str = "2026-11-01", **more: Any) -> Results:
    results = results_of(case_of(verdict=verdict, **more))
    results.run.id = f"run-{number}"
    results.run.started = results.run.started.replace(day=number)
    rule = {"id": "tiktok-ios/x", "confidence": "single", "date": date, "source": "s"}
    return Results.model_validate(
        results.model_dump(by_alias=True)
        | {"profiles": [{"name": "tiktok-ios", "identity": {"app_version": app}, "rules": [rule]}]}
    )


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "history.sqlite")


def test_it_says_when_a_case_changed_and_what_else_was_new_then(history: History) -> None:
    history.add(run(1, "pass"))
    history.add(run(2, "fail", app="47.0", date="2026-11-02"))
    (change,) = changes(history.entries())
    assert (change.before.verdict.value, change.after.verdict.value) == ("pass", "fail")
    assert change.also == ("the app went from 46.4 to 47.0", "phone rules changed: tiktok-ios/x")


def test_a_case_that_goes_back_and_forth_is_flaky(history: History) -> None:
    for number, verdict in enumerate(["pass", "fail", "pass"], start=1):
        history.add(run(number, verdict))
    assert flaky(history.entries()) == ["s/one/tiktok-ios/escape"]


def test_a_case_that_broke_once_is_not(history: History) -> None:
    for number, verdict in enumerate(["pass", "pass", "fail", "fail"], start=1):
        history.add(run(number, verdict))
    assert flaky(history.entries()) == []


def test_the_same_run_is_kept_once(history: History) -> None:
    history.add(run(1, "fail"))
    history.add(run(1, "pass"))
    assert [entry.verdict.value for entry in history.entries()] == ["pass"]


def test_entries_are_found_by_a_part_of_their_id(history: History) -> None:
    history.add(run(1, "pass"))
    assert len(history.entries("ONE/tiktok")) == 1
    assert history.entries("two") == []


def test_runs_that_could_not_see_hide_no_change_and_are_none(history: History) -> None:
    history.add(run(1, "pass"))
    history.add(run(2, "error", app="47.0"))
    history.add(run(3, "blocked", app="47.0"))
    history.add(run(4, "fail", app="47.0"))
    (change,) = changes(history.entries())
    assert (change.before.run, change.after.run) == ("run-1", "run-4")
    assert change.also == ("the app went from 46.4 to 47.0",)


def test_a_new_dropcheck_is_named_as_what_was_new(history: History) -> None:
    history.add(run(1, "pass"))
    later = run(2, "fail")
    later.run.version = "1.1"
    history.add(later)
    (change,) = changes(history.entries())
    assert change.also == ("dropcheck went from 0 to 1.1",)


def _write(file: Path, numbers: range) -> None:
    for number in numbers:
        History(file).add(run(number, "pass"))


def test_two_runs_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "h.sqlite"
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=_write, args=(file, numbers)) for numbers in (range(1, 15), range(15, 29))
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert len(History(file).entries()) == 28


def test_a_history_of_a_newer_dropcheck_is_left_alone(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "h.sqlite")
    base.execute("pragma user_version = 99")
    base.close()
    with pytest.raises(HistoryError, match="newer dropcheck"):
        History(tmp_path / "h.sqlite").add(run(1, "pass"))


def test_a_file_that_is_no_history_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "h.sqlite").write_text("not a database, by far not one of SQLite's" * 50)
    with pytest.raises(HistoryError, match="can't be used"):
        History(tmp_path / "h.sqlite").add(run(1, "pass"))


def test_a_row_that_no_dropcheck_wrote_is_one_clear_error(history: History, tmp_path: Path) -> None:
    history.add(run(1, "pass"))
    with closing(sqlite3.connect(next(tmp_path.glob("*.sqlite")))) as base:
        base.execute("update cases set verdict = 'perhaps'")
        base.commit()
    with pytest.raises(HistoryError, match="none of dropcheck's"):
        history.entries()
