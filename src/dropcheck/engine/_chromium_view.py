"""One isolated Chromium view: an empty browser context, its first window and the popups it opens."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from playwright.async_api import CDPSession, Dialog, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from dropcheck.engine import analytics, browsers, scripts
from dropcheck.engine._chromium_causes import Origin
from dropcheck.engine._chromium_closed_trees import with_closed_trees
from dropcheck.engine._chromium_frames import aim, with_frames
from dropcheck.engine._chromium_jars import Jar
from dropcheck.engine._chromium_pictures import draw
from dropcheck.engine._chromium_popups import Popups, close_page
from dropcheck.engine._chromium_window import DIALOG_LIMIT, ChromiumWindow
from dropcheck.engine.base import (
    STAY,
    Control,
    DialogPolicy,
    EngineError,
    NavigationAnswer,
    NavigationAttempt,
    PageClosedError,
    PageEvent,
    PageEventKind,
    PageHungError,
    PageSurvey,
    ViewDelegate,
    ViewLostError,
    ViewSettings,
)
from dropcheck.engine.selectors import shown
from dropcheck.result import Cause

if TYPE_CHECKING:
    from dropcheck.engine.chromium import ChromiumEngine

#: Navigations of one view that are put to the phone; a page that tries more is a storm, and stays.
ATTEMPT_LIMIT = 200
#: Seconds packing a trace may take; a page that never rests can hold it up.
TRACE_BOUND_S = 15.0
#: Milliseconds without a change of the document that count as quiet.
QUIET_MS = 120
#: Events after which nobody can say what a jar still holds, or whether its renderer is well.
_UNUSUAL = frozenset(
    {
        PageEventKind.DIALOG,
        PageEventKind.DOWNLOAD,
        PageEventKind.WINDOW,
        PageEventKind.CLOSED,
        PageEventKind.CRASHED,
        PageEventKind.LOST,
        PageEventKind.AUTH,
    }
)


class ChromiumView:
    """Implements `dropcheck.engine.base.View`."""

    def __init__(
        self, engine: ChromiumEngine, jar: Jar, settings: ViewSettings, delegate: ViewDelegate
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.gesture_ms = round(settings.gesture_s * 1000)
        self.binding = f"b{secrets.token_hex(6)}"
        self.release = f"r{secrets.token_hex(6)}"
        self.patterns = _patterns(settings, watch_responses=engine.has_protocol_dialog)
        self.jar = jar
        self._context = jar.context
        self._delegate = delegate
        self._opened = time.monotonic()
        self.windows: list[ChromiumWindow] = []
        self._numbers = 0
        self.popups = Popups(self)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._turn = asyncio.Lock()
        self._attempts = 0
        self._dialogs = 0
        self._touched = float("-inf")
        self._stirred = asyncio.Event()
        self._delegate_error: BaseException | None = None
        self._is_closing = False

    async def open(self) -> None:
        """Make the first window; nothing is loaded yet."""
        if self.settings.trace is not None:
            await self._context.tracing.start(screenshots=True, snapshots=True)
        self._context.on("dialog", self._on_dialog)
        await self._take_in(*await self.jar.window())
        self._context.on("page", self._on_page)

    def _on_dialog(self, dialog: Dialog) -> None:
        self.spawn(self._answer_dialog(dialog))

    def _on_page(self, page: Page) -> None:
        self.spawn(self.popups.meet(page))

    # What windows tell the view

    def t_ms(self) -> int:
        """Milliseconds since the view was opened."""
        return round((time.monotonic() - self._opened) * 1000)

    def was_touched(self) -> bool:
        """Whether a finger touched the page within the life of a gesture."""
        return (time.monotonic() - self._touched) * 1000 < self.gesture_ms

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run `work` beside the events; it ends with the view at the latest."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self.stir()
        if not task.cancelled() and task.exception() is not None and not self._is_closing:
            error = task.exception()
            if not isinstance(error, EngineError | PlaywrightError):
                self._delegate_error = self._delegate_error or error

    def stir(self) -> None:
        """Wake whoever waits for something to change."""
        self._stirred.set()

    def tell(
        self,
        kind: PageEventKind,
        url: str,
        *,
        status: int | None = None,
        view: int = 0,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Report a page event to the delegate."""
        if kind in _UNUSUAL:
            self.jar.spoil()
        if not self._is_closing:
            self._delegate.page_event(
                PageEvent(kind, self.t_ms(), url=url, status=status, view=view, detail=detail or {})
            )

    async def ask(self, attempt: NavigationAttempt) -> NavigationAnswer:
        """Put an attempt to the phone; one at a time, in the order they were made."""
        if self._is_closing:
            return STAY
        self._attempts += 1
        if self._attempts > ATTEMPT_LIMIT:
            return STAY
        async with self._turn:
            try:
                return await self._delegate.navigation(attempt)
            except Exception as error:  # noqa: BLE001 - kept, and raised to whoever drives the view
                self._delegate_error = self._delegate_error or error
                return STAY

    def stayed(self, window: ChromiumWindow) -> None:
        """A window's navigation went elsewhere; a popup that never showed anything closes."""
        if window.number > 0 and window.url is None:
            self.spawn(close_page(window.page))

    async def adopt(self, page: Page) -> ChromiumWindow:
        """Take a popup in as a window of this view, dressed as its phone."""
        return await self._take_in(page, await self._context.new_cdp_session(page))

    async def _take_in(self, page: Page, session: CDPSession) -> ChromiumWindow:
        number = self._numbers
        self._numbers += 1
        window = ChromiumWindow(self, page, session, number)
        page.on("crash", lambda _: window.on_crash())
        page.on("close", lambda _: self._on_close(window))
        self.windows.append(window)
        await window.dress()
        if number > 0:
            self.tell(PageEventKind.WINDOW, "", view=number)
        return window

    def _on_close(self, window: ChromiumWindow) -> None:
        window.is_gone = True
        window.is_loading = False
        if window in self.windows:
            self.windows.remove(window)
        self.stir()
        if not self._is_closing:
            self.spawn(self._report_close(window))

    async def _report_close(self, window: ChromiumWindow) -> None:
        """Tell a page that closed itself from one whose browser died: both close the page first."""
        is_alive = await self.engine.is_alive()
        kind = PageEventKind.CLOSED if is_alive else PageEventKind.LOST
        self.tell(kind, window.url or "", view=window.number)

    def note_dialog(self, url: str, detail: Mapping[str, Any]) -> None:
        """Report a dialog, as long as there weren't too many."""
        self._dialogs += 1
        if self._dialogs <= DIALOG_LIMIT:
            self.tell(PageEventKind.DIALOG, url, detail=detail)

    async def _answer_dialog(self, dialog: Dialog) -> None:
        with contextlib.suppress(PlaywrightError):
            if dialog.type == "beforeunload":
                await dialog.accept()
                return
            detail = {"kind": dialog.type, "message": dialog.message[:500]}
            self.note_dialog(dialog.page.url if dialog.page else "", detail)
            if self._dialogs > DIALOG_LIMIT:
                # A storm: the fan would be tapping them away one by one.
                await asyncio.sleep(0.2)
            if self.settings.dialogs is DialogPolicy.SHOWS:
                await dialog.accept(dialog.default_value)
            else:
                await dialog.dismiss()

    # What a journey asks of the view

    async def start(self, url: str) -> None:
        """Load `url` as the host app does; see `View.start`."""
        await self._mark("the host app loads the link")
        self._front().load(url, Origin(Cause.APP, False))

    async def settle(self, bound_s: float) -> bool:
        """Wait until the page is quiet; see `View.settle`."""
        end = time.monotonic() + bound_s
        while True:
            self._raise_delegate_error()
            left = end - time.monotonic()
            if left <= 0:
                return False
            window = self.windows[-1] if self.windows else None
            if window is None or window.is_crashed:
                return True
            self._stirred.clear()
            if window.is_loading or not window.watch.is_quiet or self._turn.locked():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stirred.wait(), min(left, 0.5))
                continue
            if window.url is None or await self._is_still(window, left):
                return True

    async def _is_still(self, window: ChromiumWindow, left: float) -> bool:
        """Whether the document stood still for `QUIET_MS` and nothing began meanwhile."""
        try:
            is_still = await window.evaluate(
                scripts.expression("quiet", QUIET_MS, round(left * 1000)), own_world=True, bound_s=left + 0.2
            )
        except EngineError:
            return False
        is_idle = not window.is_loading and window.watch.is_quiet and not self._turn.locked()
        return bool(is_still) and is_idle and window is self.windows[-1]

    async def survey(self) -> PageSurvey:
        """Read what the page shows; see `View.survey`."""
        for attempt in range(3):
            window = self._front()
            try:
                data = await window.evaluate(scripts.expression("survey"), own_world=True)
                data = await with_closed_trees(window, data)
                return scripts.survey_of(
                    await with_frames(window, data) if "foreign-frame" in data["marks"] else data
                )
            except EngineError as error:
                # The document was replaced while it was read. Before the first one there is none to read.
                is_first = isinstance(error, PageHungError) and window.url is None
                if attempt == 2 or window.is_crashed or is_first:
                    raise
        raise AssertionError("unreachable")

    async def find(self, selector: str, bound_s: float) -> Control | None:
        """Find a control by a Playwright selector; see `View.find`."""
        window = self._front()
        name = f"f{secrets.token_hex(6)}"
        try:
            handle = await shown(window.page, selector).element_handle(timeout=max(bound_s, 0.001) * 1000)
            await window.evaluate(scripts.expression("adopt", name), own_world=True)
            await asyncio.wait_for(
                handle.evaluate(
                    "(element, name) => void element.dispatchEvent(new Event(name, {composed: true}))", name
                ),
                bound_s + 1,
            )
            data = await window.evaluate(scripts.expression("adoptedControl"), own_world=True)
        except (PlaywrightTimeoutError, TimeoutError):
            return None
        except PlaywrightError as error:
            if window.is_gone or window.is_crashed:
                raise EngineError("the page is gone") from error
            raise EngineError(
                f"the selector {selector!r} cannot be used: {str(error).splitlines()[0]}"
            ) from error
        return scripts.control_of(data) if data else None

    async def tap(self, control: Control, bound_s: float = 5.0) -> bool:
        """Tap a control with a finger; see `View.tap`."""
        window = self._front()
        if window.has_dialog:
            raise EngineError(
                "the full Chromium covers the page with its own dialog after a frame asked for another app;"
                f" its headless shell does not: run `{browsers.install_command('chromium')}`"
            )
        try:
            data = await aim(window, control.ref, round(bound_s * 1000))
        except EngineError:
            return False
        if not data or data["covered_by"] or not data["visible"] or not data["enabled"]:
            return False
        await self._mark(f"tap {control.text[:80]!r}")
        screen, box = self.settings.identity.screen, data["box"]
        x = min(max(box["x"] + box["width"] / 2, 1), screen.width - 1)
        y = min(max(box["y"] + box["height"] / 2, 1), screen.height - 1)
        self._touched = time.monotonic()
        with contextlib.suppress(EngineError):
            # A handler that blocks (a dialog, a loop) holds the answer back; the finger has been down.
            await window.send(
                "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
            )
            self._touched = time.monotonic()
            await window.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        return True

    async def _mark(self, step: str) -> None:
        """Name a step in the trace; Playwright sees none of what goes through the DevTools protocol."""
        if self.settings.trace is not None:
            with contextlib.suppress(PlaywrightError):
                await self._context.tracing.group(step)
                await self._context.tracing.group_end()

    async def set_visibility(self, *, hidden: bool) -> None:
        """Fire the events of an app switch; see `View.set_visibility`."""
        await self._front().evaluate(scripts.call("visibility.js", hidden))

    async def evaluate(self, expression: str) -> Any:
        """Evaluate in the page's own world; see `View.evaluate`."""
        return await self._front().evaluate(expression)

    async def screenshot(self) -> bytes | None:
        """Draw the viewport; see `View.screenshot`."""
        return await draw(self.windows[-1], self.settings.identity.screen.scale) if self.windows else None

    async def close(self) -> None:
        """Close everything the view opened and forget its jar; never raises, never hangs."""
        if self._is_closing:
            return
        used = (self.windows[0].page, self.windows[0].cdp) if self._is_usual() else None
        self._is_closing = True
        for task in tuple(self._tasks):
            task.cancel()
        if self.settings.trace is not None:
            with contextlib.suppress(TimeoutError, PlaywrightError):
                await asyncio.wait_for(self._context.tracing.stop(path=self.settings.trace), TRACE_BOUND_S)
        with contextlib.suppress(KeyError):
            # A view that never opened has not begun to listen.
            self._context.remove_listener("dialog", self._on_dialog)
            self._context.remove_listener("page", self._on_page)
        await self.engine.give_back(self, used)

    def _is_usual(self) -> bool:
        """Whether the visit did nothing but load pages in the one window it began with."""
        is_whole = self._numbers == 1 and len(self.windows) == 1 and not self.windows[0].is_crashed
        is_calm = self._attempts <= ATTEMPT_LIMIT and self._delegate_error is None
        return is_whole and is_calm and self.engine.is_running

    def _front(self) -> ChromiumWindow:
        self._raise_delegate_error()
        if not self.engine.is_running:
            raise ViewLostError("Chromium ended while the page was open")
        if not self.windows:
            raise PageClosedError("the page closed itself")
        window = self.windows[-1]
        if window.is_crashed:
            raise EngineError("the page crashed")
        return window

    def _raise_delegate_error(self) -> None:
        if self._delegate_error is not None:
            error, self._delegate_error = self._delegate_error, None
            raise error


def _patterns(settings: ViewSettings, *, watch_responses: bool) -> list[dict[str, str]]:
    """Return what CDP's Fetch pauses: documents, and no more requests than the settings need."""
    patterns = [{"urlPattern": "*", "resourceType": "Document"}]
    if settings.access:
        patterns = [{"urlPattern": "*"}]
    elif not settings.send_analytics:
        patterns += [{"urlPattern": pattern} for pattern in analytics.url_patterns()]
    if watch_responses:
        patterns.append({"urlPattern": "*", "resourceType": "Document", "requestStage": "Response"})
    return patterns
