"""One window of a view: its navigations are put to the phone, its events told."""

from __future__ import annotations

import asyncio
import contextlib
import html
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import urljoin

from dropcheck.engine._webkitgtk_causes import CauseOf, PageTrail, is_reported, is_within, scheme_of
from dropcheck.engine._webkitgtk_failures import failure_of
from dropcheck.engine._webkitgtk_gate import Gate, address_of
from dropcheck.engine._webkitgtk_process import HostProcess
from dropcheck.engine.base import (
    SAID_WITH_A_PAGE,
    Answer,
    NavigationAnswer,
    NavigationAttempt,
    PageEvent,
    PageEventKind,
    SyntheticAnswer,
    ViewDelegate,
    ViewSettings,
    WindowPolicy,
)
from dropcheck.network import EgressProxy, Failure
from dropcheck.result import Cause

#: Tokens of loads we start ourselves: the host app's own, and those the phone has already decided.
_STARTED, _DECIDED = "started", "decided"
#: Seconds WebKit may take to say what a redirect's status was.
_STATUS_BOUND_S = 5.0


class Surroundings(Protocol):
    """What a window needs of its view."""

    host: HostProcess
    number: int
    settings: ViewSettings
    delegate: ViewDelegate
    proxy: EgressProxy
    gate: Gate

    async def put(self, attempt: NavigationAttempt) -> NavigationAnswer:
        """Put an attempt to the phone; one at a time, in the order they were made."""
        ...

    def elapsed_ms(self, at: float) -> int:
        """Return milliseconds since the view was opened, of a moment of the monotonic clock."""
        ...

    def spawn(self, work: Any) -> None:
        """Run a coroutine beside the view, its failure reported."""
        ...

    def changed(self) -> None:
        """Wake whoever waits for the view to settle."""
        ...

    def popup_opened(self, number: int, by: Cause, gesture: bool, opener: Window) -> None:
        """Take a new window in."""
        ...

    def window_closed(self, number: int) -> None:
        """Let a window go that closed itself."""
        ...


