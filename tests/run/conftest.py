"""Fixtures of the runner's tests."""

from __future__ import annotations

import pytest
from tests.run.runs import Heard


@pytest.fixture
def heard() -> Heard:
    return Heard()
