"""A run in a thread of its own."""

from __future__ import annotations

import asyncio

from tests.run.runs import plan_of, runner_of

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.result import RunStatus, Verdict
from dropcheck.run.background import BackgroundRun
from dropcheck.suite import Case


def test_a_case_submitted_twice_runs_once() -> None:
    plan, ran = plan_of(), []

    async def counted(case: Case, context: CheckContext) -> CheckResult:
        ran.append(case.id)
        return CheckResult(Verdict.PASS)

    run = BackgroundRun(lambda: runner_of(plan, counted))
    run.start(plan.cases, plan.profiles)
    run.submit([plan.cases[0], *plan.cases])
    run.submit(plan.cases)
    assert [run.result(case).id for case in plan.cases] == [case.id for case in plan.cases]
    results = run.finish()
    assert sorted(ran) == sorted(case.id for case in plan.cases)
    assert results.run.status is RunStatus.FINISHED


def test_a_run_that_is_broken_off_keeps_what_has_finished() -> None:
    plan = plan_of()

    async def endless(case: Case, context: CheckContext) -> CheckResult:
        if case is not plan.cases[0]:
            await asyncio.Event().wait()
        return CheckResult(Verdict.PASS)

    run = BackgroundRun(lambda: runner_of(plan, endless))
    run.start(plan.cases, plan.profiles)
    run.submit(plan.cases)
    run.result(plan.cases[0])
    results = run.finish(interrupted=True)
    assert [case.id for case in results.cases] == [plan.cases[0].id]
    assert results.run.status is RunStatus.INTERRUPTED
