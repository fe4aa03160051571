"""What ends a run, or its browser, in the middle: nothing is lost, nothing stays behind, and it is said plainly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import dropcheck
from dropcheck.engine.browsers import find_chromium
from dropcheck.events import CaseStarted, Event, HopSeen
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
#: Seconds in which what a run started must have ended after it.
ENDS_WITHIN_S = 30.0


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    file = tmp_path / "suite.yaml"
    file.write_text(SUITE, "utf-8")
    return file


@pytest.fixture
def program(suite: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run whose first case has finished and whose second is under way."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dropcheck", "run", str(suite), "--out", str(tmp_path / "out"), "--jobs", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    while "survival/first" not in (line := process.stdout.readline()):
        assert line or process.poll() is None, "the run ended before its first case"
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def _gone(family: list[psutil.Process]) -> list[str]:
    """Return what of a family is still there after a while."""
    _, alive = psutil.wait_procs(family, timeout=ENDS_WITHIN_S)
    left = []
    for process in alive:
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                left.append(" ".join(process.cmdline()[:2]))
        except psutil.NoSuchProcess:
            continue
    return left


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_a_run_ends_its_browsers_end_too_and_it_goes_on_where_it_was(
    program: subprocess.Popen[str], suite: Path, tmp_path: Path, number: signal.Signals
) -> None:
    family = psutil.Process(program.pid).children(recursive=True)
    assert family, "the browser is running"
    program.send_signal(number)
    said, _ = program.communicate(timeout=60)
    assert program.returncode == (-number if number is signal.SIGKILL else 130)
    assert "Traceback" not in said
    assert not _gone(family)
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


def test_a_browser_that_is_killed_costs_one_more_try_and_no_other_case(suite: Path, tmp_path: Path) -> None:
    suite.write_text(
        SUITE.replace("https://fault.example/hang-before-headers", "https://slow.example/mara"), "utf-8"
    )
    killed: list[int] = []

    class Killer:
        def handle(self, event: Event) -> None:
            if isinstance(event, HopSeen) and "/slow/" in event.case_id and not killed:
                for process in psutil.Process().children(recursive=True):
                    is_browser = "chrom" in process.name() or "headless" in process.name()
                    if is_browser and not any(word.startswith("--type=") for word in process.cmdline()):
                        killed.append(process.pid)
                        process.kill()

        def close(self) -> None:
            pass

    options = RunOptions(out=tmp_path / "out", jobs=1)
    results = dropcheck.run(suite, options=options, listeners=[Killer()])
    assert killed
    assert [case.verdict for case in results.cases] == [Verdict.PASS] * 3
    assert [case.attempts for case in results.cases] == [1, 2, 1]


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
