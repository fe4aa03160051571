"""One engine's side: an iPhone's cases on WebKitGTK, or on Chromium in that iPhone's identity."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.internet import PLAIN_VISIT, Ports
from benchmarks.stopwatch import PHASES, Stopwatch
from benchmarks.visits_dropcheck import Clock
from dropcheck.device.load import load_profiles
from dropcheck.engine.base import Engine
from dropcheck.engine.select import EngineChoice, make_engine
from dropcheck.network import EgressProxy
from dropcheck.run.custom_checks import load_checks
from dropcheck.run.options import KeepEvidence, RunOptions
from dropcheck.run.plan_files import plan_suites
from dropcheck.run.runner import Runner
from dropcheck.suite.load import suite_from_data

#: How each engine is asked for.
CHOICES = {"webkitgtk": "webkit=webkitgtk", "chromium": "ios=chromium"}
#: A profile and a page for each kind of case: one view, one tap; and out of an app into the real browser.
KINDS = {
    "tap": ("safari-ios", PLAIN_VISIT, "app"),
    "escape": ("instagram-ios", "https://bio.example/mara?utm_source=ig", "app"),
}


async def run(
    ports: Ports, engine: str, kind: str, cases: int, at_once: int, folder: Path, *, timed: bool
) -> None:
    """Run `cases` cases `at_once` at a time and print their tally, and with `timed` their phases."""
    profile, page, to = KINDS[kind]
    checks = load_checks(())
    track = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
    mark = "&" if "?" in page else "?"
    data: dict[str, Any] = {
        "version": 1,
        "suite": "engines",
        "release": {"spotify": track},
        "profiles": [profile],
        "links": [
            {"name": f"visit-{n}", "url": f"{page}{mark}n={n}", "checks": [{"escape": {"to": to}}]}
            for n in range(cases)
        ],
    }
    plan = plan_suites([suite_from_data(data, checks.registry)], checks)
    options = RunOptions(
        jobs=at_once,
        per_host=at_once,
        resolve=ports.resolve_rules,
        insecure=True,
        out=folder,
        evidence=KeepEvidence.ALL,
        engines=(CHOICES[engine],),
    )
    clock, watch = Clock(), Stopwatch()

    def make(name: str, proxy: EgressProxy) -> Engine:
        return watch.engine(make_engine(name, proxy)) if timed else make_engine(name, proxy)

    runner = Runner(
        plan.suites,
        checks.functions(),
        load_profiles(),
        options,
        [clock],
        choose=EngineChoice.parse(options.engines),
        make=make,
    )
    await runner.start(plan.cases, plan.profiles)
    await runner.perform(plan.cases)
    results = await runner.finish()
    used = {case.engine for case in results.cases}
    assert used == {engine}, f"ran on {used}"
    if timed:
        phases = {phase: watch.seconds[phase] / cases for phase in PHASES}
        phases["outside of views"] = sum(case.duration_s for case in results.cases) / cases - sum(
            phases.values()
        )
        clock.tally.notes = {
            "phases": {phase: round(seconds, 4) for phase, seconds in phases.items()},
            "views": watch.views / cases,
            "decisions": round(watch.decisions / cases, 4),
        }
    clock.tally.tell()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--https", type=int, required=True)
    parser.add_argument("--http", type=int, required=True)
    parser.add_argument("--engine", choices=CHOICES, required=True)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--cases", type=int, required=True)
    parser.add_argument("--at-once", type=int, required=True)
    parser.add_argument("--timed", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        asyncio.run(
            run(
                Ports(given.https, given.http),
                given.engine,
                given.kind,
                given.cases,
                given.at_once,
                Path(out),
                timed=given.timed,
            )
        )
