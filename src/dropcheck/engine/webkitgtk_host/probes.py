"""Navigations let go on to see which frame they are in and what status sent them.

WebKit's policy decision tells neither. A URL whose scheme WebKit itself does not know can never load, so
letting it go on costs nothing; the failure it ends in is kept from the parent.
"""

from __future__ import annotations

from collections.abc import Callable

#: How long a probed navigation may take to show its frame and status, in milliseconds.
PROBE_MS = 300
#: How long a page may take to count its frames, in milliseconds.
COUNT_MS = 250


class Probe:
    """One navigation on its way to fail; `tell` is called once: its status, and whether the main frame's."""

    def __init__(self, url: str, redirect: bool, tell: Callable[[int | None, bool], None]) -> None:
        self.url = url
        # A main frame's load always shows; a frame's on a secure page is blocked as mixed content before it does.
        self._main_when_silent = redirect
        self.told = False
        self._tell = tell

    def tell(self, status: int | None, main: bool) -> None:
        if not self.told:
            self.told = True
            self._tell(status, main)

    def give_up(self) -> bool:
        self.tell(None, self._main_when_silent)
        return False
