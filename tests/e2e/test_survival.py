"""What ends a run in the middle, or keeps it from writing: nothing is lost, nothing stays behind, and it is said.

A browser that dies under a run is in `test_browser_deaths.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.processes import below, still_there, until

import dropcheck
from dropcheck.engine.base import BrowserMissingError
from dropcheck.engine.browsers import find_chromium
from dropcheck.engine.webkitgtk import WebKitGtkEngine
from dropcheck.events import CaseStarted, Event
from dropcheck.network import Dialler, EgressProxy
from dropcheck.result import Verdict
from dropcheck.run.options import RunOptions

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here: run `dropcheck install`"),
]

#: `slow` stays under way for as long as a test needs it; the others end by themselves.
SUITE = """\
version: 1
suite: survival
internet: local
release: {spotify: "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"}
profiles: [chrome-android]
links:
  - {name: first, url: "https://bio.example/spotify-uri"}
  - {name: slow, url: "https://fault.example/hang-before-headers"}
  - {name: last, url: "https://bio.example/intent-package"}
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    file = tmp_path / "suite.yaml"
    file.write_text(SUITE, "utf-8")
    return file


@contextlib.contextmanager
def started(suite: Path, out: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """Run a suite in a process of its own; what is left of it at the end is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dropcheck", "run", str(suite), "--out", str(out), "--jobs", "1", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def program(suite: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run whose first case has finished and whose second is under way."""
    with started(suite, tmp_path / "out") as process:
        assert process.stdout is not None
        while "survival/first" not in (line := process.stdout.readline()):
            assert line or process.poll() is None, "the run ended before its first case"
        yield process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_a_run_ends_its_browsers_end_too_and_it_goes_on_where_it_was(
    program: subprocess.Popen[str], suite: Path, tmp_path: Path, number: signal.Signals
) -> None:
    family = below(program.pid)
    assert family, "the browser is running"
    program.send_signal(number)
    said, _ = program.communicate(timeout=60)
    assert program.returncode == (-number if number is signal.SIGKILL else 130)
    assert "Traceback" not in said
    asyncio.run(until(lambda: not still_there(family)))
    suite.write_text(SUITE.replace("hang-before-headers", "server-error"), "utf-8")
    seen: list[str] = []

    class Listener:
        def handle(self, event: Event) -> None:
            if isinstance(event, CaseStarted):
                seen.append(event.link or "")

        def close(self) -> None:
            pass

    options = RunOptions(out=tmp_path / "out", resume=True, jobs=1)
    results = dropcheck.run(suite, options=options, listeners=[Listener()])
    assert seen == ["slow", "last"], "what had finished is not done again"
    assert [case.verdict for case in results.cases] == [Verdict.PASS, Verdict.FAIL, Verdict.PASS]


def test_a_run_that_ends_early_leaves_no_display_and_no_host_of_webkitgtk_behind(
    tmp_path: Path,
) -> None:
    try:
        asyncio.run(WebKitGtkEngine(EgressProxy(Dialler())).start())
    except BrowserMissingError as error:
        pytest.skip(str(error))
    suite = tmp_path / "suite.yaml"
    suite.write_text(SUITE.replace("chrome-android", "instagram-ios"), "utf-8")
    with started(suite, tmp_path / "out", "--engine", "webkit=webkitgtk") as program:
        shown = {"Xvfb", "WebKitWebProces"}
        asyncio.run(until(lambda: shown <= {process.name for process in below(program.pid)}))
        family = below(program.pid)
        program.kill()
        program.wait()
        asyncio.run(until(lambda: not still_there(family)))


def test_an_output_folder_that_cannot_be_written_is_said_before_anything_runs(
    suite: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "a-file"
    taken.write_text("not a folder")
    done = _dropcheck("run", str(suite), "--out", str(taken / "out"))
    assert done.returncode == 2
    assert "--out" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")
def test_a_disk_that_is_full_costs_no_case(suite: Path, tmp_path: Path) -> None:
    suite.write_text(SUITE.replace("hang-before-headers", "server-error"), "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    # Everything written to the journal meets ENOSPC.
    (out / "journal.ndjson").symlink_to("/dev/full")
    results = dropcheck.run(suite, options=RunOptions(out=out, jobs=1))
    assert [case.verdict for case in results.cases] == [Verdict.PASS, Verdict.FAIL, Verdict.PASS]
    assert any("ournal" in what for what in results.run.not_checked), "a lost journal is said"


def test_results_that_cannot_be_written_are_an_error_and_the_journal_stays(
    suite: Path, tmp_path: Path
) -> None:
    suite.write_text(SUITE.replace("hang-before-headers", "server-error"), "utf-8")
    out = tmp_path / "out"
    (out / "results.json").mkdir(parents=True)
    done = _dropcheck("run", str(suite), "--out", str(out), "--jobs", "1")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout
    assert "survival/last" in (out / "journal.ndjson").read_text("utf-8")
    assert "Broken" in done.stdout, "what was found is told all the same"


def _dropcheck(*arguments: str) -> subprocess.CompletedProcess[str]:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "dropcheck", *arguments],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert time.monotonic() - began < 200
    return done
