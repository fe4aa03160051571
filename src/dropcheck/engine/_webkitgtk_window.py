"""One window of a view: its navigations are put to the phone, its events told."""

from __future__ import annotations

import html
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from dropcheck.engine._webkitgtk_causes import CauseOf, PageTrail, is_reported
from dropcheck.engine._webkitgtk_process import HostProcess
from dropcheck.engine.base import (
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
from dropcheck.network import EgressProxy
from dropcheck.result import Cause

#: Tokens of loads we start ourselves: the host app's own, and those the phone has already decided.
_STARTED, _DECIDED = "started", "decided"
#: Errors that only say that a load gave way to something else: WebKitPolicyError 102 "frame load
#: interrupted", WebKitNetworkError 302 "cancelled" (WebKitGTK reference, error enumerations).
_GAVE_WAY = frozenset({("WebKitPolicyError", 102), ("WebKitNetworkError", 302)})


class Surroundings(Protocol):
    """What a window needs of its view."""

    host: HostProcess
    number: int
    settings: ViewSettings
    delegate: ViewDelegate
    proxy: EgressProxy

    def elapsed_ms(self, at: float) -> int:
        """Return milliseconds since the view was opened, of a moment of the monotonic clock."""
        ...

    def spawn(self, work: Any) -> None:
        """Run a coroutine beside the view, its failure reported."""
        ...

    def changed(self) -> None:
        """Wake whoever waits for the view to settle."""
        ...

    def popup_opened(self, number: int, by: Cause, gesture: bool) -> None:
        """Take a new window in."""
        ...

    def window_closed(self, number: int) -> None:
        """Let a window go that closed itself."""
        ...


class Window:
    """One web view in the host. `deciding` counts navigations that wait for the phone's answer."""

    def __init__(self, view: Surroundings, number: int, opened_by: tuple[Cause, bool] | None = None) -> None:
        self.number = number
        self.url: str | None = None
        self.loading = False
        self.deciding = 0
        self.pending = 0
        self.crashed = False
        self.trail = PageTrail(opened_by=opened_by)
        self._view = view
        self._landed = False

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
        if event.get("app") == _DECIDED or not is_reported(event):
            self.trail.explain(event)
            self._view.spawn(self._answer(event, use=True))
            return
        if urlsplit(event["url"]).scheme == "file":
            self._view.spawn(self._answer(event, use=False))
            return
        cause = self.trail.explain(event)
        policy = self._policy(event) if event["kind"] == "new-window-action" else None
        if policy is WindowPolicy.OPENS:
            # The window that opens reports its own first navigation, and holds it.
            self._view.spawn(self._answer(event, use=True))
            return
        self.deciding += 1
        self._view.spawn(self._decide(event, cause, policy))

    def _policy(self, event: Mapping[str, Any]) -> WindowPolicy:
        settings = self._view.settings
        return settings.windows_with_gesture if event["gesture"] else settings.windows_without_gesture

    async def _decide(
        self, event: Mapping[str, Any], cause: CauseOf, policy: WindowPolicy | None = None
    ) -> None:
        try:
            attempt = self._attempt(event, cause)
            answer = await self._view.delegate.navigation(attempt)
            await self._obey(event, attempt, answer, policy)
        finally:
            self.deciding -= 1
            self._view.changed()

    def _attempt(self, event: Mapping[str, Any], cause: CauseOf) -> NavigationAttempt:
        return NavigationAttempt(
            url=event["url"],
            by=cause.by,
            gesture=cause.gesture,
            t_ms=self._view.elapsed_ms(event["t"]),
            page_url=self.url,
            main_frame=cause.main_frame,
            new_window=cause.new_window,
            chain_by=cause.chain_by,
            status=cause.status,
            method=event.get("method") or "GET",
            view=self.number,
        )

    async def _obey(
        self,
        event: Mapping[str, Any],
        attempt: NavigationAttempt,
        answer: NavigationAnswer,
        policy: WindowPolicy | None,
    ) -> None:
        synthetic = self._view.settings.synthetic.get(attempt.url)
        if answer.answer is Answer.LOAD and answer.instead is None and synthetic is None and policy is None:
            await self._answer(event, use=True)
            return
        await self._answer(event, use=False)
        if answer.answer is Answer.STAY and answer.instead is None:
            if attempt.main_frame and not attempt.new_window:
                self.loading = False
        elif answer.answer is Answer.ERROR_PAGE:
            await self._show_error(attempt.url, event)
        elif policy is WindowPolicy.NULL and answer.instead is None:
            pass
        elif answer.instead is not None:
            await self.load_quietly(answer.instead)
        elif synthetic is not None:
            await self.answer_synthetically(attempt, synthetic)
        else:
            await self.load_quietly(attempt.url)

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
            answer = await self._view.delegate.navigation(onward)
            if answer.answer is Answer.ERROR_PAGE:
                await self._show_error(onward.url, {"t": time.monotonic()})
            elif answer.instead is not None:
                await self.load_quietly(answer.instead)
            elif answer.answer is Answer.LOAD:
                further = self._view.settings.synthetic.get(onward.url)
                if further is not None:
                    await self.answer_synthetically(onward, further)
                else:
                    await self.load_quietly(onward.url)
            else:
                self.loading = False
            return
        self.trail.synthetic_status = synthetic.status
        await self.ask("load_html", html=synthetic.body, base=attempt.url, token=_DECIDED)

    async def _show_error(self, url: str, event: Mapping[str, Any]) -> None:
        self.tell(
            PageEventKind.FAILED,
            event,
            url,
            detail={"code": "unsupported-url", "message": "the web view shows its error page"},
        )
        page = f"<!doctype html><title>{html.escape(url)}</title>"
        await self.ask("load_html", html=page, base="about:blank", token=_DECIDED)

    async def _answer(self, event: Mapping[str, Any], *, use: bool) -> None:
        if event.get("decision") is not None:
            await self.ask("answer", decision=event["decision"], use=use)

    def _on_create(self, event: Mapping[str, Any]) -> None:
        tapped = event["type"] == "link-clicked" and event["button"] == 1 and event["gesture"]
        by = Cause.TAP if tapped else Cause.FORM if event["type"].startswith("form") else Cause.POPUP
        if event["child"] is not None:
            self._view.popup_opened(event["child"], by, bool(event["gesture"]))
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
        if is_reported(event):
            self.tell(PageEventKind.LANDED, event, event["url"], status=status)

    def _on_loaded(self, event: Mapping[str, Any]) -> None:
        # WebKit also "finishes" a navigation that was refused; the document it left in place was told before.
        self.loading = False
        landed, self._landed = self._landed, False
        if landed and is_reported(event):
            self.tell(PageEventKind.LOADED, event, event["url"] or "")

    def _on_failed(self, event: Mapping[str, Any]) -> None:
        self.loading = False
        if (event["domain"], event["code"]) in _GAVE_WAY or not is_reported(event):
            return
        code, message = f"{event['domain']}:{event['code']}", event["message"]
        failure = self._network_failure(event["url"])
        if event["domain"] == "tls":
            code, message = "tls", f"the certificate is not valid ({event['message']})"
        if failure is not None:
            code, message = failure.kind.value, failure.why
            if failure.kind.is_refusal:
                self.tell(PageEventKind.REFUSED, event, event["url"], detail={"code": code, "why": message})
        detail = {"code": code, "message": message}
        self.tell(PageEventKind.FAILED, event, event["url"], detail=detail)

    def _network_failure(self, url: str) -> Any:
        parts = urlsplit(url)
        try:
            port = parts.port or {"http": 80, "https": 443, "ws": 80, "wss": 443}.get(parts.scheme)
        except ValueError:
            return None
        if not parts.hostname or port is None:
            return None
        return self._view.proxy.dialler.failure(parts.hostname, port)

    def _on_resource_failed(self, event: Mapping[str, Any]) -> None:
        failure = self._network_failure(event["url"])
        if failure is not None and failure.kind.is_refusal:
            detail = {"code": failure.kind.value, "why": failure.why}
            self.tell(PageEventKind.REFUSED, event, event["url"], detail=detail)

    def _on_request(self, event: Mapping[str, Any]) -> None:
        self.pending = max(0, self.pending + (1 if event["started"] else -1))

    def _on_download(self, event: Mapping[str, Any]) -> None:
        if event["main"]:
            self.loading = False
        detail = {"mime": event.get("mime") or "", "name": event.get("name") or ""}
        self.tell(PageEventKind.DOWNLOAD, event, event["url"], status=event.get("status"), detail=detail)

    def _on_dialog(self, event: Mapping[str, Any]) -> None:
        detail = {"kind": event["kind"], "message": event["message"], "shown": event["shown"]}
        self.tell(PageEventKind.DIALOG, event, self.url or "", detail=detail)

    def _on_auth(self, event: Mapping[str, Any]) -> None:
        self.tell(PageEventKind.AUTH, event, self.url or event["url"], detail={"server": event["url"]})

    def _on_closed(self, event: Mapping[str, Any]) -> None:
        self.tell(PageEventKind.CLOSED, event, self.url or "")
        self._view.window_closed(self.number)

    def _on_crashed(self, event: Mapping[str, Any]) -> None:
        self.crashed = True
        self.loading = False
        self.pending = 0
        self.tell(PageEventKind.CRASHED, event, self.url or "", detail={"reason": event["reason"]})
