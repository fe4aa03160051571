"""dropcheck's pytest plugin: the same suites, one item per case."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers that every case of a suite carries."""
    for marker in ("check(name): the check a case runs", "profile(name): the phone a case holds"):
        config.addinivalue_line("markers", f"dropcheck_{marker}")
