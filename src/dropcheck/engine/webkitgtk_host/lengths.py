"""Whether a document came as long as its server said it would be.

WebKitGTK takes a connection that ends early for the end of the document (measured, 2.50.6; only of a chunked one it
says so). What came is counted here instead: the document's own bytes, or, of a packed one, those that its navigation
timing names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gi.repository import GLib

#: Counting copies the document from the page's process; above this size, in bytes, it isn't worth it.
_MOST = 32 << 20
#: Other kinds are shown by players and viewers that fetch what they need.
_TEXTS = frozenset({"text/html", "application/xhtml+xml"})
#: Over HTTP/2 a cut stream is an error of its own, and frames make the count another one.
_PACKED_BYTES = """(() => {
  const told = performance.getEntriesByType("navigation")[0];
  return told && told.nextHopProtocol.startsWith("http/1") ? told.encodedBodySize : 0;
})()"""
#: Milliseconds the page may take to say so.
_PATIENCE_MS = 1000

Run = Callable[[str, Callable[[dict[str, Any]], None]], None]


class Lengths:
    """The documents of one window, as they come; `short` is told the URL of one that came short, and in words why.

    `run` evaluates a script in the world of the page's agent.
    """

    def __init__(self, short: Callable[[str, str], None], run: Run) -> None:
        self._short = short
        self._run = run
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

        def came(count: int) -> None:
            # A second answer, or one about another document.
            if resource != self._main:
                return
            if count < declared:
                self._short(resource.get_uri(), f"{count} of {declared} bytes came")
            self._done()

        def counted(resource: Any, result: Any) -> None:
            try:
                came(len(resource.get_data_finish(result)))
            except GLib.Error:
                came(declared)

        def told(answer: dict[str, Any]) -> None:
            # Nothing or 0: the page is gone, or was not asked for over HTTP/1.
            came(int(answer.get("value") or declared))

        def given_up() -> bool:
            came(declared)
            return bool(GLib.SOURCE_REMOVE)

        if _is_packed(resource):
            GLib.timeout_add(_PATIENCE_MS, given_up)
            self._run(_PACKED_BYTES, told)
        else:
            resource.get_data(None, counted)

    def _done(self) -> None:
        self._main = None
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()


def _declared(resource: Any) -> int | None:
    """Return the length that a document is to have on its way, or None where that isn't known."""
    response = resource.get_response()
    headers = response.get_http_headers() if response is not None else None
    if headers is None or response.get_mime_type() not in _TEXTS:
        return None
    if headers.get_one("Transfer-Encoding"):
        return None
    length = (headers.get_one("Content-Length") or "").strip()
    if not (length.isascii() and length.isdigit()):
        return None
    return int(length) if 0 < int(length) <= _MOST else None


def _is_packed(resource: Any) -> bool:
    return bool(resource.get_response().get_http_headers().get_one("Content-Encoding"))
