"""Standard output and error: nothing but text for whoever reads them, and quietly on when nobody does any more."""

from __future__ import annotations

import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


#: What a log is searched for by those who run it: GitHub (`::name::` at a line's begin, `##[name]` anywhere), Azure
#: Pipelines (`##vso[`) and TeamCity (`##teamcity[`).
_COMMAND = re.compile(r"(?m)^[ \t]*:(?=:)|#(?=#\w*\[)")


def read_or_not() -> None:
    """Make the program's own streams take everything that is written to them.

    A reader that has enough (`dropcheck run … | head`) must not change how a run ends, and a character that
    the stream's encoding lacks is no reason to stop.
    """
    sys.stdout, sys.stderr = _patient(sys.stdout), _patient(sys.stderr)


def _patient(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    if stream.errors == "strict":
        stream.reconfigure(errors="replace")
    if stream.isatty():
        return stream
    try:
        outlet = _Outlet(stream.fileno(), "w", closefd=False)
    except io.UnsupportedOperation:
        # Whoever called us in their own process keeps the output in memory.
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(outlet),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def without_commands(stream: TextIO) -> TextIO:
    """Return `stream` for text that pages had a hand in: no line of it is a command to the CI that keeps the log."""
    return cast("TextIO", _Inert(stream))


class _Inert:
    """Parts the two marks that a command begins with by a character nobody sees."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(_COMMAND.sub(lambda mark: f"{mark[0]}\u200b", text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Outlet(io.FileIO):
    """A pipe or file that leads nowhere once its reader has gone."""

    def write(self, content: ReadableBuffer, /) -> int:
        try:
            return super().write(content)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(content).nbytes
