"""The journal of a run that is killed and goes on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.run.runs import SUITE, performed, plan_of, runner_of

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.result import Verdict
from dropcheck.run.errors import JournalError
from dropcheck.run.journal import PREVIOUS, Journal, read_journal
from dropcheck.suite import Case


async def journalled(file: Path) -> None:
    await performed(plan_of(), listeners=[Journal(file)])


async def test_a_journal_gives_back_every_finished_case(tmp_path: Path) -> None:
    file = tmp_path / "journal.ndjson"
    await journalled(file)
    recorded = read_journal(file)
    assert set(recorded.cases) == {case.id for case in plan_of().cases}
    assert {event.result.verdict for event in recorded.cases.values()} == {Verdict.PASS}


async def test_a_run_killed_in_mid_line_loses_that_line_alone(tmp_path: Path) -> None:
    file = tmp_path / "journal.ndjson"
    await journalled(file)
    lines = [line for line in file.read_text("utf-8").splitlines(keepends=True) if "CaseFinished" in line]
    file.write_text("".join(lines[:2]) + lines[2][: len(lines[2]) // 2], "utf-8")
    assert len(read_journal(file).cases) == 2
    journal = Journal(file, resume=True)
    await performed(plan_of(), listeners=[journal])
    assert len(read_journal(file).cases) == 4


async def test_a_resumed_run_runs_only_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "journal.ndjson"
    await journalled(file)
    plan, ran = plan_of(), []

    async def counted(case: Case, context: CheckContext) -> CheckResult:
        ran.append(case.id)
        return CheckResult(Verdict.FAIL)

    recorded = read_journal(file)
    del recorded.cases[plan.cases[1].id]
    runner = runner_of(plan, counted)
    await runner.start(plan.cases, plan.profiles)
    for finished in recorded.cases.values():
        runner.take_over(finished)
    await runner.perform(case for case in plan.cases if case.id not in recorded.cases)
    results = await runner.finish()
    assert ran == [plan.cases[1].id]
    assert [case.verdict.value for case in results.cases] == ["pass", "fail", "pass", "pass"]


def test_no_journal_to_resume_is_said(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no journal to resume"):
        read_journal(tmp_path / "journal.ndjson")


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "journal.ndjson"
    file.write_text("hello\nworld\n")
    with pytest.raises(JournalError, match="not a journal"):
        read_journal(file)


async def test_a_case_whose_suite_asks_something_else_now_is_run_again(tmp_path: Path) -> None:
    file = tmp_path / "journal.ndjson"
    await journalled(file)
    recorded = read_journal(file)
    changed = plan_of(SUITE.replace("https://one.example/", "https://one.example/other"))
    assert [case.link for case in changed.cases if recorded.of(case) is None] == ["one", "one"]
    assert all(recorded.of(case) is not None for case in plan_of().cases)


async def test_a_journal_that_does_not_say_what_was_asked_is_believed(tmp_path: Path) -> None:
    file = tmp_path / "journal.ndjson"
    await journalled(file)
    lines = [re.sub(r',"asked":"[^"]*"', "", line) for line in file.read_text("utf-8").splitlines()]
    file.write_text("\n".join(lines), "utf-8")
    assert read_journal(file).of(plan_of().cases[0]) is not None


async def test_a_run_anew_sets_the_journal_of_a_stopped_one_aside(tmp_path: Path) -> None:
    file = tmp_path / "journal.ndjson"
    await journalled(file)
    whole = file.read_text("utf-8")
    cut = "".join(whole.splitlines(keepends=True)[:-1])
    file.write_text(cut, "utf-8")
    Journal(file).close()
    assert file.read_text("utf-8") == ""
    assert (tmp_path / PREVIOUS).read_text("utf-8") == cut


async def test_a_run_anew_keeps_nothing_of_one_that_came_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "journal.ndjson"
    await journalled(file)
    Journal(file).close()
    assert not (tmp_path / PREVIOUS).exists()
