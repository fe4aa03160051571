"""Names are resolved beside one another: one whose name server is silent holds up neither another nor the end."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from typing import Any

import pytest

from dropcheck.network.lookup import SystemLookup


def resolver(monkeypatch: pytest.MonkeyPatch, silent: threading.Event) -> None:
    """Let names below ``silent.test`` be answered only once `silent` is set."""

    def answer(host: str, *_: Any, **__: Any) -> list[Any]:
        if host.endswith("silent.test"):
            silent.wait()
        if host == "nobody.test":
            raise socket.gaierror("no such name")
        return [(0, 0, 0, "", (address, 0)) for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1")]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


async def test_a_names_addresses_come_once_each_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver(monkeypatch, threading.Event())
    assert await SystemLookup()("name.test") == ["192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize("host", ["nobody.test", "nul\0.test"])
async def test_a_name_that_has_none_raises(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    if host == "nobody.test":
        resolver(monkeypatch, threading.Event())
    with pytest.raises((OSError, ValueError)):
        await SystemLookup()(host)


async def test_dozens_of_names_without_an_answer_hold_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = threading.Event()
    resolver(monkeypatch, silent)
    lookup = SystemLookup()
    waiting = [asyncio.ensure_future(lookup(f"{number}.silent.test")) for number in range(60)]
    await asyncio.sleep(0)
    assert await lookup("name.test")
    assert await asyncio.to_thread(lambda: "other work goes on")
    assert not any(task.done() for task in waiting)
    silent.set()
    await asyncio.gather(*waiting)


async def test_no_more_are_asked_for_at_once_than_it_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = threading.Event()
    resolver(monkeypatch, silent)
    lookup = SystemLookup(1)
    first, second = (asyncio.ensure_future(lookup(host)) for host in ("a.silent.test", "name.test"))
    await asyncio.sleep(0)
    assert not second.done()
    silent.set()
    assert await first
    assert await second


def test_a_program_ends_while_a_name_is_still_asked_for() -> None:
    program = """
import asyncio, socket, threading
socket.getaddrinfo = lambda *_, **__: threading.Event().wait()
from dropcheck.network.lookup import SystemLookup
async def main():
    asyncio.ensure_future(SystemLookup()("silent.test"))
    await asyncio.sleep(0)
asyncio.run(main())
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
