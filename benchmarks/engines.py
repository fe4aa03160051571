"""WebKitGTK beside Chromium: the same iPhone's cases on both, how many a minute, and where their time goes."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.engine_cases import CHOICES, KINDS
from benchmarks.internet import Ports, internet
from benchmarks.measure import Measured, measure, python
from benchmarks.tally import Tally

#: Cases at once: more than the default's keeps two cores busy, though journeys also wait.
AT_ONCE = 6


def engines(cases: int, rounds: int) -> dict[str, Any]:
    """Run `cases` cases of each kind on each engine, engines taking turns; then some one by one, timed."""
    found: dict[str, Any] = {"cases": cases, "at_once": AT_ONCE, "kinds": {}}
    with internet(0) as ports:
        for kind in KINDS:
            seen: dict[str, list[Measured]] = {engine: [] for engine in CHOICES}
            for _ in range(rounds):
                for engine in CHOICES:
                    seen[engine].append(_side(ports, engine, kind, cases, AT_ONCE)[0])
            found["kinds"][kind] = {
                engine: {**_summary(rows), "one_by_one": _timed(ports, engine, kind, cases)}
                for engine, rows in seen.items()
            }
    return found


def _side(
    ports: Ports, engine: str, kind: str, cases: int, at_once: int, *options: str
) -> tuple[Measured, Tally]:
    where = ("--https", ports.https, "--http", ports.http, "--engine", engine, "--kind", kind)
    return measure(
        python("benchmarks.engine_cases", *where, "--cases", cases, "--at-once", at_once, *options)
    )


def _timed(ports: Ports, engine: str, kind: str, cases: int) -> dict[str, Any]:
    _, tally = _side(ports, engine, kind, max(5, cases // 4), 1, "--timed")
    return tally.notes


def _summary(rows: list[Measured]) -> dict[str, Any]:
    middle = sorted(rows, key=lambda row: row.rate)[len(rows) // 2]
    return {
        "cases_per_minute": round(statistics.median(row.rate for row in rows) * 60, 1),
        "cpu_s": round(statistics.median(row.cpu_s for row in rows), 3),
        "peak_mb": round(statistics.median(row.peak_mb for row in rows)),
        "processes": middle.processes,
    }
