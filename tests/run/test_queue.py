"""Which case is next."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.run.runs import plan_of

from dropcheck.network import ResolveMap
from dropcheck.run.pace import Pace
from dropcheck.run.queue import CaseQueue, own_hosts
from dropcheck.suite import Case

CASE = plan_of().cases[0]


def case(number: int, host: str) -> Case:
    return replace(CASE, id=str(number), url=f"https://{host}.example/")


@given(
    hosts=st.lists(st.sampled_from("abc"), max_size=25),
    per_host=st.integers(1, 3),
    jobs=st.integers(1, 6),
)
def test_every_case_is_handed_out_once_and_no_host_gets_too_many(
    hosts: list[str], per_host: int, jobs: int
) -> None:
    async def run() -> list[str]:
        queue = CaseQueue(per_host)
        for number, host in enumerate(hosts):
            queue.add(case(number, host))
        await queue.close()
        handed: list[str] = []
        at: dict[str, int] = {}

        async def work() -> None:
            while (one := await queue.get()) is not None:
                handed.append(one.id)
                host = str(one.url)
                at[host] = at.get(host, 0) + 1
                assert at[host] <= per_host
                await asyncio.sleep(0)
                at[host] -= 1
                await queue.done(one)

        await asyncio.gather(*(work() for _ in range(jobs)))
        return handed

    assert sorted(asyncio.run(run()), key=int) == [str(number) for number in range(len(hosts))]


async def test_a_full_host_does_not_hold_up_the_others() -> None:
    queue = CaseQueue(1)
    for number, host in enumerate("aab"):
        queue.add(case(number, host))
    first, second = await queue.get(), await queue.get()
    assert [one.id for one in (first, second) if one is not None] == ["0", "2"]


async def test_the_local_internet_is_not_spared() -> None:
    queue = CaseQueue(1, unbounded=[CASE.suite])
    for number in range(3):
        queue.add(case(number, "a"))
    assert [one.id for _ in range(3) if (one := await queue.get()) is not None] == ["0", "1", "2"]


async def test_a_host_that_waits_for_its_pace_comes_free_by_itself() -> None:
    queue = CaseQueue(30, pace=Pace(60_000))
    for number in range(30):
        queue.add(case(number, "a"))
    await queue.close()
    handed = [await queue.get() for _ in range(30)]
    assert len({one.id for one in handed if one is not None}) == 30


async def test_a_host_on_this_machine_is_never_held_back() -> None:
    own = own_hosts(ResolveMap.parse(["a.example:443:127.0.0.1:8443", "b.example:443:203.0.113.7"]))
    queue = CaseQueue(1, pace=Pace(1), own=own)
    for number, host in enumerate("aaaabb"):
        queue.add(case(number, host))
    handed = [queue.get_nowait() for _ in range(6)]
    assert [one.id for one in handed if one is not None] == ["0", "4", "1", "2", "3"]


async def test_a_host_that_had_too_many_visits_rests_and_so_does_the_one_whose_links_lead_there() -> None:
    pace = Pace(0, clock=lambda: 0.0, chance=lambda: 0.0)
    queue = CaseQueue(4, pace=pace)
    queue.rest(case(0, "bio"), {"smart.example": 20.0})
    assert (pace.wait_s("bio.example"), pace.wait_s("smart.example")) == (20.0, 20.0)
    assert pace.wait_s("other.example") == 0


async def test_a_case_that_met_no_limit_costs_nobody_a_rest() -> None:
    pace = Pace(0, clock=lambda: 0.0)
    CaseQueue(4, pace=pace).rest(case(0, "bio"), {})
    assert pace.wait_s("bio.example") == 0
