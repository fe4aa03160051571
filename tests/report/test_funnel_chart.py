"""The drawing of a funnel."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.example_results import release

from dropcheck.report.funnel_chart import WIDTH, funnel_chart


def test_the_leak_is_marked_where_the_weakest_stage_is() -> None:
    chart = funnel_chart(release()["funnel"])
    assert chart is not None
    assert [band.stage for band in chart.bands if band.leak] == ["adds"]
    assert [band.count for band in chart.bands] == [1_000_000, 82_000, 3_100, 1_450]


@pytest.mark.parametrize(
    "funnel",
    [
        {},
        {"stages": []},
        {"stages": [{"count": 1}]},
        {"stages": "x"},
        {"stages": [{"count": True}, {"count": "9"}]},
    ],
)
def test_without_two_numbers_there_is_no_drawing(funnel: dict[str, Any]) -> None:
    assert funnel_chart(funnel) is None


@given(
    st.lists(st.none() | st.integers(0, 10**12), min_size=2, max_size=8).filter(
        lambda counts: sum(one is not None for one in counts) > 1
    )
)
def test_every_band_stays_inside_the_drawing(counts: list[int | None]) -> None:
    chart = funnel_chart({"stages": [{"stage": str(n), "count": count} for n, count in enumerate(counts)]})
    assert chart is not None
    across = [float(corner.split(",")[0]) for band in chart.bands for corner in band.points.split()]
    assert min(across) >= 0
    assert max(across) <= WIDTH
