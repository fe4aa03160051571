"""Runs without a browser: cases whose checks are functions of the test's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.device.load import load_profiles
from dropcheck.engine.select import EngineChoice, make_engine
from dropcheck.events import Event
from dropcheck.result import CaseResult, Results, Verdict
from dropcheck.run.custom_checks import Checks
from dropcheck.run.options import RunOptions
from dropcheck.run.plan_files import plan_suites
from dropcheck.run.runner import Runner
from dropcheck.suite import Case, Plan, parse_suite

SUITE = """\
suite: s
release: {spotify: "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"}
profiles: [tiktok-ios, instagram-android]
links:
  - {name: one, url: "https://one.example/"}
  - {name: two, url: "https://two.example/"}
"""


class Heard:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.closed = False

    def handle(self, event: Event) -> None:
        self.events.append(event)

    def close(self) -> None:
        self.closed = True

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def plan_of(text: str = SUITE) -> Plan:
    checks = Checks()
    return plan_suites([parse_suite(text, checks.registry)], checks)


async def passing(case: Case, context: CheckContext) -> CheckResult:
    return CheckResult(Verdict.PASS, "it works")


def runner_of(
    plan: Plan, escape: Any, listeners: Sequence[Any] = (), *, make: Any = make_engine, **options: Any
) -> Runner:
    clock: Callable[[], dt.datetime] = options.pop("clock", lambda: dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    return Runner(
        plan.suites,
        dict.fromkeys(("escape", "sound_page"), escape),
        load_profiles(),
        RunOptions(**options),
        listeners,
        choose=EngineChoice.parse(["ios=chromium"]),
        make=make,
        clock=clock,
    )


async def performed(
    plan: Plan, escape: Any = passing, listeners: Sequence[Any] = (), **options: Any
) -> Results:
    runner = runner_of(plan, escape, listeners, **options)
    await runner.start(plan.cases, plan.profiles)
    await runner.perform(plan.cases)
    return await runner.finish()


def case_of(**more: Any) -> CaseResult:
    fields: dict[str, Any] = {
        "id": "s/one/tiktok-ios/escape",
        "suite": "s",
        "link": "one",
        "profile": "tiktok-ios",
        "check": "escape",
        "verdict": "pass",
    }
    return CaseResult.model_validate(fields | more)


def results_of(*cases: CaseResult, status: str = "finished") -> Results:
    return Results.model_validate(
        {
            "schema": "dropcheck.results/1",
            "run": {"id": "r", "status": status, "started": "2026-11-22T00:00:00Z", "version": "0"},
            "summary": {},
            "cases": [case.model_dump() for case in cases],
        }
    )
