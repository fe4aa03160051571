"""The sides of the comparison, each as something that can be measured or says why it can't."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.internet import PLAIN_VISIT, Ports
from benchmarks.measure import ROOT, Measured, measure, python
from benchmarks.phone import CONTEXT, SWITCHES, executable

#: Visits the loop by hand makes at once: on two cores the best is one of these, by how long a page takes.
_BY_HAND_AT_ONCE = (6, 10)
_NPM_BOUND_S = 180.0


class SideMissingError(Exception):
    """A side can't run on this machine; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Side:
    """One way to make the visits: its name and what measures one round of it."""

    name: str
    run: Callable[[Ports, int], Measured]


def by_hand(ports: Ports, visits: int) -> Measured:
    """(a) The asyncio loop, at its best concurrency."""
    tried = (measure(ours("visits_by_hand", ports, visits, at_once))[0] for at_once in _BY_HAND_AT_ONCE)
    return max(tried, key=lambda measured: measured.rate)


def dropcheck_plain(ports: Ports, visits: int) -> Measured:
    """(d) dropcheck, no pictures kept, as many at once as it finds right."""
    return measure(ours("visits_dropcheck", ports, visits))[0]


def dropcheck_evidence(ports: Ports, visits: int) -> Measured:
    """(d) dropcheck, a picture of every page kept."""
    return measure([*ours("visits_dropcheck", ports, visits), "--evidence"])[0]


def pytest_playwright(ports: Ports, visits: int) -> Measured:
    """(b) pytest-playwright, one process."""
    folder = ROOT / "benchmarks" / "pytest_playwright"
    environment = {
        "BENCH_HOST_RULES": ports.host_rules,
        "BENCH_VISITS": str(visits + 1),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "pytest", "-c", "pytest.ini", "-s", "."]
    return measure(command, folder=folder, environment=environment)[0]


def playwright_test(ports: Ports, visits: int) -> Measured:
    """(c) Playwright Test with two workers; raises `SideMissingError` without node and npm."""
    folder = _installed()
    side = {
        "url": PLAIN_VISIT,
        "visits": visits + 2,
        "executable": executable(),
        "switches": [*SWITCHES, f"--host-resolver-rules={ports.host_rules}"],
        "context": {
            "userAgent": CONTEXT["user_agent"],
            "viewport": CONTEXT["viewport"],
            "deviceScaleFactor": CONTEXT["device_scale_factor"],
            "isMobile": True,
            "hasTouch": True,
            "locale": CONTEXT["locale"],
            "ignoreHTTPSErrors": True,
        },
    }
    command = [str(folder / "node_modules" / ".bin" / "playwright"), "test"]
    return measure(command, folder=folder, environment={"BENCH_SIDE": json.dumps(side)})[0]


SIDES = (
    Side("by hand", by_hand),
    Side("dropcheck", dropcheck_plain),
    Side("dropcheck, with evidence", dropcheck_evidence),
    Side("pytest-playwright", pytest_playwright),
    Side("Playwright Test, 2 workers", playwright_test),
)


def ours(module: str, ports: Ports, visits: int, at_once: int | None = None) -> list[str]:
    """Return the command that makes the visits by one of our modules, in a process of its own."""
    where = ("--https", ports.https, "--http", ports.http)
    bound = () if at_once is None else ("--at-once", at_once)
    return python(f"benchmarks.{module}", *where, "--visits", visits, *bound)


def _installed() -> Path:
    """Install Playwright Test into the user's cache, once; browsers are not downloaded."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise SideMissingError("node and npm are not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "dropcheck-benchmarks" / "playwright-test"
    shutil.copytree(ROOT / "benchmarks" / "playwright_test", folder, dirs_exist_ok=True)
    if not (folder / "node_modules" / ".bin" / "playwright").exists():
        try:
            subprocess.run(
                [npm, "install", "--no-audit", "--no-fund", "--silent"],
                cwd=folder,
                env={**os.environ, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"},
                check=True,
                timeout=_NPM_BOUND_S,
                capture_output=True,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise SideMissingError(f"npm could not install @playwright/test ({error})") from error
    return folder
