"""One link on four phones, and its metadata: how much longer than its slowest journey alone."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import dropcheck
from dropcheck.events import CaseFinished, CaseStarted, Event
from dropcheck.run.options import RunOptions

#: The escape page leaves every phone in its own way, in both browsers where it can.
_SUITE = """\
version: 1
suite: one-link
internet: local
release:
  title: Neon Hours
  artists: [{name: Mara Vale}]
  isrc: QZABC2600001
  spotify: https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl
links:
  - {name: bio, url: "https://bio.example/mara?utm_source=tiktok", checks: [{escape: {to: app}}]}
checks: [{metadata: {sources: [spotify, deezer]}}]
"""


class _Clock:
    def __init__(self) -> None:
        self.began: dict[str, float] = {}
        self.took: dict[str, float] = {}
        self.last = 0.0

    def handle(self, event: Event) -> None:
        now = time.monotonic()
        if isinstance(event, CaseStarted):
            self.began[event.case_id] = now
        elif isinstance(event, CaseFinished):
            self.last = now
            self.took[event.result.id] = now - self.began[event.result.id]

    def close(self) -> None:
        """Nothing is held open."""


def one_link(rounds: int) -> dict[str, Any]:
    """Return medians over rounds: the slowest journey, the whole, and the whole over the slowest."""
    slowest, whole, ratios, verdicts = [], [], [], {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            suite = Path(folder) / "one-link.yaml"
            suite.write_text(_SUITE, "utf-8")
            clock = _Clock()
            results = dropcheck.run(suite, options=RunOptions(jobs=6), listeners=[clock])
        all_of_it = clock.last - min(clock.began.values())
        slowest.append(max(clock.took.values()))
        whole.append(all_of_it)
        ratios.append(all_of_it / slowest[-1])
        verdicts = {case.id: case.verdict.value for case in results.cases}
    return {
        "slowest_s": round(statistics.median(slowest), 2),
        "whole_s": round(statistics.median(whole), 2),
        "ratio": round(statistics.median(ratios), 2),
        "target": 1.3,
        "verdicts": verdicts,
    }
