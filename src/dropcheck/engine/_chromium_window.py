"""One window of a Chromium view: its DevTools session, its requests, and what they mean."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from dropcheck.engine import scripts
from dropcheck.engine._chromium_causes import CauseBook, Origin
from dropcheck.engine._chromium_gate import NavigationGate
from dropcheck.engine._chromium_identity import set_up_commands
from dropcheck.engine._chromium_requests import ERROR_URL, RequestWatch, is_web
from dropcheck.engine.base import (
    DialogPolicy,
    EngineError,
    PageEventKind,
    PageHungError,
    ViewLostError,
)
from dropcheck.result import Cause

if TYPE_CHECKING:
    from dropcheck.engine._chromium_view import ChromiumView

#: Dialogs of one view that are told; a page that opens more is slowed down.
DIALOG_LIMIT = 20
#: Seconds a DevTools command may take before the page counts as hung.
COMMAND_BOUND_S = 5.0


class ChromiumWindow:
    """A page (the first of a view, or a popup) with everything the engine listens to."""

    def __init__(self, view: ChromiumView, page: Page, cdp: CDPSession, number: int) -> None:
        self.view = view
        self.page = page
        self.cdp = cdp
        self.number = number
        self.causes = CauseBook()
        self.watch = RequestWatch(view, self)
        self.gate = NavigationGate(self)
        self.url: str | None = None
        self.main_frame = ""
        self.is_loading = False
        self.is_gone = False
        self.is_crashed = False
        #: The full browser's external-protocol dialog lies over the page and swallows every tap.
        self.has_dialog = False
        self._has_landed = False
        self._generation = 0
        self._world: tuple[int, int] | None = None
        self._error_for: str | None = None

    # Setting up

    async def dress(self) -> None:
        """Make this window the profile's phone, before it loads anything."""
        view = self.view
        handlers: Mapping[str, Callable[[dict[str, Any]], Any]] = {
            "Fetch.requestPaused": self.gate.on_paused,
            "Fetch.authRequired": self.gate.on_auth,
            "Runtime.bindingCalled": self.gate.on_binding,
            "Page.frameRequestedNavigation": lambda e: self.causes.announce_reason(
                e["frameId"], e["url"], e["reason"]
            ),
            "Page.frameNavigated": self._on_navigated,
            "Page.navigatedWithinDocument": self._on_moved_within,
            "Page.loadEventFired": self._on_load,
            "Page.downloadWillBegin": lambda e: self.report(PageEventKind.DOWNLOAD, e["url"]),
            "Network.requestWillBeSent": self.gate.on_request,
            "Network.responseReceived": self.watch.on_response,
            "Network.responseReceivedExtraInfo": self.watch.on_answer,
            "Network.loadingFinished": self.watch.on_finished,
            "Network.loadingFailed": self.watch.on_failed,
            "Runtime.consoleAPICalled": self._on_console,
            "Runtime.exceptionThrown": self._on_exception,
            "Inspector.targetCrashed": lambda _: self.on_crash(),
        }
        for name, handler in handlers.items():
            self.cdp.on(name, handler)
        settings = view.settings
        setup = {
            "binding": view.binding,
            "release": view.release,
            "withGesture": settings.windows_with_gesture.value,
            "withoutGesture": settings.windows_without_gesture.value,
            "gestureMs": view.gesture_ms,
            "swallowsDialogs": settings.dialogs is DialogPolicy.SWALLOWS,
            "mostDialogs": DIALOG_LIMIT,
        }
        source = ";\n".join(
            (scripts.identity(settings.identity), scripts.call("chromium_navigation.js", setup))
        )
        commands: list[tuple[str, dict[str, Any]]] = [
            ("Page.enable", {}),
            ("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0}),
            ("Runtime.enable", {}),
            ("Runtime.addBinding", {"name": view.binding}),
            ("Page.addScriptToEvaluateOnNewDocument", {"source": source}),
            ("Fetch.enable", {"patterns": view.patterns, "handleAuthRequests": True}),
            # A worker's answer to a document request would never pause. Workers still register and run.
            ("Network.setBypassServiceWorker", {"bypass": True}),
            *set_up_commands(settings.identity),
        ]
        # The browser's own word, which comes even where the window is loading: what it loads is no frame's.
        self.main_frame = str((await self.send("Target.getTargetInfo"))["targetInfo"]["targetId"])
        tree, *_ = await asyncio.gather(
            self.send("Page.getFrameTree"), *(self.send(name, arguments) for name, arguments in commands)
        )
        frame = tree["frameTree"]["frame"]
        if is_web(frame["url"]):
            self.url = frame["url"]
            self.view.spawn(self.view.popups.ask_late(self, frame["url"]))

    async def send(
        self, method: str, arguments: dict[str, Any] | None = None, bound_s: float = COMMAND_BOUND_S
    ) -> dict[str, Any]:
        """Send a DevTools command; raises `EngineError` when the page is gone or does not answer.

        A browser that hangs itself is a `ViewLostError`; while it lives, a page without an answer is a
        `PageHungError`. A load whose server says nothing holds back every other command, too.
        """
        try:
            return await asyncio.wait_for(self.cdp.send(method, arguments or {}), bound_s)
        except TimeoutError:
            self.view.jar.spoil()
            if not await self.view.engine.is_alive():
                raise ViewLostError("Chromium does not answer any more") from None
            raise PageHungError("the page does not answer") from None
        except PlaywrightError as error:
            if not self.view.engine.is_running:
                raise ViewLostError("Chromium ended while the page was open") from error
            raise EngineError(f"the page is gone or refused {method}: {_first_line(error)}") from error

    async def evaluate(
        self,
        expression: str,
        *,
        own_world: bool = False,
        context: int | None = None,
        bound_s: float | None = None,
    ) -> Any:
        """Evaluate in the page's world, our own or a frame's `context`; wakes no user activation.

        Raises `EngineError`.
        """
        bound = COMMAND_BOUND_S if bound_s is None else bound_s
        arguments: dict[str, Any] = {
            "expression": expression,
            "returnByValue": True,
            "awaitPromise": True,
            "userGesture": False,
        }
        if own_world or context is not None:
            arguments["contextId"] = await self.own_world(bound) if context is None else context
        answer = await self.send("Runtime.evaluate", arguments, bound)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details.get("text", "")
            raise EngineError(f"the script failed: {text.splitlines()[0] if text else 'unknown error'}")
        return answer["result"].get("value")

    async def own_world(self, bound_s: float = COMMAND_BOUND_S) -> int:
        """Return the script world of our own in the document that is there; raises `EngineError`."""
        generation = self._generation
        if self._world is not None and self._world[0] == generation:
            return self._world[1]
        created = await self.send(
            "Page.createIsolatedWorld", {"frameId": self.main_frame, "worldName": "dropcheck"}, bound_s
        )
        context = int(created["executionContextId"])
        await self.send(
            "Runtime.evaluate", {"expression": scripts.page_reader(), "contextId": context}, bound_s
        )
        self._world = (generation, context)
        return context

    # Loading

    def load(self, url: str, origin: Origin, referrer: str | None = None) -> None:
        """Begin to load `url`; what comes of it arrives as events."""
        self.causes.expect(url, origin)
        arguments: dict[str, Any] = {"url": url, "frameId": self.main_frame}
        if referrer:
            arguments["referrer"] = referrer
        self.watch.asking()
        self.view.spawn(self._navigate(arguments))

    async def _navigate(self, arguments: dict[str, Any]) -> None:
        try:
            await self.cdp.send("Page.navigate", arguments)
        except PlaywrightError as error:
            if not self.is_gone:
                code = _first_line(error)
                self.report(
                    PageEventKind.FAILED, arguments["url"], detail={"code": "ERR_INVALID_URL", "reason": code}
                )
        finally:
            self.watch.done_asking()

    def show_error_page(self, url: str) -> None:
        """Show the browser's own error page, as for a URL it could not open."""
        self._error_for = url
        self.load(ERROR_URL, Origin(Cause.SCRIPT, False, answered=ERROR_URL))

    # What became of it

    def _on_navigated(self, event: dict[str, Any]) -> None:
        frame = event["frame"]
        if frame.get("parentId"):
            return
        self._generation += 1
        self.has_dialog = False
        self.main_frame = frame["id"]
        self.causes.announcements.clear()
        if frame.get("unreachableUrl"):
            self.url = frame["unreachableUrl"]
            if self._error_for is not None:
                self.url = self._error_for
                self.report(PageEventKind.FAILED, self._error_for, detail={"code": "ERR_UNKNOWN_URL_SCHEME"})
                self._error_for = None
            return
        url = frame["url"] + frame.get("urlFragment", "")
        self.url = url if is_web(url) else None
        if is_web(url):
            if self.number > 0 and frame["loaderId"] not in self.causes.chains:
                self.view.spawn(self.view.popups.ask_late(self, url))
            if not self._has_landed and self.number == 0:
                self.view.spawn(self._forget_history())
            self._has_landed = True
            self.is_loading = True
            self.watch.landed(url, frame["loaderId"])

    async def _forget_history(self) -> None:
        """Make the first page the first of the history: on a phone nothing lies before it to go back to."""
        try:
            await self.send("Page.resetNavigationHistory")
        except EngineError:
            # Refused while another navigation is under way; the page's load event is the next chance.
            self._has_landed = False

    def wants_to_close(self) -> None:
        """Close the window for its page, if it is the first in it; the history may not be the phone's yet."""
        if self.number == 0 and self._generation == 1:
            self.view.spawn(self._close())

    async def _close(self) -> None:
        with contextlib.suppress(EngineError):
            await self.send("Page.close")

    def _on_moved_within(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self.main_frame and is_web(event["url"]):
            self.url = event["url"]

    def _on_load(self, _event: dict[str, Any]) -> None:
        self.is_loading = False
        self.view.stir()
        if self.url is not None:
            if not self._has_landed and self.number == 0:
                self._has_landed = True
                self.view.spawn(self._forget_history())
            self.report(PageEventKind.LOADED, self.url)

    def _on_console(self, event: dict[str, Any]) -> None:
        if event["type"] in ("error", "assert"):
            words = [str(a.get("value", a.get("description", ""))) for a in event["args"]]
            self.report(
                PageEventKind.CONSOLE,
                self.url or "",
                detail={"level": "error", "text": " ".join(words)[:500]},
            )

    def _on_exception(self, event: dict[str, Any]) -> None:
        details = event["exceptionDetails"]
        text = str(details.get("exception", {}).get("description") or details.get("text", ""))
        self.report(PageEventKind.CONSOLE, self.url or "", detail={"level": "exception", "text": text[:500]})

    def on_crash(self) -> None:
        """Take note that the renderer died."""
        if not self.is_crashed:
            self.is_crashed = True
            self.is_loading = False
            self.view.stir()
            self.report(PageEventKind.CRASHED, self.url or "")

    def report(
        self,
        kind: PageEventKind,
        url: str,
        *,
        status: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Report a page event of this window."""
        self.view.tell(kind, url, status=status, view=self.number, detail=detail)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
