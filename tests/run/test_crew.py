"""How many cases are performed at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from dropcheck.run.crew import Crew
from dropcheck.run.options import default_jobs


class Work:
    """Cases that take a few turns of the event loop each; remembers how many were under way at once."""

    def __init__(self, cases: int) -> None:
        self.left, self.running, self.most = cases, 0, 0
        self.running_at: dict[int, int] = {}
        self.over = asyncio.Event()

    async def perform_next(self) -> bool:
        if self.left == 0:
            return False
        self.left -= 1
        self.running += 1
        self.most = max(self.most, self.running)
        self.running_at[self.left] = self.running
        await asyncio.sleep(0.01)
        self.running -= 1
        if not self.left and not self.running:
            self.over.set()
        return True

    def has_more(self) -> bool:
        return self.left > 0


async def done(work: Work, jobs: int | None, busy: Callable[[], float]) -> None:
    crew = Crew(work.perform_next, work.has_more, jobs, busy=busy, look_s=0.001)
    crew.start()
    await work.over.wait()
    await crew.end()


async def test_idle_processors_take_up_more_up_to_three_times_as_many() -> None:
    work = Work(600)
    await done(work, None, busy=lambda: 0.3)
    assert work.most == 3 * default_jobs()


async def test_busy_processors_take_up_no_more() -> None:
    work = Work(100)
    await done(work, None, busy=lambda: 0.97)
    assert work.most == default_jobs()


async def test_processors_that_fill_up_let_those_go_who_were_taken_on() -> None:
    work = Work(1200)

    def busy() -> float:
        return 0.3 if work.left > 900 else 0.99

    await done(work, None, busy)
    assert work.most == 3 * default_jobs()
    assert work.running_at[100] == default_jobs()


async def test_processors_neither_idle_nor_full_leave_the_crew_as_it_is() -> None:
    work = Work(1200)

    def busy() -> float:
        return 0.3 if work.left > 900 else 0.9

    await done(work, None, busy)
    assert work.running_at[100] == 3 * default_jobs()


async def test_a_number_that_was_asked_for_is_kept_however_idle_the_processors_are() -> None:
    work = Work(100)
    await done(work, 4, busy=lambda: 0.0)
    assert work.most == 4


async def test_nobody_is_taken_on_where_no_case_waits() -> None:
    class Full(Work):
        def has_more(self) -> bool:
            return False

    work = Full(100)
    await done(work, None, busy=lambda: 0.0)
    assert work.most == default_jobs()


async def test_without_memory_to_spare_nobody_is_taken_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dropcheck.run.crew._MEMORY_LEFT", 1 << 60)
    work = Work(100)
    await done(work, None, busy=lambda: 0.0)
    assert work.most == default_jobs()


async def test_who_drops_everything_leaves_nobody_at_work() -> None:
    began = asyncio.Event()

    async def endless() -> bool:
        began.set()
        await asyncio.Event().wait()
        return True

    crew = Crew(endless, lambda: True, 3, busy=lambda: 0.0)
    crew.start()
    await began.wait()
    crew.drop()
    await crew.end()
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []
