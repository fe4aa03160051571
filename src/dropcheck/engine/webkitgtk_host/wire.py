"""JSON lines over the host's pipes: requests in, answers and events out.

A request is ``{"id": 1, "do": "load", ...}``, its answer ``{"id": 1, "value": ...}`` or
``{"id": 1, "error": "..."}``. An event is ``{"event": "decide", "view": 3, "window": 0, "t": 1.25, ...}``,
`t` in seconds of the monotonic clock, which parent and host share.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from gi.repository import GLib

_CHUNK = 1 << 16
#: Characters of one text of an event. WebKit takes an address of any length, and the parent a line of 128 MB: a page
#: must not be able to end the host, and the other views with it.
LONGEST_TEXT = 1 << 20


def _bounded(value: Any) -> Any:
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if isinstance(value, dict):
        return {key: _bounded(inner) for key, inner in value.items()}
    return value


class Wire:
    """Both directions of the pipe; `on_request` is called for each line, `on_end` when the parent is gone."""

    def __init__(self, on_request: Callable[[dict[str, Any]], None], on_end: Callable[[], None]) -> None:
        self._on_request = on_request
        self._on_end = on_end
        self._buffer = b""
        self._in = os.dup(0)
        # Libraries print to standard output; the wire keeps the real one to itself.
        self._out = os.dup(1)
        os.dup2(sys.stderr.fileno(), 1)
        GLib.unix_fd_add_full(
            GLib.PRIORITY_DEFAULT, self._in, GLib.IOCondition.IN | GLib.IOCondition.HUP, self._readable
        )

    def send(self, message: dict[str, Any]) -> None:
        """Write one message as one line, whole."""
        data = json.dumps(message, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._out, view) :]
        except BrokenPipeError:
            self._on_end()

    def event(self, name: str, view: int, window: int, **fields: Any) -> None:
        """Send one event of a window, its texts cut to `LONGEST_TEXT`; `t` is now unless it is given."""
        told = {field: _bounded(value) for field, value in fields.items()}
        self.send({"event": name, "view": view, "window": window, "t": time.monotonic(), **told})

    def _readable(self, fd: int, _condition: GLib.IOCondition, *_: Any) -> bool:
        data = os.read(fd, _CHUNK)
        if not data:
            self._on_end()
            return False
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            if line.strip():
                self._on_request(json.loads(line))
        return True
