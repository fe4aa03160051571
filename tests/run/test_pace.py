"""How fast one host may be visited."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dropcheck.run.pace import BURST, JITTER, LONGEST_REST_S, REST_S, Pace


class Clock:
    """A clock that only moves when told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(per_minute=st.floats(1, 600), chances=st.lists(st.floats(0, 1), min_size=30, max_size=30))
def test_a_host_never_gets_more_than_its_rate_and_one_burst(per_minute: float, chances: list[float]) -> None:
    clock, drawn = Clock(), iter(chances)
    pace = Pace(per_minute, clock=clock, chance=lambda: next(drawn))
    began = []
    for _ in chances:
        clock.now += pace.wait_s("a")
        assert pace.wait_s("a") < 1e-6
        pace.visit("a")
        began.append(clock.now)
    interval = 60 / per_minute
    for first, last in zip(began, began[2 * BURST :], strict=False):
        assert last - first >= interval * (2 * BURST * (1 - JITTER) - (BURST - 1)) - 1e-6
    assert began[-1] - began[0] <= interval * (1 + JITTER) * len(began)


def test_hosts_are_paced_apart() -> None:
    pace = Pace(1, clock=Clock(), chance=lambda: 0.5)
    for _ in range(BURST):
        pace.visit("a")
    assert pace.wait_s("a") > 0
    assert pace.wait_s("b") == 0


def test_a_host_that_asked_for_rest_gets_it() -> None:
    clock = Clock()
    pace = Pace(0, clock=clock)
    pace.rest("a")
    assert pace.wait_s("a") >= REST_S
    clock.now += REST_S * (1 + JITTER)
    assert pace.wait_s("a") == 0


def test_no_rate_means_no_waiting() -> None:
    pace = Pace(0, clock=Clock())
    for _ in range(1000):
        pace.visit("a")
    assert pace.wait_s("a") == 0


def test_a_host_gets_the_rest_it_asks_for_but_not_for_ever() -> None:
    clock = Clock()
    pace = Pace(0, clock=clock, chance=lambda: 0.0)
    pace.rest("a", 7.0)
    assert pace.wait_s("a") == 7.0
    pace.rest("a", 1e9)
    assert pace.wait_s("a") == LONGEST_REST_S


def test_of_two_wishes_for_rest_the_longer_holds() -> None:
    pace = Pace(0, clock=Clock(), chance=lambda: 0.0)
    pace.rest("a", 60.0)
    pace.rest("a", 1.0)
    assert pace.wait_s("a") == 60.0


def test_hosts_do_not_come_back_all_at_once() -> None:
    chances = iter([0.0, 1.0])
    pace = Pace(0, clock=Clock(), chance=lambda: next(chances))
    pace.rest("a", 10.0)
    pace.rest("b", 10.0)
    assert pace.wait_s("a") < pace.wait_s("b")
