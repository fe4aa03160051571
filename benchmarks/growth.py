"""Whether a case costs the same in a small run and in a large one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from benchmarks.internet import internet
from benchmarks.sides import dropcheck_plain


def growth(sizes: tuple[int, ...]) -> dict[str, Any]:
    """Run each number of cases once; return cost and memory per size, and their ratio to the first."""
    with internet(0) as ports:
        rows = {size: dropcheck_plain(ports, size) for size in sizes}
    first = rows[sizes[0]]
    return {
        str(size): {
            **{name: value for name, value in asdict(row).items() if name != "processes"},
            "cpu_over_first": round(row.cpu_s / first.cpu_s, 3),
            "peak_over_first": round(row.peak_mb / first.peak_mb, 3),
        }
        for size, row in rows.items()
    }
