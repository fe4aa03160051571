"""The host program as a child process: start it, talk to it, notice when it dies or hangs, end it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.resources
import itertools
import json
import os
import shutil
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dropcheck.engine.base import BrowserMissingError, EngineError, ViewLostError
from dropcheck.engine.browsers import install_command

#: The system's Python, where the distribution's PyGObject lives.
SYSTEM_PYTHON = "/usr/bin/python3"

#: Seconds for the host to start: Xvfb, GTK and WebKit's first process on a busy machine.
START_BOUND_S = 60.0
#: Seconds the host's main loop may take to answer; it does nothing slow itself.
ANSWER_BOUND_S = 20.0
#: Longest line the host sends: a screenshot in base64.
_LINE_LIMIT = 1 << 27
_ERROR_LINES_KEPT = 12

EventHandler = Callable[[dict[str, Any]], None]


def host_folder() -> Path:
    """Return the folder of the host program."""
    return Path(str(importlib.resources.files("dropcheck.engine"))) / "webkitgtk_host"


def _is_laid_out() -> bool:
    return Path(SYSTEM_PYTHON).exists() and shutil.which("Xvfb") is not None


async def probe() -> str:
    """Return WebKitGTK's version on this machine; raises `BrowserMissingError` when anything is missing."""
    if not _is_laid_out():
        raise BrowserMissingError("WebKitGTK", install_command("webkitgtk"))
    ask = (
        "import gi; gi.require_version('Gtk','3.0'); gi.require_version('WebKit2','4.1'); import cairo;"
        "gi.require_foreign('cairo');"
        "from gi.repository import WebKit2 as W;"
        "print(W.get_major_version(), W.get_minor_version(), W.get_micro_version(), sep='.')"
    )
    process = await asyncio.create_subprocess_exec(
        SYSTEM_PYTHON, "-I", "-c", ask, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    if process.returncode != 0:
        raise BrowserMissingError("WebKitGTK", install_command("webkitgtk"))
    return out.decode("ascii").strip()


def _environment(proxy: str) -> dict[str, str]:
    """Return the host's environment: whatever in it asks the system for a proxy is sent through the run's own.

    Each view has its proxy set; libraries below WebKit (GIO, GStreamer's own HTTP) look here.
    """
    ways_round = {"no_proxy", "NO_PROXY"}
    names = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy")
    ours = {spelled: proxy for name in names for spelled in (name, name.upper())}
    return {name: value for name, value in os.environ.items() if name not in ways_round} | ours


class HostProcess:
    """One running host; `scale` is the device scale of all its views, `proxy` the run's way out.

    Events go to the handler registered for their view. When the host dies, every waiting request raises
    `ViewLostError` and every handler is sent a ``lost`` event.
    """

    def __init__(self, scale: int, proxy: str) -> None:
        self.scale = scale
        self._proxy = proxy
        self.version = ""
        self.handlers: dict[int, EventHandler] = {}
        self.views_opened = 0
        self._retiring = False
        self._process: asyncio.subprocess.Process | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._ready: asyncio.Future[str] | None = None
        self._complaints: deque[str] = deque(maxlen=_ERROR_LINES_KEPT)

    @property
    def alive(self) -> bool:
        """Whether the host can still be asked."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The host's process id; it must have been started."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start the host; raises `EngineError` with its last words when it does not come up."""
        self._ready = asyncio.get_running_loop().create_future()
        # A session of its own: Ctrl-C is for dropcheck, which then closes the host in order.
        self._process = await asyncio.create_subprocess_exec(
            SYSTEM_PYTHON,
            "-I",
            str(host_folder()),
            str(self.scale),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=_LINE_LIMIT,
            env=_environment(self._proxy),
        )
        self._tasks = [asyncio.ensure_future(self._read()), asyncio.ensure_future(self._listen())]
        try:
            self.version = await asyncio.wait_for(asyncio.shield(self._ready), START_BOUND_S)
        except (TimeoutError, ViewLostError) as error:
            await self.kill()
            raise EngineError(f"WebKitGTK's host did not start: {self.last_words}") from error
        except BaseException:
            # Whoever waits for it gave up; nobody else knows of it yet, or asks what became of it.
            await self.kill()
            if self._ready.done():
                self._ready.exception()
            raise

    @property
    def last_words(self) -> str:
        """The end of what the host wrote on standard error."""
        return " / ".join(self._complaints) or "it said nothing"

    async def ask(self, what: str, bound_s: float | None = ANSWER_BOUND_S, **fields: Any) -> Any:
        """Send one request and return its value.

        Raises `ViewLostError` when the host is gone, `EngineError` when it refuses, `TimeoutError` when
        `bound_s` (None: no bound) is over.
        """
        process = self._process
        if process is None or process.returncode is not None or process.stdin is None:
            raise ViewLostError(f"WebKitGTK's host is gone: {self.last_words}")
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            process.stdin.write(json.dumps({"id": number, "do": what, **fields}).encode() + b"\n")
            return await asyncio.wait_for(answer, bound_s)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ViewLostError(f"WebKitGTK's host is gone: {self.last_words}") from error
        finally:
            self._waiting.pop(number, None)

    async def is_responsive(self, bound_s: float = ANSWER_BOUND_S) -> bool:
        """Return whether the host's main loop answers; a host that doesn't is killed."""
        try:
            await self.ask("ping", bound_s)
        except TimeoutError:
            await self.kill()
            return False
        except EngineError:
            return False
        return True

    def attach(self, view: int, handler: EventHandler) -> None:
        """Send the events of a new view to `handler`."""
        self.views_opened += 1
        self.handlers[view] = handler

    def detach(self, view: int) -> None:
        """Let a closed view go; a retired host ends with its last one."""
        self.handlers.pop(view, None)
        self._end_when_empty()

    def retire(self) -> None:
        """Take no more views and end with the last one."""
        self._retiring = True
        self._end_when_empty()

    def _end_when_empty(self) -> None:
        process = self._process
        if self._retiring and not self.handlers and process is not None and process.stdin is not None:
            process.stdin.close()

    async def stop(self) -> None:
        """End the host in order, and by force when it does not go."""
        process = self._process
        if process is None:
            return
        if process.returncode is None and process.stdin is not None:
            # The end of its input is the order to stop; it closes its views and its display first.
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 5.0)
        await self.kill()

    async def kill(self) -> None:
        """End the host at once; the kernel ends its display with it."""
        process = self._process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        for task in self._tasks:
            task.cancel()
        current = asyncio.current_task()
        await asyncio.gather(*(task for task in self._tasks if task is not current), return_exceptions=True)
        self._lose()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                self._heard(json.loads(line))
        except ValueError:
            # A line that is too long, or no JSON: what comes after it can't be told apart any more.
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()
        self._lose()

    def _heard(self, message: dict[str, Any]) -> None:
        event = message.get("event")
        if event == "ready":
            if self._ready is not None and not self._ready.done():
                self._ready.set_result(message["version"])
        elif event is not None:
            handler = self.handlers.get(message["view"])
            if handler is not None:
                handler(message)
        else:
            self._answered(message)

    def _answered(self, message: dict[str, Any]) -> None:
        future = self._waiting.get(message["id"])
        if future is None or future.done():
            return
        if "error" in message:
            future.set_exception(EngineError(message["error"]))
        else:
            future.set_result(message["value"])

    async def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            text = line.decode("utf-8", "replace").strip()
            if text:
                self._complaints.append(text[:300])

    def _lose(self) -> None:
        gone = ViewLostError(f"WebKitGTK's host died: {self.last_words}")
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(gone)
        for future in list(self._waiting.values()):
            if not future.done():
                future.set_exception(gone)
        for handler in list(self.handlers.values()):
            handler({"event": "lost", "view": -1, "window": 0})
        self.handlers.clear()