class Window:
    """One web view in the host. `deciding` counts navigations that wait for the phone's answer."""

    def __init__(
        self,
        view: Surroundings,
        number: int,
        opened_by: tuple[Cause, bool] | None = None,
        opener: Window | None = None,
    ) -> None:
        self.number = number
        self.opener = opener
        self.url: str | None = None
        self.loading = False
        self.deciding = 0
        self.pending = 0
        self.crashed = False
        self.trail = PageTrail(opened_by=opened_by)
        self._view = view
        self._landed = False
        self._error_for: str | None = None
        self._redirects: dict[str, asyncio.Future[int]] = {}

    @property
    def busy(self) -> bool:
        """Whether a document or a script is on its way, or the phone is thinking."""
        return bool(self.loading or self.deciding or self.pending > 0)

    async def ask(self, what: str, bound_s: float | None = 20.0, **fields: Any) -> Any:
        """Ask the host something about this window."""
        view = self._view
        return await view.host.ask(what, bound_s, view=view.number, window=self.number, **fields)

    async def start(self, url: str) -> None:
        """Load `url` as the host app does."""
        self.loading = True
        await self.ask("load", url=url, token=_STARTED)

    async def load_quietly(self, url: str) -> None:
        """Load a URL the phone has already decided on."""
        self.loading = True
        await self.ask("load", url=url, token=_DECIDED)

    def take(self, event: Mapping[str, Any]) -> None:
        """Take note of one event of the host."""
        getattr(self, f"_on_{event['event']}")(event)
        self._view.changed()

    def tell(self, kind: PageEventKind, event: Mapping[str, Any], url: str = "", **fields: Any) -> None:
        """Tell the delegate of a page event."""
        at = self._view.elapsed_ms(event["t"])
        self._view.delegate.page_event(PageEvent(kind, at, url=url, view=self.number, **fields))

    # -- navigations

    def _on_decide(self, event: Mapping[str, Any]) -> None:
        if event.get("app") == _DECIDED or not is_reported(event) or is_within(event, self.url):
            self.trail.explain(event)
            self._view.spawn(self._answer(event, use=True))
            return
        if scheme_of(event["url"]) == "file":
            self._view.spawn(self._answer(event, use=False))
            return
        cause = self.trail.explain(event)
        policy = self._policy(event) if event["kind"] == "new-window-action" else None
        if policy is WindowPolicy.OPENS:
            # The window that opens reports its own first navigation, and holds it.
            self._view.spawn(self._answer(event, use=True))
            return
        if cause.by is Cause.DOWNLOAD:
            self.tell(PageEventKind.DOWNLOAD, event, event["url"])
        self.deciding += 1
        address = address_of(event["url"]) if cause.by is Cause.REDIRECT and cause.main_frame else None
        if address is not None:
            self._view.spawn(self._decide_redirect(event, cause, address))
        else:
            self._view.spawn(self._decide(event, cause, policy))

    async def _decide_redirect(
        self, event: Mapping[str, Any], cause: CauseOf, address: tuple[str, int]
    ) -> None:
        """Let WebKit go on to learn the status, with the gate closed until the phone has decided."""
        gate = self._view.gate
        followed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._redirects[event["url"]] = followed
        gate.hold(address)
        try:
            await self._answer(event, use=True)
            with contextlib.suppress(TimeoutError):
                cause = replace(cause, status=await asyncio.wait_for(followed, _STATUS_BOUND_S))
            attempt = self._attempt(event, cause)
            answer = await self._view.put(attempt)
            if _goes_on(answer) and attempt.url not in self._view.settings.synthetic:
                gate.release(address)
                return
            gate.drop(address)
            await self.ask("stop")
            await self._obey({**event, "decision": None}, attempt, answer, None)
        finally:
            self._redirects.pop(event["url"], None)
            gate.release(address)
            self.deciding -= 1
            self._view.changed()

    def _on_redirected(self, event: Mapping[str, Any]) -> None:
        followed = self._redirects.get(event["url"])
        if followed is not None and not followed.done():
            followed.set_result(event["status"])

    def _policy(self, event: Mapping[str, Any]) -> WindowPolicy:
        settings = self._view.settings
        return settings.windows_with_gesture if event["gesture"] else settings.windows_without_gesture

    async def _decide(
        self, event: Mapping[str, Any], cause: CauseOf, policy: WindowPolicy | None = None
    ) -> None:
        try:
            attempt = self._attempt(event, cause)
            await self._obey(event, attempt, await self._view.put(attempt), policy)
        finally:
            self.deciding -= 1
            self._view.changed()

    def _attempt(self, event: Mapping[str, Any], cause: CauseOf) -> NavigationAttempt:
        # A popup's first page is its opener's attempt.
        asks = self.opener if cause.new_window and self.opener is not None else self
        return NavigationAttempt(
            url=event["url"],
            by=cause.by,
            gesture=cause.gesture,
            t_ms=self._view.elapsed_ms(event["t"]),
            page_url=asks.url,
            main_frame=cause.main_frame,
            new_window=cause.new_window,
            chain_by=cause.chain_by,
            status=cause.status,
            method=event.get("method") or "GET",
            view=asks.number,
        )

    async def _obey(
        self,
        event: Mapping[str, Any],
        attempt: NavigationAttempt,
        answer: NavigationAnswer,
        policy: WindowPolicy | None,
    ) -> None:
        synthetic = self._view.settings.synthetic.get(attempt.url)
        if attempt.by is Cause.DOWNLOAD and answer.instead is None:
            await self._answer(event, use=False)
            return
        if _goes_on(answer) and synthetic is None and policy is None:
            await self._answer(event, use=True)
            return
        await self._answer(event, use=False)
        if answer.answer is Answer.STAY and answer.instead is None:
            await self._stayed(attempt)
        elif answer.answer is Answer.ERROR_PAGE:
            await self._show_error(attempt.url)
        elif policy is WindowPolicy.NULL and answer.instead is None:
            pass
        elif answer.instead is not None:
            await self.load_quietly(answer.instead)
        elif synthetic is not None:
            await self.answer_synthetically(attempt, synthetic)
        else:
            await self.load_quietly(attempt.url)

    async def _stayed(self, attempt: NavigationAttempt) -> None:
        """Leave the page in place; a popup that never showed anything closes."""
        if not attempt.main_frame:
            return
        self.loading = False
        if self.number > 0 and self.url is None:
            self.tell(PageEventKind.CLOSED, {"t": time.monotonic()})
            self._view.window_closed(self.number)

    async def answer_synthetically(self, attempt: NavigationAttempt, synthetic: SyntheticAnswer) -> None:
        """Answer a URL ourselves: a redirect is reported as one, a page is shown as if it came from there."""
        headers = {name.lower(): value for name, value in synthetic.headers.items()}
        location = headers.get("location")
        if 300 <= synthetic.status < 400 and location is not None:
            onward = replace(
                attempt,
                url=urljoin(attempt.url, location),
                by=Cause.REDIRECT,
                chain_by=attempt.chain_by or attempt.by,
                status=synthetic.status,
                t_ms=self._view.elapsed_ms(time.monotonic()),
            )
            answer = await self._view.put(onward)
            if answer.answer is Answer.ERROR_PAGE:
                await self._show_error(onward.url)
            elif answer.instead is not None:
                await self.load_quietly(answer.instead)
            elif answer.answer is Answer.LOAD:
                further = self._view.settings.synthetic.get(onward.url)
                if further is not None:
                    await self.answer_synthetically(onward, further)
                else:
                    await self.load_quietly(onward.url)
            else:
                await self._stayed(onward)
            return
        self.trail.synthetic_status = synthetic.status
        await self.ask("load_html", html=synthetic.body, base=attempt.url, token=_DECIDED)

    async def _show_error(self, url: str) -> None:
        self._error_for = url
        page = f"<!doctype html><title>{html.escape(url)}</title>"
        await self.ask("load_html", html=page, base="about:blank", token=_DECIDED)

    async def _answer(self, event: Mapping[str, Any], *, use: bool) -> None:
        if event.get("decision") is not None:
            await self.ask("answer", decision=event["decision"], use=use)

    def _on_create(self, event: Mapping[str, Any]) -> None:
        tapped = event["type"] == "link-clicked" and event["button"] == 1 and event["gesture"]
        by = Cause.TAP if tapped else Cause.FORM if event["type"].startswith("form") else Cause.POPUP
        if event["child"] is not None:
            self._view.popup_opened(event["child"], by, bool(event["gesture"]), self)
            return
        if not is_reported(event):
            return
        policy = WindowPolicy(event["policy"])
        held = {**event, "decision": None, "method": "GET"}
        self.deciding += 1
        self._view.spawn(self._decide(held, CauseOf(by, bool(event["gesture"]), new_window=True), policy))

    # -- what happens to the page

    def _on_agent(self, event: Mapping[str, Any]) -> None:
        said = event["said"]
        self.trail.heard(said)
        if said["kind"] == "script-error":
            detail = {"level": "error", "text": said["text"]}
            self.tell(PageEventKind.CONSOLE, event, self.url or "", detail=detail)

    def _on_committed(self, event: Mapping[str, Any]) -> None:
        self.url = event["url"]
        self._landed = True
        self.trail.committed(event["url"], event.get("refresh"))
        self.loading = True
        self.pending = 0
        status, self.trail.synthetic_status = self.trail.synthetic_status or event["status"], None
        failed, self._error_for = self._error_for, None
        is_plain = event["url"].startswith("http:")
        if is_plain and (event.get("proxy") or "").startswith(self._view.proxy.secret):
            # The document is the proxy's own answer, not the site's; through a tunnel it can't be.
            self._on_failed({**event, "domain": "proxy", "code": event["status"], "message": "no answer"})
        elif failed is not None:
            detail = {"code": "ERR_UNKNOWN_URL_SCHEME", "reason": "the URL can't be shown"}
            self.tell(PageEventKind.FAILED, event, failed, detail=detail)
        elif is_reported(event):
            detail = {field: event[field] for field in SAID_WITH_A_PAGE if event.get(field)}
            self.tell(PageEventKind.LANDED, event, event["url"], status=status, detail=detail)

    def _on_loaded(self, event: Mapping[str, Any]) -> None:
        # WebKit also "finishes" a navigation that was refused; the document it left in place was told before.
        self.loading = False
        landed, self._landed = self._landed, False
        if landed and is_reported(event):
            self.tell(PageEventKind.LOADED, event, event["url"] or "")

    def _on_failed(self, event: Mapping[str, Any]) -> None:
        self.loading = False
        failure = failure_of(event, self._network_failure)
        if failure is None:
            return
        if failure.refusal is not None:
            self.tell(PageEventKind.REFUSED, event, failure.url, detail=failure.refusal)
        self.tell(PageEventKind.FAILED, event, failure.url, detail=failure.detail)

    def _network_failure(self, url: str) -> Failure | None:
        address = address_of(url)
        return None if address is None else self._view.proxy.dialler.failure(*address)

    def _on_request(self, event: Mapping[str, Any]) -> None:
        self.pending = max(0, self.pending + (1 if event["started"] else -1))

    def _on_download(self, event: Mapping[str, Any]) -> None:
        if event["main"]:
            self.loading = False
            if self._network_failure(event["url"]) is not None:
                # What WebKit would save is our own proxy's word that the host can't be had.
                self._on_failed({**event, "domain": "proxy", "code": event["status"], "message": "no answer"})
                return
        detail = {"mime": event.get("mime") or "", "name": event.get("name") or ""}
        self.tell(PageEventKind.DOWNLOAD, event, event["url"], status=event.get("status"), detail=detail)

    def _on_dialog(self, event: Mapping[str, Any]) -> None:
        detail = {"kind": event["kind"], "message": event["message"]}
        self.tell(PageEventKind.DIALOG, event, self.url or "", detail=detail)

    def _on_auth(self, event: Mapping[str, Any]) -> None:
        self.tell(PageEventKind.AUTH, event, event["url"])

    def _on_closed(self, event: Mapping[str, Any]) -> None:
        self.tell(PageEventKind.CLOSED, event, self.url or "")
        self._view.window_closed(self.number)

    def _on_crashed(self, event: Mapping[str, Any]) -> None:
        self.crashed = True
        self.loading = False
        self.pending = 0
        self.tell(PageEventKind.CRASHED, event, self.url or "", detail={"reason": event["reason"]})


def _goes_on(answer: NavigationAnswer) -> bool:
    return answer.answer is Answer.LOAD and answer.instead is None
