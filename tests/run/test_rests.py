"""Which hosts asked a journey to be left alone."""

from __future__ import annotations

from typing import Any

from dropcheck.result import Basis, CaseResult, Cause, DecisionKind, Hop, Verdict, Where
from dropcheck.run.rests import rests_asked


def case(status: int, **data: Any) -> CaseResult:
    hop = Hop(
        n=1,
        t_ms=0,
        where=Where.IN_APP,
        by=Cause.APP,
        gesture=False,
        url="https://smart.example/x",
        status=status,
        decision=DecisionKind.LOADS,
        rule="os/page-loads",
        basis=Basis.OBSERVED,
    )
    return CaseResult(
        id="s/l/p/escape",
        suite="s",
        check="escape",
        verdict=Verdict.BLOCKED,
        reason="",
        hops=[hop],
        data=data,
    )


def test_a_page_without_a_limit_asks_for_none() -> None:
    assert rests_asked(case(200)) == {}


def test_an_address_that_was_taken_out_of_the_result_has_no_host_to_spare() -> None:
    told = case(429, seen=[{"what": "rate-limited", "url": "https://[REDACTED]/x", "rest_s": 5.0}])
    told.hops[0].url = "https://[REDACTED]/x"
    assert rests_asked(told) == {}


def test_a_host_that_names_no_time_still_asks() -> None:
    assert rests_asked(case(429)) == {"smart.example": None}


def test_the_time_a_host_names_is_read_from_what_the_journey_saw() -> None:
    seen = [{"what": "rate-limited", "url": "https://smart.example/x", "rest_s": 120.0}, {"what": "tapped"}]
    assert rests_asked(case(429, seen=seen)) == {"smart.example": 120.0}
