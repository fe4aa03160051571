"""Published figures, graded as published."""

from __future__ import annotations

import pytest

from dropcheck.check.benchmarks import grade


@pytest.mark.parametrize(
    ("rate", "name"),
    [(0.0, "broken"), (0.0049, "broken"), (0.005, "acceptable"), (0.0099, "acceptable"), (0.01, "strong"),
     (0.02, "strong"), (0.0201, "excellent")],
)  # fmt: skip
def test_rates_are_graded_as_published(rate: float, name: str) -> None:
    assert grade(rate) == name
