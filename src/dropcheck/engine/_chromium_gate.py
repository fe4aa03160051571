"""The gate every navigation of a window passes: what wants to load, who caused it, what the phone says."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from dropcheck.engine._chromium_causes import Origin, cause_of
from dropcheck.engine._chromium_requests import ERROR_URL, is_internal, is_web
from dropcheck.engine.base import (
    Answer,
    EngineError,
    NavigationAnswer,
    NavigationAttempt,
    PageEventKind,
    SyntheticAnswer,
)
from dropcheck.result import Cause

if TYPE_CHECKING:
    from dropcheck.engine._chromium_window import ChromiumWindow


class NavigationGate:
    """Turns DevTools' and the page's announcements into attempts, asks the phone, and obeys."""

    def __init__(self, window: ChromiumWindow) -> None:
        self._window = window

    def on_request(self, event: dict[str, Any]) -> None:
        self._window.watch.on_request(event)
        if event.get("type") != "Document":
            return
        # The address without its fragment is worth little: an intent: URI is nearly all fragment.
        url = event["request"]["url"] + event["request"].get("urlFragment", "")
        redirect = event.get("redirectResponse")
        status = int(redirect["status"]) if redirect else None
        self._window.causes.note_request(
            event["requestId"], gesture=bool(event.get("hasUserGesture")), redirect_status=status
        )
        if not is_web(url) and not is_internal(url):
            self._window.view.spawn(self._scheme_request(url, event["requestId"], event["frameId"], status))

    async def _scheme_request(self, url: str, loader: str, frame: str, status: int | None) -> None:
        """A custom scheme that no script could cancel: a redirect, or a frame's first load."""
        is_main = frame == self._window.main_frame
        chain = self._window.causes.chains.get(loader)
        if status is not None and chain is not None:
            attempt = self._attempt(
                url, Cause.REDIRECT, chain.gesture, is_main=is_main, chain_by=chain.by, status=status
            )
        else:
            origin = await self._origin(url, loader, frame, is_main)
            attempt = self._attempt(url, origin.by, origin.gesture, is_main=is_main)
            self._window.has_dialog = self._window.view.engine.has_protocol_dialog
        await self._obey(url, await self._window.view.ask(attempt), is_main)

    def on_paused(self, event: dict[str, Any]) -> None:
        if "responseStatusCode" in event or "responseErrorReason" in event:
            self._window.view.spawn(self._response(event))
        elif event.get("resourceType") == "Document":
            self._window.view.spawn(self._document(event))
        else:
            self._window.view.spawn(self._window.watch.subresource(event))

    async def _document(self, event: dict[str, Any]) -> None:
        request, frame, pause = event["request"], event["frameId"], event["requestId"]
        loader = event.get("networkId", pause)
        url = request["url"] + request.get("urlFragment", "")
        is_main = frame == self._window.main_frame
        if "redirectedRequestId" in event and loader in self._window.causes.chains:
            origin = self._window.causes.chains[loader]
            status = (await self._window.causes.request(loader)).redirect_status
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
            self._window.causes.chains[loader] = origin
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
            answer = await self._window.view.ask(attempt)
        await self._let(answer, event, origin)

    async def _response(self, event: dict[str, Any]) -> None:
        """Keep a full browser from its external-protocol dialog, which would take every later tap.

        A redirect to a custom scheme ends here, before the browser follows it.
        """
        status, pause = int(event.get("responseStatusCode", 0)), event["requestId"]
        headers = event.get("responseHeaders", [])
        location = next((h["value"] for h in headers if h["name"].lower() == "location"), "")
        target = urljoin(event["request"]["url"], location)
        if 300 <= status < 400 and location and not is_web(target) and not is_internal(target):
            await self._pause_answer("Fetch.failRequest", pause, errorReason="Aborted")
            await self._scheme_request(target, event.get("networkId", pause), event["frameId"], status)
        else:
            await self._pause_answer("Fetch.continueResponse", pause)

    async def _let(self, answer: NavigationAnswer, event: dict[str, Any], origin: Origin) -> None:
        """Do with a paused document what the phone says."""
        request, pause = event["request"], event["requestId"]
        synthetic = self._window.view.settings.synthetic.get(request["url"] + request.get("urlFragment", ""))
        if answer.instead is not None and is_web(answer.instead):
            origin.answered = answer.instead
            await self._fulfil(pause, SyntheticAnswer(302, {"Location": answer.instead}))
        elif answer.answer is Answer.STAY or answer.instead is not None:
            await self._pause_answer("Fetch.failRequest", pause, errorReason="Aborted")
            self._window.view.stayed(self._window)
        elif answer.answer is Answer.ERROR_PAGE:
            await self._pause_answer("Fetch.failRequest", pause, errorReason="Failed")
        elif synthetic is not None:
            await self._fulfil(pause, synthetic)
        else:
            await self._window.watch.let_through(event, is_document=True)

    async def _obey(self, url: str, answer: NavigationAnswer, is_main: bool) -> None:
        """Do what the phone says about a navigation the browser has already dropped."""
        if not is_main:
            return
        if answer.instead is not None and is_web(answer.instead):
            self._window.load(
                answer.instead,
                Origin(Cause.SCRIPT, False, answered=answer.instead),
                referrer=self._window.url,
            )
        elif answer.answer is not Answer.STAY:
            self._window.show_error_page(url)

    async def _origin(self, url: str, loader: str, frame: str, is_main: bool) -> Origin:
        seen = await self._window.causes.request(loader)
        touched = seen.gesture and self._window.view.was_touched()
        return await self._window.causes.origin(url, frame, main_frame=is_main, touched=touched)

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
            t_ms=self._window.view.t_ms(),
            page_url=self._window.url,
            main_frame=is_main,
            new_window=new_window,
            chain_by=chain_by,
            status=status,
            method=method,
            view=self._window.number,
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
            await self._window.send(method, {"requestId": pause, **arguments})
        except EngineError:
            # The page took its request back, or is gone; either way nothing is left to answer.
            return

    def on_auth(self, event: dict[str, Any]) -> None:
        self._window.report(PageEventKind.AUTH, event["request"]["url"])
        self._window.view.spawn(
            self._pause_answer(
                "Fetch.continueWithAuth",
                event["requestId"],
                authChallengeResponse={"response": "CancelAuth"},
            )
        )

    # The page's own word

    def on_binding(self, event: dict[str, Any]) -> None:
        if event["name"] != self._window.view.binding:
            return
        try:
            record = json.loads(event["payload"])
            handler = {
                "navigate": self._navigate_record,
                "scheme": self._scheme_record,
                "download": self._download_record,
                "window": self._window_record,
                "close": self._close_record,
                "dialog": self._dialog_record,
            }[record["kind"]]
            handler(record, int(event["executionContextId"]))
        except (ValueError, KeyError, TypeError):
            # Only our own script holds the binding; a page that got at it may say what it likes.
            return

    def _navigate_record(self, record: dict[str, Any], _context: int) -> None:
        self._window.causes.announce_record(record)

    def _scheme_record(self, record: dict[str, Any], _context: int) -> None:
        self._window.view.spawn(self._recorded(record, cause_of(record)))

    def _download_record(self, record: dict[str, Any], _context: int) -> None:
        self._window.report(PageEventKind.DOWNLOAD, record["url"])
        if is_web(record["url"]):
            self._window.view.spawn(self._recorded({**record, "window": False}, Cause.DOWNLOAD))

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
        answer = await self._window.view.ask(attempt)
        if by is not Cause.DOWNLOAD:
            await self._obey(record["url"], answer, is_main)

    def _dialog_record(self, record: dict[str, Any], _context: int) -> None:
        """A dialog that the phone's app swallows: the page went on at once."""
        detail = {"kind": str(record["dialog"]), "message": str(record["message"])[:500]}
        self._window.view.note_dialog(self._window.url or "", detail)

    def _close_record(self, _record: dict[str, Any], _context: int) -> None:
        self._window.wants_to_close()

    def _window_record(self, record: dict[str, Any], context: int) -> None:
        self._window.view.popups.want(self._window, record, context)

    async def ask_window(self, record: Mapping[str, Any]) -> NavigationAnswer:
        """Ask the phone about a new window this page wants."""
        return await self._window.view.ask(
            self._attempt(
                record["url"],
                Cause(record["by"]),
                bool(record["gesture"]),
                is_main=True,
                new_window=True,
                method=record.get("method", "GET"),
            )
        )
