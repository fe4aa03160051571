"""``make bench``: measures, prints tables, writes JSON. Every part is bounded and ends by itself."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.cluster import overhead
from benchmarks.decisions import decisions
from benchmarks.engines import engines
from benchmarks.growth import growth
from benchmarks.one_link import one_link
from benchmarks.phone import executable
from benchmarks.simulation import simulate
from benchmarks.start_up import start_up
from benchmarks.visits import compare
from dropcheck.engine.browsers import find_chromium, version_of

PARTS = ("visits", "engines", "one-link", "start-up", "growth", "decisions", "simulation", "cluster")


def main() -> None:
    """Run the chosen parts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", default=[], help=f"Which of: {', '.join(PARTS)} (all).")
    parser.add_argument("--visits", type=int, default=40, help="Visits a side makes in one round.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=int, nargs="*", default=[0, 200], help="Milliseconds per answer.")
    parser.add_argument("--cases", type=int, nargs="*", default=[40, 400], help="Sizes of run to compare.")
    parser.add_argument("--json", type=Path, default=Path("reports/bench.json"))
    given = parser.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    console = Console(width=110, highlight=False)
    document: dict[str, Any] = {"machine": machine()}
    console.print(" · ".join(f"{name} {value}" for name, value in document["machine"].items()))
    parts: dict[str, Callable[[], Any]] = {
        "visits": lambda: [compare(latency, given.visits, given.rounds) for latency in given.latency],
        "engines": lambda: engines(given.visits, given.rounds),
        "one-link": lambda: one_link(given.rounds),
        "start-up": lambda: start_up(max(given.rounds, 5)),
        "growth": lambda: growth(tuple(given.cases)),
        "decisions": decisions,
        "simulation": simulate,
        "cluster": lambda: overhead(given.visits, given.rounds),
    }
    for name in given.parts or PARTS:
        document[name] = parts[name]()
        show(console, name, document[name])
    document["machine"]["load_at_end"] = round(os.getloadavg()[0], 1)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    console.print(f"JSON: {given.json}")


def machine() -> dict[str, Any]:
    """Name what the numbers depend on."""
    browser = find_chromium()
    return {
        "system": platform.platform(terse=True),
        "processors": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "browser": f"{Path(executable()).name} {version_of(browser) if browser else ''}",
        "load": round(os.getloadavg()[0], 1),
    }


def show(console: Console, name: str, found: Any) -> None:
    """Print one part as a table."""
    if name == "visits":
        for one in found:
            _show_visits(console, one)
        return
    if name == "engines":
        _show_engines(console, found)
        return
    rows = found if all(isinstance(row, dict) for row in found.values()) else {name: found}
    table = Table(title=name)
    table.add_column("")
    columns = [key for key in next(iter(rows.values())) if key != "verdicts"]
    for column in columns:
        table.add_column(column, justify="right")
    for label, row in rows.items():
        table.add_row(label, *(_number(row[column]) for column in columns))
    console.print(table)


def _show_visits(console: Console, one: dict[str, Any]) -> None:
    table = Table(title=f"{one['visits']} visits at {one['latency_ms']} ms")
    for column in ("side", "visits/s", "processor s/visit", "peak MB"):
        table.add_column(column, justify="left" if column == "side" else "right")
    for side, row in one["sides"].items():
        table.add_row(side, _number(row["rate"]), _number(row["cpu_s"]), _number(row["peak_mb"]))
    for side, why in one["missing"].items():
        table.add_row(side, "not run:", why.splitlines()[0], "")
    console.print(table)
    for ratio in one["ratios"]:
        met = "met" if ratio["rate"] >= ratio["target"] else "missed"
        console.print(
            f"  {ratio['side']} is {ratio['rate']} × {ratio['over']} (wanted {ratio['target']}: {met};"
            f" by processor time {ratio['cpu']} ×)"
        )


def _show_engines(console: Console, found: dict[str, Any]) -> None:
    for kind, by_engine in found["kinds"].items():
        table = Table(title=f"{kind}: {found['cases']} cases, {found['at_once']} at once")
        for column in ("", *by_engine):
            table.add_column(column, justify="left" if not column else "right")
        for name in ("cases_per_minute", "cpu_s", "peak_mb"):
            table.add_row(name, *(_number(row[name]) for row in by_engine.values()))
        console.print(table)
        for row, label in (
            ("processes", "processor ms a case, by program"),
            ("phases", "ms a case, one by one"),
        ):
            parts = [
                side[row] if row == "processes" else side["one_by_one"][row] for side in by_engine.values()
            ]
            table = Table(title=f"{kind}: {label}")
            for column in ("", *by_engine):
                table.add_column(column, justify="left" if not column else "right")
            for name in dict.fromkeys(name for part in parts for name in part):
                table.add_row(name, *(f"{part.get(name, 0) * 1000:.0f}" for part in parts))
            console.print(table)


def _number(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


if __name__ == "__main__":
    main()
