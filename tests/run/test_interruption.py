"""Ctrl-C, SIGTERM and kill -9 in the middle of a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHECKS = """
import asyncio
from pathlib import Path
import dropcheck

@dropcheck.check("wait")
async def wait(case, context):
    if case.link != "first":
        Path("waits").touch()
        if not Path("go-on").exists():
            await asyncio.Event().wait()
    return dropcheck.CheckResult(dropcheck.Verdict.PASS)
"""
SUITE = """\
suite: s
profiles: [tiktok-ios]
links:
  - {name: first, url: "https://a.example/", checks: [wait]}
  - {name: second, url: "https://b.example/", checks: [wait]}
"""
ARGUMENTS = ["run", "s.yaml", "--checks", "checks.py", "--jobs", "1", "--out", "out"]


@pytest.fixture
def running(tmp_path: Path) -> subprocess.Popen[str]:
    (tmp_path / "checks.py").write_text(CHECKS)
    (tmp_path / "s.yaml").write_text(SUITE)
    process = subprocess.Popen(
        [sys.executable, "-m", "dropcheck", *ARGUMENTS],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    # The second case begins once the first has been told.
    while "s/first/tiktok-ios/wait" not in process.stdout.readline():
        assert process.poll() is None
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_with_130_and_keeps_what_it_found(
    running: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    running.send_signal(number)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in said
    results = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert results["run"]["status"] == "interrupted"
    assert [case["link"] for case in results["cases"]] == ["first"]
    assert "1 case, because the run was stopped before it" in results["run"]["not_checked"][0]


def test_a_killed_run_goes_on_where_it_was(running: subprocess.Popen[str], tmp_path: Path) -> None:
    running.kill()
    running.communicate(timeout=60)
    (tmp_path / "go-on").touch()
    done = subprocess.run(
        [sys.executable, "-m", "dropcheck", *ARGUMENTS, "--resume"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "s/first" not in done.stdout.split("\n\n")[0]
    results = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert [case["link"] for case in results["cases"]] == ["first", "second"]
