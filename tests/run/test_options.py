"""The settings of a run."""

from __future__ import annotations

from typing import Any

import pytest

from dropcheck.run.errors import OptionError
from dropcheck.run.options import RunOptions


@pytest.mark.parametrize(
    "setting",
    [
        {"jobs": 0},
        {"per_host": 0},
        {"per_host_rate": -1.0},
        {"case_bound_s": 0.0},
        {"case_bound_s": float("nan")},
        {"per_host_rate": float("nan")},
    ],
)
def test_bounds_under_which_no_case_would_begin_or_end_are_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=next(iter(setting))):
        RunOptions(**setting)


def test_no_rate_at_all_is_a_bound_one_can_ask_for() -> None:
    assert RunOptions(per_host_rate=0).per_host_rate == 0
