"""A browser killed or hung in the middle of a run: its case is tried once more and says so, others go on."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest
from tests.e2e.processes import Process, below, until
from tests.e2e.stage import TRACK, suite_of

from dropcheck.device.load import load_profiles
from dropcheck.engine import _webkitgtk_process, _webkitgtk_view
from dropcheck.engine.base import BrowserMissingError, Engine
from dropcheck.engine.select import EngineChoice, make_engine
from dropcheck.engine.webkitgtk import WebKitGtkEngine
from dropcheck.events import CaseFinished, CaseStarted, Event, HopSeen
from dropcheck.localnet import LocalInternet, Request, Response
from dropcheck.network import Dialler, EgressProxy
from dropcheck.result import Verdict
from dropcheck.run.api import perform_plan
from dropcheck.run.custom_checks import load_checks
from dropcheck.run.options import RunOptions
from dropcheck.run.plan_files import plan_suites
from dropcheck.run.runner import Runner
from dropcheck.suite import parse_suite

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.webkit,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="WebKitGTK's host and /proc are Linux's"),
]

LINKS = ("held", "after", "last")
PHONES = ("instagram-ios", "instagram-android")


@pytest.fixture(autouse=True)
async def _webkitgtk_is_here() -> None:
    try:
        await WebKitGtkEngine(EgressProxy(Dialler())).start()
    except BrowserMissingError as error:
        pytest.skip(str(error))


class Strike:
    """Sends a signal to the browser of a case when the journey of a case takes its first hop."""

    def __init__(self, case_id: str, by: signal.Signals, *, every_try: bool) -> None:
        self._case_id, self._by, self._every_try = case_id, by, every_try
        self._engine: WebKitGtkEngine | None = None
        self._tries = 0
        self._struck = 0
        self.hit: list[int] = []
        self.finished: list[str] = []

    def make(self, name: str, proxy: EgressProxy) -> Engine:
        engine = make_engine(name, proxy)
        if isinstance(engine, WebKitGtkEngine):
            self._engine = engine
        return engine

    def handle(self, event: Event) -> None:
        if isinstance(event, CaseStarted) and event.case_id == self._case_id:
            self._tries = event.attempt
        elif isinstance(event, CaseFinished):
            self.finished.append(event.result.id)
        elif isinstance(event, HopSeen) and event.case_id == self._case_id and self._struck < self._tries:
            self._struck = self._tries
            if self._tries == 1 or self._every_try:
                self._strike()

    def _strike(self) -> None:
        if "android" in self._case_id:
            browsers = {
                process.pid
                for process in below(os.getpid())
                if process.name.startswith(("chrom", "headless"))
            }
        else:
            assert self._engine is not None
            browsers = {host.pid for host in self._engine._hosts.values() if host.alive}
        self.hit.append(len(browsers))
        for pid in browsers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, self._by)

    def close(self) -> None:
        return


async def struck(
    by: signal.Signals, *, phone: str = "instagram-ios", every_try: bool = False
) -> tuple[Strike, dict[str, tuple[str, int]]]:
    """Run three links on two phones, one case at a time, the first of `phone` losing its browser."""
    url = "https://bio.example/mara"
    suite = suite_of(
        "deaths", {name: (url, {"app": "spotify", "opens": TRACK}) for name in LINKS}, PHONES, local=True
    )
    checks = load_checks(())
    plan = plan_suites([suite], checks)
    strike = Strike(f"deaths/held/{phone}/escape", by, every_try=every_try)
    runner = Runner(
        plan.suites,
        checks.functions(),
        load_profiles(),
        RunOptions(jobs=1),
        [strike],
        choose=EngineChoice.parse(["webkit=webkitgtk"]),
        make=strike.make,
    )
    before = below(os.getpid())
    await runner.start(plan.cases, plan.profiles)
    await runner.perform(plan.cases)
    results = await runner.finish()
    await until(lambda: not _hosts(below(os.getpid()) - before))
    for case in results.cases:
        if case.profile == "instagram-android" and case.verdict is Verdict.SKIPPED:
            pytest.skip(case.reason)
    return strike, {
        f"{case.link}/{case.profile}": (case.verdict.value, case.attempts) for case in results.cases
    }


def _hosts(processes: set[Process]) -> set[Process]:
    return {process for process in processes if process.name.startswith(("Xvfb", "WebKit"))}


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
async def test_the_case_a_lost_host_held_is_tried_once_more_and_the_others_go_on(
    by: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_webkitgtk_view, "RUN_BOUND_S", 5.0)
    monkeypatch.setattr(_webkitgtk_process.HostProcess.is_responsive, "__defaults__", (5.0,))
    strike, cases = await struck(by)
    assert len(strike.hit) == 1
    assert cases.pop("held/instagram-ios") == ("pass", 2)
    assert set(cases.values()) == {("pass", 1)}
    assert len(strike.finished) == len(LINKS) * len(PHONES)


@pytest.mark.browser
async def test_a_killed_chromium_is_no_fault_of_the_page_either() -> None:
    strike, cases = await struck(signal.SIGKILL, phone="instagram-android")
    assert strike.hit[0] > 0
    assert cases.pop("held/instagram-android") == ("pass", 2)
    assert set(cases.values()) == {("pass", 1)}


async def test_a_case_that_loses_its_host_every_time_is_an_error_after_the_second() -> None:
    strike, cases = await struck(signal.SIGKILL, every_try=True)
    assert len(strike.hit) == 2
    assert cases.pop("held/instagram-ios") == ("error", 2)
    assert set(cases.values()) == {("pass", 1)}


async def answer(request: Request) -> Response:
    if request.host == "ends-the-driver.example":
        return Response.html("<script>fetch('data:,' + 'x'.repeat(200e6))</script>")
    return Response.html("<h1>A page</h1><p>with something on it</p>")


@pytest.mark.browser
async def test_a_page_that_ends_every_browser_it_is_shown_in_ends_its_neighbours_only_once(
    tmp_path: Path,
) -> None:
    links = ["ends-the-driver", *(f"fine-{number}" for number in range(4))]
    text = "\n".join(
        [
            "suite: s",
            'release: {spotify: "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"}',
            "profiles: [chrome-android]",
            "links:",
            *(f"  - {{name: {name}, url: 'https://{name}.example/'}}" for name in links),
            "checks: [{escape: {to: browser}}]",
        ]
    )
    (tmp_path / "sites").mkdir()
    async with LocalInternet(tmp_path) as net:
        for name in links:
            net.mount(f"{name}.example", answer)
        checks = load_checks(())
        plan = plan_suites([parse_suite(text, checks.registry)], checks)
        options = RunOptions(jobs=len(links), resolve=tuple(net.resolve_rules()), insecure=True)
        results = await perform_plan(plan, checks, options)
    verdicts = {case.link: case.verdict for case in results.cases}
    if Verdict.SKIPPED in verdicts.values():
        pytest.skip(results.cases[0].reason)
    assert verdicts.pop("ends-the-driver") is Verdict.ERROR
    assert set(verdicts.values()) == {Verdict.PASS}
