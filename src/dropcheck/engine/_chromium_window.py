"""One window of a Chromium view: its DevTools session, its requests, and what they mean."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from dropcheck.engine import scripts
from dropcheck.engine._chromium_causes import CauseBook, Origin, cause_of
from dropcheck.engine._chromium_identity import set_up_commands
from dropcheck.engine._chromium_requests import ERROR_URL, RequestWatch, is_internal, is_web
from dropcheck.engine.base import (
    Answer,
    EngineError,
    NavigationAnswer,
    NavigationAttempt,
    PageEventKind,
    SyntheticAnswer,
    ViewLostError,
)
from dropcheck.result import Cause

if TYPE_CHECKING:
    from dropcheck.engine._chromium_view import ChromiumView

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
        self.url: str | None = None
        self.main_frame = ""
        self.is_loading = False
        self.is_gone = False
        self.is_crashed = False
        self._has_landed = False
        self._generation = 0
        self._world: tuple[int, int] | None = None
        self._error_for: str | None = None

    # Setting up

    async def dress(self) -> None:
        """Make this window the profile's phone, before it loads anything."""
        view = self.view
        handlers: Mapping[str, Callable[[dict[str, Any]], Any]] = {
            "Fetch.requestPaused": self._on_paused,
            "Fetch.authRequired": self._on_auth,
            "Runtime.bindingCalled": self._on_binding,
            "Page.frameRequestedNavigation": lambda e: self.causes.announce_reason(
                e["frameId"], e["url"], e["reason"]
            ),
            "Page.frameNavigated": self._on_navigated,
            "Page.navigatedWithinDocument": self._on_moved_within,
            "Page.loadEventFired": self._on_load,
            "Page.downloadWillBegin": lambda e: self._tell(PageEventKind.DOWNLOAD, e["url"]),
            "Network.requestWillBeSent": self._on_request,
            "Network.responseReceived": self.watch.on_response,
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
        tree, *_ = await asyncio.gather(
            self.send("Page.getFrameTree"), *(self.send(name, arguments) for name, arguments in commands)
        )
        frame = tree["frameTree"]["frame"]
        self.main_frame = frame["id"]
        if is_web(frame["url"]):
            self.url = frame["url"]
            self.view.spawn(self.view.ask_late(self, frame["url"]))

    async def send(
        self, method: str, arguments: dict[str, Any] | None = None, bound_s: float = COMMAND_BOUND_S
    ) -> dict[str, Any]:
        """Send a DevTools command; raises `EngineError` when the page is gone or does not answer."""
        try:
            return await asyncio.wait_for(self.cdp.send(method, arguments or {}), bound_s)
        except TimeoutError:
            raise EngineError("the page does not answer") from None
        except PlaywrightError as error:
            if not self.view.engine.is_running:
                raise ViewLostError("Chromium ended while the page was open") from error
            raise EngineError(f"the page is gone or refused {method}: {_first_line(error)}") from error

    async def evaluate(
        self, expression: str, *, own_world: bool = False, bound_s: float | None = None
    ) -> Any:
        """Evaluate in the page's world or our own, waking no user activation; raises `EngineError`."""
        bound = COMMAND_BOUND_S if bound_s is None else bound_s
        arguments: dict[str, Any] = {
            "expression": expression,
            "returnByValue": True,
            "awaitPromise": True,
            "userGesture": False,
        }
        if own_world:
            arguments["contextId"] = await self._own_world(bound)
        answer = await self.send("Runtime.evaluate", arguments, bound)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details.get("text", "")
            raise EngineError(f"the script failed: {text.splitlines()[0] if text else 'unknown error'}")
        return answer["result"].get("value")

    async def _own_world(self, bound_s: float) -> int:
        generation = self._generation
        if self._world is not None and self._world[0] == generation:
            return self._world[1]
        created = await self.send(
            "Page.createIsolatedWorld", {"frameId": self.main_frame, "worldName": "dropcheck"}, bound_s
        )
        context = int(created["executionContextId"])
        await self.send(
            "Runtime.evaluate", {"expression": scripts.source("survey.js"), "contextId": context}, bound_s
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
                self._tell(
                    PageEventKind.FAILED, arguments["url"], detail={"code": "ERR_INVALID_URL", "reason": code}
                )
        finally:
            self.watch.done_asking()

    def show_error_page(self, url: str) -> None:
        """Show the browser's own error page, as for a URL it could not open."""
        self._error_for = url
        self.load(ERROR_URL, Origin(Cause.SCRIPT, False, answered=ERROR_URL))

    # Requests

    def _on_request(self, event: dict[str, Any]) -> None:
        self.watch.on_request(event)
        if event.get("type") != "Document":
            return
        # The address without its fragment is worth little: an intent: URI is nearly all fragment.
        url = event["request"]["url"] + event["request"].get("urlFragment", "")
        redirect = event.get("redirectResponse")
        status = int(redirect["status"]) if redirect else None
        self.causes.note_request(
            event["requestId"], gesture=bool(event.get("hasUserGesture")), redirect_status=status
        )
        if not is_web(url) and not is_internal(url):
            self.view.spawn(self._scheme_request(url, event["requestId"], event["frameId"], status))

    async def _scheme_request(self, url: str, loader: str, frame: str, status: int | None) -> None:
        """A custom scheme that no script could cancel: a redirect, or a frame's first load."""
        is_main = frame == self.main_frame
        chain = self.causes.chains.get(loader)
        if status is not None and chain is not None:
            attempt = self._attempt(
                url, Cause.REDIRECT, chain.gesture, is_main=is_main, chain_by=chain.by, status=status
            )
        else:
            origin = await self._origin(url, loader, frame, is_main)
            attempt = self._attempt(url, origin.by, origin.gesture, is_main=is_main)
        await self._obey(url, await self.view.ask(attempt), is_main)

    def _on_paused(self, event: dict[str, Any]) -> None:
        if event.get("resourceType") == "Document":
            self.view.spawn(self._document(event))
        else:
            self.view.spawn(self.watch.subresource(event))

    async def _document(self, event: dict[str, Any]) -> None:
        request, frame, pause = event["request"], event["frameId"], event["requestId"]
        loader = event.get("networkId", pause)
        url = request["url"] + request.get("urlFragment", "")
        is_main = frame == self.main_frame
        if "redirectedRequestId" in event and loader in self.causes.chains:
            origin = self.causes.chains[loader]
            status = (await self.causes.request(loader)).redirect_status
            attempt = self._attempt(
                url,
                Cause.REDIRECT,
                origin.gesture,
                is_main=is_main,
                chain_by=origin.by,
                status=status,
                method=request["method"],
            )
        else:
            origin = await self._origin(url, loader, frame, is_main)
            self.causes.chains[loader] = origin
            attempt = self._attempt(
                url,
                origin.by,
                origin.gesture,
                is_main=is_main,
                new_window=origin.new_window,
                method=request["method"],
            )
        if origin.answered == ERROR_URL:
            await self._pause_answer("Fetch.failRequest", pause, errorReason="Failed")
            return
        if origin.answered is not None and origin.answered.split("#")[0] == request["url"]:
            origin.answered = None
            answer = NavigationAnswer(Answer.LOAD)
        else:
            answer = await self.view.ask(attempt)
        await self._let(answer, event, origin)

    async def _let(self, answer: NavigationAnswer, event: dict[str, Any], origin: Origin) -> None:
        """Do with a paused document what the phone says."""
        request, pause = event["request"], event["requestId"]
        synthetic = self.view.settings.synthetic.get(request["url"] + request.get("urlFragment", ""))
        if answer.instead is not None and is_web(answer.instead):
            origin.answered = answer.instead
            await self._fulfil(pause, SyntheticAnswer(302, {"Location": answer.instead}))
        elif answer.answer is Answer.STAY or answer.instead is not None:
            await self._pause_answer("Fetch.failRequest", pause, errorReason="Aborted")
            self.view.stayed(self)
        elif answer.answer is Answer.ERROR_PAGE:
            await self._pause_answer("Fetch.failRequest", pause, errorReason="Failed")
        elif synthetic is not None:
            await self._fulfil(pause, synthetic)
        else:
            await self.watch.let_through(event, is_document=True)

    async def _obey(self, url: str, answer: NavigationAnswer, is_main: bool) -> None:
        """Do what the phone says about a navigation the browser has already dropped."""
        if not is_main:
            return
        if answer.instead is not None and is_web(answer.instead):
            self.load(answer.instead, Origin(Cause.SCRIPT, False, answered=answer.instead), referrer=self.url)
        elif answer.answer is not Answer.STAY:
            self.show_error_page(url)

    async def _origin(self, url: str, loader: str, frame: str, is_main: bool) -> Origin:
        seen = await self.causes.request(loader)
        touched = seen.gesture and self.view.was_touched()
        return await self.causes.origin(url, frame, main_frame=is_main, touched=touched)

    def _attempt(
        self,
        url: str,
        by: Cause,
        gesture: bool,
        *,
        is_main: bool,
        new_window: bool = False,
        chain_by: Cause | None = None,
        status: int | None = None,
        method: str = "GET",
    ) -> NavigationAttempt:
        return NavigationAttempt(
            url=url,
            by=by,
            gesture=gesture,
            t_ms=self.view.t_ms(),
            page_url=self.url,
            main_frame=is_main,
            new_window=new_window,
            chain_by=chain_by,
            status=status,
            method=method,
            view=self.number,
        )

    async def _fulfil(self, pause: str, answer: SyntheticAnswer) -> None:
        headers = {"Content-Type": "text/html; charset=utf-8", **answer.headers}
        await self._pause_answer(
            "Fetch.fulfillRequest",
            pause,
            responseCode=answer.status,
            responseHeaders=[{"name": name, "value": value} for name, value in headers.items()],
            body=base64.b64encode(answer.body.encode()).decode("ascii"),
        )

    async def _pause_answer(self, method: str, pause: str, **arguments: Any) -> None:
        try:
            await self.send(method, {"requestId": pause, **arguments})
        except EngineError:
            # The page took its request back, or is gone; either way nothing is left to answer.
            return

    def _on_auth(self, event: dict[str, Any]) -> None:
        self._tell(PageEventKind.AUTH, event["request"]["url"])
        self.view.spawn(
            self._pause_answer(
                "Fetch.continueWithAuth",
                event["requestId"],
                authChallengeResponse={"response": "CancelAuth"},
            )
        )

    # The page's own word

    def _on_binding(self, event: dict[str, Any]) -> None:
        if event["name"] != self.view.binding:
            return
        try:
            record = json.loads(event["payload"])
            handler = {
                "navigate": self._navigate_record,
                "scheme": self._scheme_record,
                "download": self._download_record,
                "window": self._window_record,
            }[record["kind"]]
            handler(record, int(event["executionContextId"]))
        except (ValueError, KeyError, TypeError):
            # Only our own script holds the binding; a page that got at it may say what it likes.
            return

    def _navigate_record(self, record: dict[str, Any], _context: int) -> None:
        self.causes.announce_record(record)

    def _scheme_record(self, record: dict[str, Any], _context: int) -> None:
        self.view.spawn(self._recorded(record, cause_of(record)))

    def _download_record(self, record: dict[str, Any], _context: int) -> None:
        self._tell(PageEventKind.DOWNLOAD, record["url"])
        if is_web(record["url"]):
            self.view.spawn(self._recorded({**record, "window": False}, Cause.DOWNLOAD))

    async def _recorded(self, record: dict[str, Any], by: Cause) -> None:
        is_main = bool(record["top"])
        if not is_main and by in (Cause.SCRIPT, Cause.META):
            by = Cause.FRAME
        attempt = self._attempt(
            record["url"],
            by,
            bool(record["gesture"]),
            is_main=is_main,
            new_window=bool(record.get("window")),
            method=record.get("method", "GET"),
        )
        answer = await self.view.ask(attempt)
        if by is not Cause.DOWNLOAD:
            await self._obey(record["url"], answer, is_main)

    def _window_record(self, record: dict[str, Any], context: int) -> None:
        self.view.window_wanted(self, record, context)

    async def ask_window(self, record: Mapping[str, Any]) -> NavigationAnswer:
        """Ask the phone about a new window this page wants."""
        return await self.view.ask(
            self._attempt(
                record["url"],
                Cause(record["by"]),
                bool(record["gesture"]),
                is_main=True,
                new_window=True,
                method=record.get("method", "GET"),
            )
        )

    # What became of it

    def _on_navigated(self, event: dict[str, Any]) -> None:
        frame = event["frame"]
        if frame.get("parentId"):
            return
        self._generation += 1
        self.main_frame = frame["id"]
        self.causes.announcements.clear()
        if frame.get("unreachableUrl"):
            self.url = frame["unreachableUrl"]
            if self._error_for is not None:
                self.url = self._error_for
                self._tell(PageEventKind.FAILED, self._error_for, detail={"code": "ERR_UNKNOWN_URL_SCHEME"})
                self._error_for = None
            return
        url = frame["url"] + frame.get("urlFragment", "")
        self.url = url if is_web(url) else None
        if is_web(url):
            if self.number > 0 and frame["loaderId"] not in self.causes.chains:
                self.view.spawn(self.view.ask_late(self, url))
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
            self._tell(PageEventKind.LOADED, self.url)

    def _on_console(self, event: dict[str, Any]) -> None:
        if event["type"] in ("error", "assert"):
            words = [str(a.get("value", a.get("description", ""))) for a in event["args"]]
            self._tell(
                PageEventKind.CONSOLE,
                self.url or "",
                detail={"level": "error", "text": " ".join(words)[:500]},
            )

    def _on_exception(self, event: dict[str, Any]) -> None:
        details = event["exceptionDetails"]
        text = str(details.get("exception", {}).get("description") or details.get("text", ""))
        self._tell(PageEventKind.CONSOLE, self.url or "", detail={"level": "exception", "text": text[:500]})

    def on_crash(self) -> None:
        """Take note that the renderer died."""
        if not self.is_crashed:
            self.is_crashed = True
            self.is_loading = False
            self.view.stir()
            self._tell(PageEventKind.CRASHED, self.url or "")

    def _tell(
        self,
        kind: PageEventKind,
        url: str,
        *,
        status: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        self.view.tell(kind, url, status=status, view=self.number, detail=detail)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
