"""What happens in a view of Playwright's WebKit: its pages' navigations, put to the phone, and their events.

Playwright pauses only the first URL of a redirect chain. A chain's later URLs are therefore put to the phone
as soon as the 3xx answer that names them is seen; where the phone takes one elsewhere the load is stopped,
which may be after its request left.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Coroutine, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.async_api import BrowserContext, Dialog, Download, Frame, Page, Request, Response, Route
from playwright.async_api import Error as PlaywrightError

from dropcheck.engine import analytics, scripts
from dropcheck.engine._chromium_causes import CauseBook, Origin, cause_of
from dropcheck.engine.base import (
    SAID_WITH_A_PAGE,
    STAY,
    Answer,
    DialogPolicy,
    EngineError,
    NavigationAnswer,
    NavigationAttempt,
    PageClosedError,
    PageEvent,
    PageEventKind,
    PageHungError,
    ViewDelegate,
    ViewSettings,
)
from dropcheck.network import EgressProxy
from dropcheck.network.access import access_headers
from dropcheck.result import Cause

#: Milliseconds a tap keeps scripts' navigations "by gesture" in WebKit (the transient activation of 1 s that
#: WebKit's user gesture tokens have, WebCore/dom/UserGestureIndicator).
GESTURE_MS = 1000
QUIET_MS = 120
RUN_BOUND_S = 10.0
CLOSE_BOUND_S = 8.0
ATTEMPT_LIMIT = 200


def _is_web(url: str) -> bool:
    return urlsplit(url).scheme.lower() in ("http", "https")


class WebKitPages:
    """The pages of one view; what a journey asks of them is `WebKitView`'s."""

    def __init__(
        self, context: BrowserContext, settings: ViewSettings, delegate: ViewDelegate, proxy: EgressProxy
    ) -> None:
        self.settings = settings
        self._context = context
        self._delegate = delegate
        self._proxy = proxy
        self._opened = time.monotonic()
        self._pages: list[Page] = []
        self._numbers: dict[Page, int] = {}
        self._books: dict[Page, CauseBook] = {}
        self._chains: dict[Page, Origin] = {}
        self._wanted: dict[str, tuple[Page, Mapping[str, Any], asyncio.Task[NavigationAnswer]]] = {}
        self._crashed: set[Page] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._turn = asyncio.Lock()
        self._attempts = 0
        self._touched = float("-inf")
        self._failure: BaseException | None = None
        self._is_closing = False

    async def open(self) -> None:
        """Make the first page; nothing is loaded yet."""
        binding, self._release = f"b{secrets.token_hex(6)}", f"r{secrets.token_hex(6)}"
        setup = {
            "binding": binding,
            "release": self._release,
            "withGesture": self.settings.windows_with_gesture.value,
            "withoutGesture": self.settings.windows_without_gesture.value,
            "gestureMs": GESTURE_MS,
        }
        who = self.settings.identity
        await self._context.expose_binding(binding, self._on_record)
        await self._context.add_init_script(
            f"{scripts.identity(who)};\n{scripts.call('chromium_navigation.js', setup)}"
        )
        await self._context.route("**/*", self._on_route)
        self._context.on("response", self._on_response)
        self._context.on("requestfailed", self._on_request_failed)
        self._context.on("dialog", lambda dialog: self._spawn(self._on_dialog(dialog)))
        self._context.on("page", self._on_page)
        await self._context.new_page()

    # Navigations

    def _on_record(self, source: Mapping[str, Any], payload: str) -> None:
        page, record = source["page"], json.loads(payload)
        if page not in self._books:
            return
        if record["kind"] == "navigate":
            self._books[page].announce_record(record)
        elif record["kind"] == "window":
            self._spawn(self._window(page, record))
        else:
            if record["kind"] == "download":
                self._tell(PageEventKind.DOWNLOAD, record["url"], page)
            self._spawn(self._recorded(page, record))

    async def _recorded(self, page: Page, record: Mapping[str, Any]) -> None:
        """A custom scheme or download that our script has cancelled."""
        by = Cause.DOWNLOAD if record["kind"] == "download" else cause_of(record)
        is_main = bool(record["top"])
        by = by if is_main or by not in (Cause.SCRIPT, Cause.META) else Cause.FRAME
        origin = Origin(by, bool(record["gesture"]))
        answer = await self._ask(self._attempt(page, record["url"], origin, is_main=is_main))
        if answer.instead is not None and is_main:
            self._load(page, answer.instead, Origin(by, False, answered=answer.instead))

    async def _window(self, page: Page, record: Mapping[str, Any]) -> None:
        origin = Origin(Cause(record["by"]), bool(record["gesture"]), new_window=True)
        asked = self._spawn(self._ask(self._attempt(page, record["url"], origin, is_main=True)))
        if record["policy"] == "opens":
            self._wanted[record["token"]] = (page, record, asked)

    async def _on_route(self, route: Route) -> None:
        request = route.request
        with contextlib.suppress(PlaywrightError):
            if request.is_navigation_request():
                await self._document(route, request)
            elif not self.settings.send_analytics and analytics.is_analytics(request.url):
                self._tell(PageEventKind.ANALYTICS, request.url, self._pages[0])
                is_script = request.resource_type == "script"
                allow = {"Access-Control-Allow-Origin": "*"}
                await route.fulfill(status=200 if is_script else 204, headers=allow, body="")
            else:
                await route.continue_(headers=self._headers(request, is_document=False))

    def _headers(self, request: Request, *, is_document: bool) -> dict[str, str]:
        ours = dict(self.settings.identity.headers) if is_document else {}
        ours.update(access_headers(self.settings.access, request.url))
        return {**request.headers, **{name.lower(): value for name, value in ours.items()}}

    async def _document(self, route: Route, request: Request) -> None:
        page, is_main = _page_of(request.frame), request.frame.parent_frame is None
        touched = (time.monotonic() - self._touched) * 1000 < GESTURE_MS
        origin = await self._books[page].origin(
            request.url, str(id(request.frame)), main_frame=is_main, touched=touched
        )
        if is_main:
            self._chains[page] = origin
        if origin.answered == request.url:
            answer = NavigationAnswer(Answer.LOAD)
        else:
            attempt = self._attempt(page, request.url, origin, is_main=is_main, method=request.method)
            answer = await self._ask(attempt)
        synthetic = self.settings.synthetic.get(request.url)
        if answer.instead is not None:
            await route.abort("aborted")
            self._load(page, answer.instead, Origin(origin.by, False, answered=answer.instead))
        elif answer.answer is not Answer.LOAD:
            await route.abort("aborted" if answer.answer is Answer.STAY else "failed")
        elif synthetic is not None and 300 <= synthetic.status < 400:
            # WebKit cannot be handed a redirect; the load goes on as if it had followed it.
            await route.abort("aborted")
            location = urljoin(request.url, _header(synthetic.headers, "location"))
            await self._redirected(page, location, origin, synthetic.status, follow=True)
        elif synthetic is not None:
            await route.fulfill(status=synthetic.status, headers=dict(synthetic.headers), body=synthetic.body)
        else:
            await route.continue_(headers=self._headers(request, is_document=True))

    def _on_response(self, response: Response) -> None:
        request = response.request
        if not request.is_navigation_request():
            return
        page, is_main = _page_of(request.frame), request.frame.parent_frame is None
        location = response.headers.get("location")
        if 300 <= response.status < 400 and location and is_main:
            origin = self._chains.get(page) or Origin(Cause.APP, False)
            onward = urljoin(response.url, location)
            self._spawn(self._redirected(page, onward, origin, response.status, follow=False))
        elif is_main:
            said = {field: response.headers.get(name) for field, name in SAID_WITH_A_PAGE.items()}
            detail = {field: value for field, value in said.items() if value}
            self._tell(PageEventKind.LANDED, response.url, page, status=response.status, detail=detail)

    async def _redirected(self, page: Page, url: str, origin: Origin, status: int, *, follow: bool) -> None:
        attempt = self._attempt(
            page, url, Origin(Cause.REDIRECT, origin.gesture), is_main=True, chain_by=origin.by, status=status
        )
        answer = await self._ask(attempt)
        if answer.instead is not None:
            self._load(page, answer.instead, Origin(Cause.REDIRECT, False, answered=answer.instead))
        elif answer.answer is Answer.LOAD and follow:
            self._load(page, url, Origin(origin.by, origin.gesture, answered=url))
        elif answer.answer is not Answer.LOAD and _is_web(url):
            await self._evaluate(page, "window.stop()", RUN_BOUND_S)

    def _load(self, page: Page, url: str, origin: Origin) -> None:
        self._books[page].expect(url, origin)
        self._spawn(self._goto(page, url))

    async def _goto(self, page: Page, url: str) -> None:
        # What becomes of it arrives as events.
        with contextlib.suppress(PlaywrightError):
            await page.goto(url, wait_until="commit")

    def _attempt(
        self,
        page: Page,
        url: str,
        origin: Origin,
        *,
        is_main: bool,
        chain_by: Cause | None = None,
        status: int | None = None,
        method: str = "GET",
    ) -> NavigationAttempt:
        return NavigationAttempt(
            url=url,
            by=origin.by,
            gesture=origin.gesture,
            t_ms=self._t_ms(),
            page_url=page.url if _is_web(page.url) else None,
            main_frame=is_main,
            new_window=origin.new_window,
            chain_by=chain_by,
            status=status,
            method=method,
            view=self._numbers[page],
        )

    async def _ask(self, attempt: NavigationAttempt) -> NavigationAnswer:
        self._attempts += 1
        if self._is_closing or self._attempts > ATTEMPT_LIMIT:
            return STAY
        async with self._turn:
            return await self._delegate.navigation(attempt)

    # What happens to pages

    def _on_page(self, page: Page) -> None:
        number = len(self._numbers)
        self._numbers[page], self._books[page] = number, CauseBook()
        self._pages.append(page)
        page.on("load", lambda _: self._tell(PageEventKind.LOADED, page.url, page))
        page.on("crash", lambda _: self._on_crash(page))
        page.on("close", lambda _: self._on_close(page))
        page.on("download", lambda download: self._on_download(page, download))
        page.on(
            "pageerror",
            lambda error: self._tell(
                PageEventKind.CONSOLE, page.url, page, detail={"level": "exception", "text": str(error)[:500]}
            ),
        )
        if number > 0:
            self._tell(PageEventKind.WINDOW, "", page)
            wanted = self._wanted.pop(page.url.partition("#")[2], None)
            if wanted is not None:
                self._spawn(self._fill(page, *wanted))

    async def _fill(
        self, page: Page, opener: Page, record: Mapping[str, Any], asked: asyncio.Task[NavigationAnswer]
    ) -> None:
        answer = await asked
        url = answer.instead or record["url"]
        if answer == STAY or not _is_web(url):
            await page.close()
            return
        self._books[page].expect(url, Origin(Cause(record["by"]), bool(record["gesture"]), answered=url))
        detail = scripts.spell({"token": record["token"], "url": url})
        event = f"new CustomEvent({scripts.spell(self._release)}, {{detail: {detail}}})"
        await self._evaluate(opener, f"void window.dispatchEvent({event})", RUN_BOUND_S)

    def _on_crash(self, page: Page) -> None:
        self._crashed.add(page)
        self._tell(PageEventKind.CRASHED, page.url, page)

    def _on_close(self, page: Page) -> None:
        if page in self._pages:
            self._pages.remove(page)
        browser = self._context.browser
        is_alive = browser is not None and browser.is_connected()
        self._tell(PageEventKind.CLOSED if is_alive else PageEventKind.LOST, page.url, page)

    def _on_download(self, page: Page, download: Download) -> None:
        self._tell(PageEventKind.DOWNLOAD, download.url, page)
        self._spawn(download.cancel())

    async def _on_dialog(self, dialog: Dialog) -> None:
        with contextlib.suppress(PlaywrightError):
            if dialog.type != "beforeunload" and dialog.page is not None:
                detail = {"kind": dialog.type, "message": dialog.message[:500]}
                self._tell(PageEventKind.DIALOG, dialog.page.url, dialog.page, detail=detail)
            shows = self.settings.dialogs is DialogPolicy.SHOWS or dialog.type == "beforeunload"
            await (dialog.accept() if shows else dialog.dismiss())

    def _on_request_failed(self, request: Request) -> None:
        if not request.is_navigation_request() or request.frame.parent_frame is not None:
            return
        parts = urlsplit(request.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        failure = self._proxy.dialler.failure(parts.hostname or "", port)
        reason = failure.why if failure else request.failure or "the load failed"
        page = _page_of(request.frame)
        if failure is not None and failure.kind.is_refusal:
            self._tell(
                PageEventKind.REFUSED,
                request.url,
                page,
                detail={"code": failure.kind.value, "reason": reason},
            )
        if "cancel" not in reason.lower() and "interrupted" not in reason.lower():
            self._tell(
                PageEventKind.FAILED, request.url, page, detail={"code": "ERR_WEBKIT", "reason": reason}
            )

    # Inside

    def _t_ms(self) -> int:
        return round((time.monotonic() - self._opened) * 1000)

    def _tell(
        self,
        kind: PageEventKind,
        url: str,
        page: Page,
        *,
        status: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        if not self._is_closing:
            number = self._numbers.get(page, 0)
            self._delegate.page_event(PageEvent(kind, self._t_ms(), url, status, number, detail or {}))

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and not isinstance(task.exception(), PlaywrightError | EngineError | None):
            self._failure = self._failure or task.exception()

    def _check(self) -> None:
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    def _front(self) -> Page:
        self._check()
        if not self._pages:
            raise PageClosedError("the page closed itself")
        if self._pages[-1] in self._crashed:
            raise EngineError("the page crashed")
        return self._pages[-1]

    async def _run(self, page: Page, expression: str, bound_s: float) -> Any:
        """Evaluate with ``dropcheckPage`` installed; Playwright offers only the page's own world."""
        return await self._evaluate(page, f"({scripts.page_reader()}, {expression})", bound_s)

    async def _evaluate(self, page: Page, expression: str, bound_s: float) -> Any:
        try:
            return await asyncio.wait_for(page.evaluate(expression), bound_s)
        except TimeoutError:
            raise PageHungError("the page does not answer: its scripts keep it busy") from None
        except PlaywrightError as error:
            raise EngineError(f"the script failed: {str(error).splitlines()[0]}") from error


def _page_of(frame: Frame) -> Page:
    return frame.page


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")
