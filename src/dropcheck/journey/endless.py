"""Tells a page that goes on and on from one that comes to an end: counts loads, returns, windows, dialogs."""

from __future__ import annotations

from collections import Counter

from dropcheck.engine.base import NavigationAttempt

#: A chain longer than this is a loop for a person holding the phone (browsers give up at 20 redirects).
MOST_LOADS = 40
#: A page that comes back to its own address this often without a tap goes round in circles. Our choice.
MOST_RETURNS = 12
#: Windows and dialogs a fan would close before they give the page up. Our choice.
MOST_WINDOWS = 20
MOST_DIALOGS = 12


class Endless:
    """What one side's pages did again and again.

    `is_looping` is a chain of pages without end, `storm` says in words what else never ends.
    """

    def __init__(self) -> None:
        self.is_looping = False
        self.storm: str | None = None
        self._loads = self._windows = self._dialogs = 0
        self._returns: Counter[str] = Counter()

    @property
    def is_it(self) -> bool:
        """Whether the page was seen to go on without end."""
        return self.is_looping or self.storm is not None

    def load(self, attempt: NavigationAttempt) -> bool:
        """Count a page that the phone loads; frames are no pages. Return whether there is no end to it."""
        if attempt.main_frame:
            self._count(attempt)
        return self.is_it

    def _count(self, attempt: NavigationAttempt) -> None:
        if attempt.new_window:
            self._windows += 1
            if self._windows > MOST_WINDOWS:
                self.storm = "the page opens windows without end"
            return
        self._loads += 1
        address = attempt.url.partition("#")[0].partition("?")[0]
        if not attempt.gesture:
            self._returns[address] += 1
        self.is_looping = self.is_looping or self._loads > MOST_LOADS or self._returns[address] > MOST_RETURNS

    def dialog(self) -> None:
        """Count a dialog that the person has to answer."""
        self._dialogs += 1
        if self._dialogs > MOST_DIALOGS:
            self.storm = "the page shows dialogs without end"
