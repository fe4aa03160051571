"""The host's main loop: requests from the parent to windows, and back."""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Callable
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
gi.require_version("Soup", "3.0")

from gi.repository import GLib, WebKit2  # noqa: E402 - the versions come first

from .agents import Agents  # noqa: E402
from .session import Session  # noqa: E402
from .window import Window, say_nothing  # noqa: E402
from .wire import Wire  # noqa: E402

Reply = Callable[[dict[str, Any]], None]


class Host:
    """Holds every view's windows; a view is a number the parent chose, its first window is 0."""

    def __init__(self) -> None:
        self._loop = GLib.MainLoop()
        self._wire = Wire(self._request, self._loop.quit)
        self._views: dict[int, dict[int, Window]] = {}

    def run(self) -> None:
        """Serve until the parent says stop or is gone."""
        version = ".".join(
            str(part())
            for part in (
                WebKit2.get_major_version,
                WebKit2.get_minor_version,
                WebKit2.get_micro_version,
            )
        )
        self._wire.send({"event": "ready", "version": version})
        self._loop.run()
        for view in list(self._views):
            self._close(view)

    def _request(self, request: dict[str, Any]) -> None:
        number = request["id"]

        def reply(answer: dict[str, Any]) -> None:
            self._wire.send({"id": number, **answer})

        try:
            self._do(request, reply)
        except Exception:  # noqa: BLE001 - one bad request must not end the views of the others
            reply({"error": traceback.format_exc(limit=3)})

    def _do(self, request: dict[str, Any], reply: Reply) -> None:
        what = request["do"]
        if what == "ping":
            reply({"value": None})
            return
        view = request["view"]
        if what == "open":
            self._open(view, request["wanted"])
            reply({"value": None})
            return
        if what == "close":
            self._close(view)
            reply({"value": None})
            return
        window = self._views.get(view, {}).get(request["window"])
        if window is None:
            reply({"error": "the window is closed"})
            return
        if what in ("run", "evaluate"):
            (window.run if what == "run" else window.evaluate)(request["script"], reply)
            return
        if what == "snapshot":
            window.snapshot(reply)
            return
        if what == "load":
            window.load(request["url"], request["token"])
        elif what == "load_html":
            window.load_html(request["html"], request["base"], request["token"])
        elif what == "answer":
            window.answer(request["decision"], request["use"])
        elif what == "trust":
            window.trust(request["host"], request["certificate"])
        elif what == "stop":
            window.stop()
        elif what == "tap":
            window.tap(request["x"], request["y"])
        elif what == "close_window":
            self._views[view].pop(request["window"]).close()
        else:
            reply({"error": f"unknown request {what!r}"})
            return
        reply({"value": None})

    def _open(self, view: int, wanted: dict[str, Any]) -> None:
        windows: dict[int, Window] = {}
        self._views[view] = windows
        numbers = iter(range(1 << 30))

        def opened(window: Window) -> int:
            number = next(numbers)
            windows[number] = window
            window.told_to(lambda name, **fields: self._wire.event(name, view, number, **fields))
            return number

        session = Session(wanted)
        opened(Window(session, Agents(session.scripts), wanted, say_nothing, opened, lambda: len(windows)))

    def _close(self, view: int) -> None:
        windows = list(self._views.pop(view, {}).values())
        if windows:
            windows[0].end_process()
        for window in windows:
            window.close()
        GLib.idle_add(_bury)


def _keep_own_collector_off() -> None:
    # In this process JavaScriptCore only carries messages, and its collector corrupts the heap while views come
    # and go (measured, 2.50.6). Pages' processes, which inherit the environment, must have theirs.
    os.environ["JSC_useGC"] = "0"  # noqa: SIM112 - JavaScriptCore spells it so
    WebKit2.WebContext.new_ephemeral()
    del os.environ["JSC_useGC"]  # noqa: SIM112


def _share_a_network_process() -> Any:
    # Ephemeral sessions use the network process of a lasting one, if there is one, and start one each if not: a
    # tenth of a view's processor time, and 20 MB until the host ends (WebKit's `networkProcessForSession`; measured,
    # 2.50.6). Their jars and connections stay apart. Nothing is loaded in this one.
    lasting = WebKit2.WebsiteDataManager()
    lasting.set_itp_enabled(True)  # whatever touches the session brings it into being
    return lasting


def _bury() -> bool:
    gc.collect()
    return False


def main() -> int:
    """Run the host until its parent is done with it."""
    _keep_own_collector_off()
    lasting = _share_a_network_process()
    # A web view must not be freed inside another one's signal: what is closed is buried between events.
    gc.disable()
    Host().run()
    del lasting
    return 0
