"""How a cluster's schedule grows to 64 workers, from recorded journey lengths and no browser.

Workers take cases in the order of the real `CaseQueue`, which holds back a host that is full; virtual time
jumps from one finished case to the next, so that a night's run is simulated in a second.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from dropcheck.run.queue import CaseQueue
from dropcheck.suite import Case

#: Seconds of journeys measured here (benchmarks/README.md says where): by the outcome, as they came.
RECORDED = Path(__file__).with_name("recorded_durations.json")
_JOBS_PER_WORKER = 6


def simulate() -> dict[str, Any]:
    """Return how long runs take on more and more workers: many hosts, one host, and one host held to a limit."""
    recorded: list[float] = json.loads(RECORDED.read_text("utf-8"))["seconds"]
    drawn = random.Random(8)
    lengths = [drawn.choice(recorded) for _ in range(16_000)]
    rows: dict[str, Any] = {}
    for workers in (1, 4, 16, 64):
        spread = makespan(lengths, workers * _JOBS_PER_WORKER, per_host=4, hosts=2000)
        rows[f"{workers} workers"] = {
            "ideal_s": round(sum(lengths) / (workers * _JOBS_PER_WORKER), 1),
            "2000_hosts_s": round(spread, 1),
            "8_services_s": round(makespan(lengths, workers * _JOBS_PER_WORKER, per_host=4, hosts=8), 1),
        }
    one = rows["1 workers"]["2000_hosts_s"]
    for name, row in rows.items():
        row["efficiency"] = round(one / row["2000_hosts_s"] / int(name.split()[0]), 3)
    return rows


def makespan(lengths: list[float], places: int, *, per_host: int, hosts: int) -> float:
    """Return the seconds until the last of `lengths` finished on so many `places`."""
    return asyncio.run(_makespan(lengths, places, per_host, hosts))


async def _makespan(lengths: list[float], places: int, per_host: int, hosts: int) -> float:
    queue = CaseQueue(per_host)
    for number in range(len(lengths)):
        url = f"https://host-{number % hosts}.example/{number}"
        queue.add(cast(Case, SimpleNamespace(url=url, suite="simulated", id=str(number))))
    running: list[tuple[float, int, Case]] = []
    now, taken = 0.0, 0
    while taken < len(lengths) or running:
        while len(running) < places and (case := queue.get_nowait()) is not None:
            heapq.heappush(running, (now + lengths[taken], taken, case))
            taken += 1
        now, _, done = heapq.heappop(running)
        await queue.done(done)
    return now
