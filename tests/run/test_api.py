"""A whole run in one call, inside a program of somebody's own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.run.runs import SUITE

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.result import Verdict
from dropcheck.run.api import perform_plan
from dropcheck.run.custom_checks import Checks
from dropcheck.run.journal import NAME, read_journal
from dropcheck.run.options import RunOptions
from dropcheck.run.plan_files import plan_suites
from dropcheck.suite import Case, Plan, parse_suite


class Held:
    """A check that passes its first case and never comes back from the second."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.clients: list[httpx.AsyncClient] = []

    async def __call__(self, case: Case, context: CheckContext) -> CheckResult:
        self.clients.append(context.http)
        if len(self.clients) > 1:
            self.begun.set()
            await asyncio.Event().wait()
        return CheckResult(Verdict.PASS)


def planned(held: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Plan, Checks]:
    checks = Checks()
    monkeypatch.setattr(checks, "functions", lambda: {"escape": held})
    return plan_suites([parse_suite(SUITE, checks.registry)], checks), checks


async def test_a_caller_that_cancels_gets_everything_closed_and_what_had_finished_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    held = Held()
    plan, checks = planned(held, monkeypatch)
    run = asyncio.ensure_future(perform_plan(plan, checks, RunOptions(jobs=1, out=tmp_path)))
    await held.begun.wait()
    others = asyncio.all_tasks()
    assert not held.clients[-1].is_closed
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert held.clients[-1].is_closed
    assert {task for task in asyncio.all_tasks() if not task.done()} <= {asyncio.current_task()}
    assert len(others) > 1
    assert len(read_journal(tmp_path / NAME).cases) == 1


async def test_a_cancelled_run_can_be_resumed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held = Held()
    plan, checks = planned(held, monkeypatch)
    run = asyncio.ensure_future(perform_plan(plan, checks, RunOptions(jobs=1, out=tmp_path)))
    await held.begun.wait()
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    done: list[str] = []

    async def passes(case: Case, context: CheckContext) -> CheckResult:
        done.append(case.id)
        return CheckResult(Verdict.PASS)

    plan, checks = planned(passes, monkeypatch)
    results = await perform_plan(plan, checks, RunOptions(jobs=1, out=tmp_path, resume=True))
    assert len(done) == len(plan.cases) - 1
    assert {case.verdict for case in results.cases} == {Verdict.PASS}
    assert len(results.cases) == len(plan.cases)
