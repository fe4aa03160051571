"""How fast commands without a browser begin, over `python -c pass` on the same machine."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT
from benchmarks.visits_dropcheck import write_suite

_CASES = 1000


def start_up(rounds: int) -> dict[str, Any]:
    """Return the median seconds of each command, and how many times `python -c pass` it takes."""
    with tempfile.TemporaryDirectory() as folder:
        suite = write_suite(Path(folder), _CASES)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "dropcheck --help": [sys.executable, "-m", "dropcheck", "--help"],
            f"dropcheck validate, {_CASES} cases": [
                sys.executable,
                "-m",
                "dropcheck",
                "validate",
                str(suite),
            ],
        }
        took: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                began = time.monotonic()
                subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
                took[name].append(time.monotonic() - began)
    medians = {name: statistics.median(times) for name, times in took.items()}
    bare = medians["python -c pass"]
    return {
        name: {"seconds": round(value, 3), "times_pass": round(value / bare, 1)}
        for name, value in medians.items()
    }
