"""Which frame wants a URL of a foreign scheme, and what redirect sent it there.

WebKit's policy decision tells neither. A URL whose scheme WebKit does not know can never load, so letting it go
on costs nothing. A load of the main frame then shows itself. That none began is known once questions that follow
the answer on its way, to the network process and to the page's agent, have come back: each pipe keeps its order.
Nothing here hangs on how fast the machine is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gi.repository import GLib

from .agents import Agent

#: How long a page may keep its agent from answering before it counts as hung, in milliseconds. Scripts that wait
#: busily for an app to open take about two seconds.
HUNG_MS = 4000

#: How often the way of an answer is followed to its end. WebKit asks the network process before it passes the answer
#: of a main frame on to the page (`addAllowedFirstPartyForCookies`), and shows a form to its app before it sends it.
_ROUNDS = 3

Said = dict[str, Any]


class _Probe:
    """One navigation on its way to fail; `tell` is called once: its redirect's status, whether the main frame's."""

    def __init__(self, url: str, main: bool | None, tell: Callable[[int | None, bool], None]) -> None:
        self.url = url
        self.main = main
        self.is_told = False
        self._tell = tell

    def tell(self, status: int | None, *, main: bool) -> None:
        if not self.is_told:
            self.is_told = True
            self._tell(status, main if self.main is None else self.main)


class Probes:
    """The navigations of one window to foreign schemes.

    `hold` keeps a decision for the parent, `tell` tells the parent of one that went on. `ask_network` calls back
    when the session's network process has answered.
    """

    def __init__(
        self,
        agent: Agent,
        ask_network: Callable[[Callable[[], None]], None],
        hold: Callable[[Any, Said], None],
        tell: Callable[[Said], None],
    ) -> None:
        self._agent = agent
        self._ask_network = ask_network
        self._hold = hold
        self._tell = tell
        self._going: list[_Probe] = []

    def decide(self, decision: Any, said: Said, *, has_document: bool) -> None:
        """Hold a navigation of the main frame; let others, and redirects, go on to fail."""
        if said["redirect"]:
            # The view already names the URL to which its main frame is redirected.
            probe = self._go_on(decision, said, main=said["page"] == said["url"])
            _after(HUNG_MS, lambda: self._told(probe, None, main=False))
        elif not has_document:
            self._hold(decision, {**said, "main": True})
        else:
            self._look_for_frames(decision, said)

    def started(self, url: str, *, main: bool) -> None:
        """Take note that a load began."""
        for probe in self._going:
            if probe.url == url and probe.main is None and not probe.is_told:
                self._told(probe, None, main=main)
                return

    def redirected(self, url: str, status: int) -> None:
        """Take note that a load was sent to `url`."""
        for probe in self._going:
            if probe.url == url and not probe.is_told:
                self._told(probe, status, main=False)
                return

    def failed(self, url: str) -> bool:
        """Return whether the main frame's load of `url` failed because it was let go on."""
        for probe in self._going:
            if probe.url == url and probe.main is not False:
                self._going.remove(probe)
                probe.tell(None, main=True)
                return True
        return False

    def _look_for_frames(self, decision: Any, said: Said) -> None:
        # Going on would stop what a page without frames is still loading, and there is nothing to find out.
        waiting = [decision]

        def counted(answer: dict[str, Any]) -> None:
            if not waiting:
                return
            held = waiting.pop()
            if answer.get("value", self._agent.has_frames):
                self._find_frame(held, said)
            else:
                self._hold(held, {**said, "main": True})

        self._agent.pulse(counted)
        _after(HUNG_MS, lambda: counted({}))

    def _find_frame(self, decision: Any, said: Said) -> None:
        probe = self._go_on(decision, said, main=None)

        def nothing_began() -> None:
            self._told(probe, None, main=False)

        self._follow(_ROUNDS, probe, nothing_began)
        _after(HUNG_MS, nothing_began)

    def _follow(self, rounds: int, probe: _Probe, then: Callable[[], None]) -> None:
        if probe.is_told:
            return
        if rounds == 0:
            then()
            return
        self._ask_network(lambda: self._agent.pulse(lambda _: self._follow(rounds - 1, probe, then)))

    def _go_on(self, decision: Any, said: Said, *, main: bool | None) -> _Probe:
        probe = _Probe(
            said["url"], main, lambda status, found: self._tell({**said, "status": status, "main": found})
        )
        self._going.append(probe)
        decision.use()
        return probe

    def _told(self, probe: _Probe, status: int | None, *, main: bool) -> None:
        probe.tell(status, main=main)
        if probe.main is None:
            probe.main = main
        if not probe.main and probe in self._going:
            self._going.remove(probe)


def _after(milliseconds: int, do: Callable[[], object]) -> None:
    def once() -> bool:
        do()
        return False

    GLib.timeout_add(milliseconds, once)
