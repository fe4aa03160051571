"""pytest-playwright set up as its documentation says, on the browser and the phone of the other sides."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from benchmarks.phone import CONTEXT, SWITCHES, executable
from benchmarks.tally import Tally

_finished: list[float] = []


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the same binary, sent to the local internet."""
    rules = os.environ["BENCH_HOST_RULES"]
    return {
        **browser_type_launch_args,
        "executable_path": executable(),
        "args": [*SWITCHES, f"--host-resolver-rules={rules}"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Be the same phone."""
    return {**browser_context_args, **CONTEXT}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Note when a test was over, its context closed."""
    result = yield
    _finished.append(time.monotonic())
    return result


def pytest_sessionfinish(exitstatus: int) -> None:
    """Tell the measuring process; the first visit, which starts the browser, doesn't count."""
    if exitstatus == 0:
        Tally(_finished[0], _finished[1:]).tell()
