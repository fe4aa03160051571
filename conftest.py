"""What the whole test suite shares: tests that need a browser say which one is missing and how to get it."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import settings

pytest_plugins = ["pytester"]

# No timing is asserted: a busy machine is no failure.
settings.register_profile("dropcheck", deadline=None)
settings.load_profile("dropcheck")


@cache
def _lack(engine: str) -> str | None:
    from dropcheck.cli.engine_trial import version_of_started
    from dropcheck.engine.base import BrowserMissingError

    try:
        version_of_started(engine)
    except BrowserMissingError as missing:
        return str(missing)
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose browser is missing; a browser that is there and doesn't start fails it."""
    if item.get_closest_marker("browser") and (reason := _lack("chromium")):
        pytest.skip(reason)
    if item.get_closest_marker("webkit"):
        reasons = [_lack("webkit"), _lack("webkitgtk")]
        if all(reasons):
            pytest.skip(" / ".join(filter(None, reasons)))
