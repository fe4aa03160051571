"""Whether a document came as long as its server said it would be.

WebKitGTK takes a connection that ends early for the end of the document (measured, 2.50.6; only of a chunked one it
says so). What came is counted here instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gi.repository import GLib

#: Counting copies the document from the page's process; above this size, in bytes, it isn't worth it.
_MOST = 32 << 20
#: Other kinds are shown by players and viewers that fetch what they need.
_TEXTS = frozenset({"text/html", "application/xhtml+xml"})


class Lengths:
    """The documents of one window, as they come; `short` is told the URL of one that came short, and in words why."""

    def __init__(self, short: Callable[[str, str], None]) -> None:
        self._short = short
        self._main: Any = None
        self._waiting: list[Callable[[], None]] = []

    def expect(self, resource: Any) -> None:
        """Take in a main resource that begins; the one before it is of no interest any more."""
        self._done()
        self._main = resource
        resource.connect("failed", self._failed)
        resource.connect("finished", self._finished)

    def known(self, then: Callable[[], None]) -> None:
        """Call `then` as soon as the length of the document that ended has been looked at."""
        if self._main is not None and _declared(self._main) is not None:
            self._waiting.append(then)
        else:
            then()

    def _failed(self, resource: Any, _error: Any) -> None:
        # It was given up, or WebKit tells of the fault itself.
        if resource == self._main:
            self._done()

    def _finished(self, resource: Any) -> None:
        if resource != self._main:
            return
        declared = _declared(resource)
        if declared is None:
            self._done()
            return

        def counted(resource: Any, result: Any) -> None:
            if resource != self._main:
                return
            try:
                came = len(resource.get_data_finish(result))
            except GLib.Error:
                came = declared
            if came < declared:
                self._short(resource.get_uri(), f"{came} of {declared} bytes came")
            self._done()

        resource.get_data(None, counted)

    def _done(self) -> None:
        self._main = None
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()


def _declared(resource: Any) -> int | None:
    """Return the length a document is to have once nothing has to be unpacked, or None where that isn't known."""
    response = resource.get_response()
    headers = response.get_http_headers() if response is not None else None
    if headers is None or response.get_mime_type() not in _TEXTS:
        return None
    if headers.get_one("Content-Encoding") or headers.get_one("Transfer-Encoding"):
        return None
    length = (headers.get_one("Content-Length") or "").strip()
    if not (length.isascii() and length.isdigit()):
        return None
    return int(length) if 0 < int(length) <= _MOST else None
