"""The same visits by every side, in turn, round after round; medians and ratios."""

from __future__ import annotations

import statistics
from dataclasses import asdict
from typing import Any

from benchmarks.internet import internet
from benchmarks.measure import Measured
from benchmarks.sides import SIDES, SideMissingError

#: Ratios of the issue that asked for this: dropcheck's rate over another side's, at a latency in ms.
TARGETS = (
    ("dropcheck", "by hand", 0, 0.9),
    ("dropcheck", "by hand", 200, 0.9),
    ("dropcheck, with evidence", "by hand", 0, 0.7),
    ("dropcheck, with evidence", "by hand", 200, 0.7),
    ("dropcheck", "pytest-playwright", 0, 1.7),
    ("dropcheck", "pytest-playwright", 200, 3.0),
    ("dropcheck", "Playwright Test, 2 workers", 0, 1.5),
    ("dropcheck", "Playwright Test, 2 workers", 200, 2.0),
)


def compare(latency_ms: int, visits: int, rounds: int) -> dict[str, Any]:
    """Measure every side at one latency; sides take turns, so that what else runs here meets all alike."""
    seen: dict[str, list[Measured]] = {side.name: [] for side in SIDES}
    missing: dict[str, str] = {}
    with internet(latency_ms) as ports:
        for _ in range(rounds):
            for side in SIDES:
                if side.name in missing:
                    continue
                try:
                    seen[side.name].append(side.run(ports, visits))
                except (SideMissingError, ValueError) as error:
                    missing[side.name] = str(error)
    return {
        "latency_ms": latency_ms,
        "visits": visits,
        "sides": {name: _summary(rows) for name, rows in seen.items() if rows},
        "missing": missing,
        "rounds": {name: [asdict(row) for row in rows] for name, rows in seen.items()},
        "ratios": _ratios(latency_ms, seen),
    }


def _summary(rows: list[Measured]) -> dict[str, float]:
    fields = ("rate", "cpu_s", "peak_mb", "wall_s")
    return {name: round(statistics.median(getattr(row, name) for row in rows), 3) for name in fields}


def _ratios(latency_ms: int, seen: dict[str, list[Measured]]) -> list[dict[str, Any]]:
    """Median over rounds of the ratio within a round: neighbours in time shared the machine's mood."""
    found = []
    for ours, theirs, latency, target in TARGETS:
        pairs = list(zip(seen[ours], seen[theirs], strict=False))
        if latency != latency_ms or not pairs:
            continue
        ratio = statistics.median(our.rate / their.rate for our, their in pairs)
        cpu = statistics.median(their.cpu_s / our.cpu_s for our, their in pairs)
        found.append(
            {"side": ours, "over": theirs, "rate": round(ratio, 2), "cpu": round(cpu, 2), "target": target}
        )
    return found
