"""Which case is next."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.run.runs import plan_of

from dropcheck.run.queue import CaseQueue
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
