"""What `--cluster local:N` costs over a local run on the same machine: the same visits, as many at once."""

from __future__ import annotations

from dataclasses import asdict
from statistics import median
from typing import Any

from benchmarks.internet import internet
from benchmarks.measure import Measured, measure
from benchmarks.sides import ours

_AT_ONCE = 6
#: Ways to spread the same number of journeys over workers; none is the local run.
_WAYS = ("", "local:1", "local:2")


def overhead(visits: int, rounds: int) -> dict[str, Any]:
    """Return medians of each way and its ratios to the local run, which are taken within rounds."""
    taken: dict[str, list[Measured]] = {way: [] for way in _WAYS}
    with internet(0) as ports:
        for number in range(rounds):
            # Who comes first in a round changes, so that what the machine does meanwhile favours nobody.
            for way in _WAYS[number % len(_WAYS) :] + _WAYS[: number % len(_WAYS)]:
                command = ours("visits_dropcheck", ports, visits, _AT_ONCE)
                taken[way].append(measure([*command, "--cluster", way] if way else command)[0])
    local = taken[""]
    return {
        way or "local run": {
            **{
                name: median(asdict(row)[name] for row in rows)
                for name in ("rate", "cpu_s", "peak_mb", "wall_s")
            },
            "rate_over_local": _ratio(rows, local, "rate"),
            "cpu_over_local": _ratio(rows, local, "cpu_s"),
            "wall_over_local": _ratio(rows, local, "wall_s"),
        }
        for way, rows in taken.items()
    }


def _ratio(rows: list[Measured], local: list[Measured], name: str) -> float:
    pairs = zip(rows, local, strict=True)
    return round(median(float(getattr(row, name) / getattr(base, name)) for row, base in pairs), 3)
