"""The processes of this machine, as far as tests of what stays behind need them (Linux)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A running process; `started` tells it from a later one that got the same number."""

    pid: int
    parent: int
    name: str
    started: int


def running() -> dict[int, Process]:
    """Return every process that is not just waiting to be buried, by its number."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            name, _, rest = (folder / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        fields = rest.split()
        if fields[0] not in "ZX":
            pid = int(folder.name)
            found[pid] = Process(pid, int(fields[1]), name, int(fields[19]))
    return found


def below(ancestor: int) -> set[Process]:
    """Return what `ancestor` started, and what that started."""
    processes = running()
    found: set[Process] = set()
    wanted = {ancestor}
    while wanted:
        children = {process for process in processes.values() if process.parent in wanted} - found
        found |= children
        wanted = {process.pid for process in children}
    return found


def still_there(processes: set[Process]) -> set[Process]:
    """Return those of `processes` that run yet."""
    now = running()
    return {was for was in processes if was.pid in now and now[was.pid].started == was.started}


async def until(is_so: Callable[[], object], bound_s: float = 120.0) -> None:
    """Wait until `is_so`; raises `TimeoutError`."""
    async with asyncio.timeout(bound_s):
        while not is_so():  # noqa: ASYNC110 - other processes set no event of ours
            await asyncio.sleep(0.05)
