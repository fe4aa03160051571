"""What end-to-end tests share: suites made from expectations, runs in the background, hosts served here."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from dropcheck.device.load import load_profiles
from dropcheck.engine.select import EngineChoice, make_engine
from dropcheck.localnet import Handler, LocalInternet
from dropcheck.result import CaseResult, Verdict
from dropcheck.run.background import BackgroundRun
from dropcheck.run.custom_checks import load_checks
from dropcheck.run.options import RunOptions
from dropcheck.run.plan_files import plan_suites
from dropcheck.run.runner import Runner
from dropcheck.suite import Case, Plan, Suite
from dropcheck.suite.load import suite_from_data

FIXTURES = Path(__file__).parents[2] / "fixtures"
TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
IN_APP = ("tiktok-ios", "tiktok-android", "instagram-ios", "instagram-android")
PHONES = (*IN_APP, "safari-ios", "chrome-android")
#: Journeys mostly wait (eight seconds before "trapped" is said), so more of them fit than the default's.
JOBS = 10


def fixture_file(name: str) -> dict[str, Any]:
    """Read a YAML file of the fixtures folder."""
    document: dict[str, Any] = yaml.safe_load((FIXTURES / name).read_text("utf-8"))
    return document


def suite_of(
    name: str, links: Mapping[str, tuple[str, Mapping[str, Any]]], phones: Sequence[str], *, local: bool
) -> Suite:
    """Make a suite with one `escape` per link; `links` maps names to an address and the check's options."""
    data: dict[str, Any] = {
        "version": 1,
        "suite": name,
        "release": {"spotify": TRACK},
        "profiles": list(phones),
        "links": [
            {"name": link, "url": url, "checks": [{"escape": dict(options)}]}
            for link, (url, options) in links.items()
        ],
    }
    if local:
        data["internet"] = "local"
    return suite_from_data(data, load_checks(()).registry)


class Running:
    """A run in the background; `result` waits for one case while the others go on."""

    def __init__(self, suites: Sequence[Suite], options: RunOptions) -> None:
        self._checks = load_checks(())
        self.plan: Plan = plan_suites(suites, self._checks)
        self._options = options
        self._cases = {case.id: case for case in self.plan.cases}
        self._run = BackgroundRun(self._runner)

    def _runner(self) -> Runner:
        return Runner(
            self.plan.suites,
            self._checks.functions(),
            load_profiles(),
            self._options,
            choose=EngineChoice.parse(self._options.engines),
            make=make_engine,
        )

    def start(self, wanted: Sequence[str]) -> None:
        """Begin with the cases of these ids."""
        cases = [self._cases[case_id] for case_id in wanted]
        self._run.start(cases, self.plan.profiles)
        self._run.submit(cases)

    def result(self, case_id: str) -> CaseResult:
        """Wait for a case; skips the test where its browser is missing."""
        result = self._run.result(self._cases[case_id])
        if result.verdict is Verdict.SKIPPED:
            pytest.skip(result.reason)
        return result

    def case(self, case_id: str) -> Case:
        """Return the planned case."""
        return self._cases[case_id]

    def finish(self, *, interrupted: bool = False) -> None:
        """End the run and its browsers."""
        self._run.finish(interrupted=interrupted)


@contextlib.contextmanager
def running(suites: Sequence[Suite], wanted: Sequence[str], options: RunOptions) -> Iterator[Running]:
    """Run the cases `wanted` while the block lasts; what hasn't run at its end is dropped."""
    run = Running(suites, options)
    run.start(wanted)
    try:
        yield run
    finally:
        run.finish(interrupted=True)


def selected(request: pytest.FixtureRequest, parameter: str) -> list[Any]:
    """Return the values of `parameter` over the tests of this module that will run (``-k`` and the like)."""
    values = [
        item.callspec.params[parameter]
        for item in request.session.items
        if getattr(item, "module", None) is request.module
        and hasattr(item, "callspec")
        and parameter in item.callspec.params
    ]
    return list(dict.fromkeys(values))


@contextlib.contextmanager
def served(handlers: Mapping[str, Handler]) -> Iterator[LocalInternet]:
    """Serve the fixtures and these hosts on loopback, in a thread of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="localnet", daemon=True)
    thread.start()
    net = LocalInternet(FIXTURES)
    for host, handler in handlers.items():
        net.mount(host, handler)
    asyncio.run_coroutine_threadsafe(net.__aenter__(), loop).result()
    try:
        yield net
    finally:
        asyncio.run_coroutine_threadsafe(net.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def seen(result: CaseResult) -> dict[str, object]:
    """Return what an expectation speaks of: verdict, outcome, grade, ceiling and taps."""
    outcome = result.outcome
    return {
        "verdict": result.verdict.value,
        "outcome": outcome.kind.value if outcome else None,
        "escape": outcome.escape.value if outcome else None,
        "ceiling": outcome.ceiling.value if outcome else None,
        "taps": outcome.taps if outcome else None,
    }


def differences(expected: Mapping[str, Any], result: CaseResult) -> dict[str, tuple[object, object]]:
    """Return where a result differs from what is written: name to (expected, seen)."""
    got = seen(result)
    return {
        key: (wanted, got[key])
        for key, wanted in expected.items()
        if key in got and got[key] not in (wanted if isinstance(wanted, list) else [wanted])
    }


def told(result: CaseResult) -> str:
    """Tell a journey in lines, for a failed assertion."""
    lines = [f"{result.id} on {result.engine}: {result.verdict} — {result.reason}"]
    lines += [
        f"  {hop.n} {hop.where} {hop.by}{' (finger)' if hop.gesture else ''} {hop.url[:100]} "
        f"{hop.status or ''} → {hop.decision} [{hop.rule}]"
        for hop in result.hops
    ]
    lines += [f"  {finding.rule}: {finding.detail}" for finding in result.findings]
    lines += [f"  seen {entry}" for entry in result.data.get("seen", [])]
    return "\n".join(lines)
