"""The runner: concurrency, order, and what becomes of a case that goes wrong."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
from typing import Any

import pytest
from tests.run.runs import SUITE, Heard, passing, performed, plan_of, runner_of

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.engine.base import BrowserMissingError, ViewLostError
from dropcheck.events import (
    CaseFinished,
    CaseStarted,
    Event,
    ListenerFailed,
    NotChecked,
    RunFinished,
    RunStarted,
)
from dropcheck.result import Basis, Finding, Owner, RunStatus, Severity, Verdict
from dropcheck.suite import Case


async def test_every_case_is_told_from_start_to_end_and_stands_in_the_plans_order(heard: Heard) -> None:
    plan = plan_of()

    async def slow_first(case: Case, context: CheckContext) -> CheckResult:
        for _ in range(50 if case is plan.cases[0] else 1):
            await asyncio.sleep(0)
        return CheckResult(Verdict.PASS)

    results = await performed(plan, slow_first, [heard])
    assert isinstance(heard.events[0], RunStarted)
    assert isinstance(heard.events[-1], RunFinished)
    assert heard.closed
    assert {event.case_id for event in heard.of(CaseStarted)} == {case.id for case in plan.cases}
    assert heard.of(CaseFinished)[0].result.id != plan.cases[0].id
    assert [case.id for case in results.cases] == [case.id for case in plan.cases]
    assert results.run.status is RunStatus.FINISHED
    assert results.summary.pass_ == len(plan.cases) == 4


@pytest.mark.parametrize("jobs", [1, 3])
async def test_never_more_cases_at_once_than_jobs(jobs: int) -> None:
    running, most = 0, 0

    async def counted(case: Case, context: CheckContext) -> CheckResult:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return CheckResult(Verdict.PASS)

    await performed(plan_of(), counted, jobs=jobs)
    assert most == jobs


async def test_one_host_is_visited_by_no_more_cases_at_once_than_allowed() -> None:
    at_host: dict[str, int] = {}
    most = 0

    async def counted(case: Case, context: CheckContext) -> CheckResult:
        nonlocal most
        at_host[str(case.link)] = at_host.get(str(case.link), 0) + 1
        most = max(most, *at_host.values())
        await asyncio.sleep(0.01)
        at_host[str(case.link)] -= 1
        return CheckResult(Verdict.PASS)

    await performed(plan_of(), counted, jobs=4, per_host=1)
    assert most == 1


async def test_a_listener_that_crashes_is_told_and_left_out(heard: Heard) -> None:
    class Crashing:
        seen = 0

        def handle(self, event: Event) -> None:
            self.seen += 1
            raise RuntimeError("full disk")

        def close(self) -> None:
            raise AssertionError("a listener that was left out is not closed")

    crashing = Crashing()
    results = await performed(plan_of(), passing, [crashing, heard])
    assert results.summary.pass_ == 4
    assert crashing.seen == 1
    (failed,) = heard.of(ListenerFailed)
    assert (failed.listener, failed.error) == ("Crashing", "RuntimeError: full disk")


async def test_a_check_that_breaks_is_one_error_and_harms_no_other_case() -> None:
    async def breaks_once(case: Case, context: CheckContext) -> CheckResult:
        if case.link == "one" and case.profile == "tiktok-ios":
            raise KeyError("oops")
        return CheckResult(Verdict.PASS)

    results = await performed(plan_of(), breaks_once)
    assert results.summary.error == 1
    assert results.summary.pass_ == 3
    assert "broke in dropcheck (KeyError" in results.cases[0].reason


async def test_a_check_that_returns_something_else_is_an_error() -> None:
    async def wrong(case: Case, context: CheckContext) -> Any:
        return True

    results = await performed(plan_of(), wrong)
    assert {case.reason for case in results.cases} == {"the check `escape` returned bool, not a CheckResult"}


async def test_a_check_that_waits_for_what_it_cancelled_is_an_error_and_ends_no_run() -> None:
    async def cancelling(case: Case, context: CheckContext) -> CheckResult:
        waiting = asyncio.ensure_future(asyncio.Event().wait())
        asyncio.get_running_loop().call_soon(waiting.cancel)
        await waiting
        return CheckResult(Verdict.PASS)

    results = await performed(plan_of(), cancelling)
    assert results.run.status is RunStatus.FINISHED
    assert {case.verdict for case in results.cases} == {Verdict.ERROR}
    assert "was cancelled" in results.cases[0].reason


async def test_data_that_json_cannot_hold_is_told_as_the_checks_mistake() -> None:
    async def odd(case: Case, context: CheckContext) -> CheckResult:
        return CheckResult(Verdict.PASS, data={"what": object()})

    results = await performed(plan_of(), odd)
    assert {case.verdict for case in results.cases} == {Verdict.ERROR}
    assert "returned `data` that JSON can't hold" in results.cases[0].reason


async def test_a_case_without_end_is_ended_as_an_error() -> None:
    async def endless(case: Case, context: CheckContext) -> CheckResult:
        await asyncio.Event().wait()
        raise AssertionError

    results = await performed(plan_of(), endless, case_bound_s=0.05)
    assert results.summary.error == 4
    assert results.cases[0].reason == "it took longer than 0.05 s and was ended"


async def test_a_case_whose_browser_died_is_tried_once_more_and_no_other_is(heard: Heard) -> None:
    tries: dict[str, int] = {}

    async def dying(case: Case, context: CheckContext) -> CheckResult:
        tries[case.id] = tries.get(case.id, 0) + 1
        if case.link == "one":
            if tries[case.id] == 1:
                raise ViewLostError("the browser died")
            return CheckResult(Verdict.PASS)
        return CheckResult(Verdict.FAIL, "trapped")

    results = await performed(plan_of(), dying, [heard])
    assert {case.link: (case.verdict.value, case.attempts) for case in results.cases} == {
        "one": ("pass", 2),
        "two": ("fail", 1),
    }
    assert max(event.attempt for event in heard.of(CaseStarted)) == 2


async def test_a_journey_that_tells_of_a_dead_browser_is_tried_again_too() -> None:
    died = Finding(
        rule="escape/engine-failed",
        severity=Severity.ERROR,
        owner=Owner.US,
        title="t",
        detail="d",
        fix="f",
        basis=Basis.OBSERVED,
    )

    async def dying(case: Case, context: CheckContext) -> CheckResult:
        return CheckResult(Verdict.ERROR, "the browser died", findings=[died])

    results = await performed(plan_of(), dying)
    assert {(case.verdict, case.attempts) for case in results.cases} == {(Verdict.ERROR, 2)}


async def test_a_missing_browser_skips_its_cases_and_names_the_command_once(heard: Heard) -> None:
    class Absent:
        name, version = "chromium", ""

        async def start(self) -> None:
            raise BrowserMissingError("Chromium", "dropcheck install chromium")

        async def close(self) -> None:
            return

    async def journey(case: Case, context: CheckContext) -> CheckResult:
        assert case.profile is not None
        await context.browsers(context.profiles[case.profile])
        raise AssertionError("there is no browser")

    results = await performed(plan_of(), journey, [heard], make=lambda name, proxy: Absent())
    assert results.summary.skipped == 4
    assert "run `dropcheck install chromium`" in results.cases[0].reason
    assert len(heard.of(NotChecked)) == len(results.run.not_checked) == 1


async def test_a_check_nobody_has_is_skipped() -> None:
    plan = plan_of()
    runner = runner_of(plan, passing)
    runner._functions = {}
    await runner.start(plan.cases, plan.profiles)
    await runner.perform(plan.cases)
    assert (await runner.finish()).summary.skipped == 4


async def test_a_link_whose_time_is_over_is_skipped_and_not_visited() -> None:
    plan = plan_of(SUITE.replace('"https://one.example/"}', '"https://one.example/", until: 2026-11-01}'))
    results = await performed(plan)
    assert [case.verdict.value for case in results.cases] == ["skipped", "skipped", "pass", "pass"]
    assert "until 2026-11-01" in results.cases[0].reason


async def test_a_store_check_before_the_release_is_pending() -> None:
    plan = plan_of(SUITE.replace("release: {", "release: {released: 2026-12-24, ") + "checks: [metadata]\n")
    results = await performed(plan)
    pending = [case for case in results.cases if case.check == "metadata"]
    assert [case.verdict.value for case in pending] == ["pending"]
    assert results.releases[0].hours_since_release is not None
    assert results.releases[0].hours_since_release < 0


async def test_a_stopped_run_keeps_what_it_found_and_says_what_is_missing() -> None:
    plan = plan_of()
    waiting: list[Case] = []
    both_wait = asyncio.Event()

    async def half(case: Case, context: CheckContext) -> CheckResult:
        if case.link == "one":
            return CheckResult(Verdict.PASS)
        waiting.append(case)
        if len(waiting) == 2:
            both_wait.set()
        await asyncio.Event().wait()
        raise AssertionError

    runner = runner_of(plan, half, jobs=2)
    await runner.start(plan.cases, plan.profiles)
    performing = asyncio.ensure_future(runner.perform(plan.cases))
    await both_wait.wait()
    runner.stop()
    await performing
    results = await runner.finish()
    assert results.run.status is RunStatus.INTERRUPTED
    assert [case.link for case in results.cases] == ["one", "one"]
    assert results.run.not_checked == ["2 cases, because the run was stopped before them"]


async def test_secrets_in_what_a_check_says_never_leave(heard: Heard) -> None:
    async def talkative(case: Case, context: CheckContext) -> CheckResult:
        return CheckResult(
            Verdict.FAIL, "sent mara@label.example to https://a.example/?access_token=s3cr3tvalue99"
        )

    results = await performed(plan_of(), talkative, [heard])
    for text in (results.to_json(), str(heard.of(CaseFinished))):
        assert "mara@label.example" not in text
        assert "s3cr3tvalue99" not in text


async def test_what_a_protected_page_echoes_of_its_key_does_not_leave() -> None:
    async def echoing(case: Case, context: CheckContext) -> CheckResult:
        headers = context.access["preview.example"]
        word = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode().partition(":")[2]
        return CheckResult(
            Verdict.FAIL, f"the page says {headers['X-Door']} and {word}", data={"headers": headers}
        )

    heard = Heard()
    access = "access: {preview.example: {basic: {username: u, password: opensesame}, headers: {X-Door: door-key-1}}}"
    results = await performed(plan_of(f"{SUITE}{access}\n"), echoing, [heard])
    for text in (results.to_json(), str(heard.of(CaseFinished))):
        assert "the page says" in text
        assert "door-key-1" not in text
        assert "opensesame" not in text


async def test_a_check_is_told_the_time_and_the_access_of_its_own_suite() -> None:
    seen: dict[str, Any] = {}

    async def looking(case: Case, context: CheckContext) -> CheckResult:
        seen.update(now=context.now, access=context.access)
        return CheckResult(Verdict.PASS)

    plan = plan_of(SUITE + "access: {preview.example: {basic: {username: u, password: p}}}\n")
    await performed(plan, looking)
    assert seen["now"] == dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    assert seen["access"] == {"preview.example": {"Authorization": "Basic dTpw"}}
