"""A view of the `webkitgtk` engine: one isolated web view with its popups, as a journey sees it."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Awaitable, Coroutine, Mapping
from typing import Any

from dropcheck.engine import scripts
from dropcheck.engine._frames import merge_all, moved
from dropcheck.engine._webkitgtk_answers import LocalAnswers
from dropcheck.engine._webkitgtk_gate import Gate, address_of
from dropcheck.engine._webkitgtk_process import HostProcess
from dropcheck.engine._webkitgtk_setup import wanted_of
from dropcheck.engine._webkitgtk_window import Window
from dropcheck.engine.base import (
    STAY,
    Control,
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
from dropcheck.engine.selectors import finding_script, selector_library
from dropcheck.network import EgressProxy
from dropcheck.result import Cause

#: Navigations of one view that are put to the phone; a page that tries more is a storm, and stays.
ATTEMPT_LIMIT = 200
#: Seconds a page's scripts may keep our own from running before the page counts as hung.
RUN_BOUND_S = 10.0
SNAPSHOT_BOUND_S = 8.0
#: Milliseconds without a change of the DOM that count as quiet.
QUIET_MS = 120
#: Fires a listener that may not have been added yet; it cancels the event when it has heard it.
_FIRE = """(async () => {
  while (document.dispatchEvent(new Event(%s, {cancelable: true}))) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
})()"""
_WENT_AWAY = "the page went away"
_HUNG = "WebKitGTK's host hung and was ended"


class WebKitGtkView:
    """See `dropcheck.engine.base.View`. A popup comes to the front, and the front window is the one asked."""

    def __init__(
        self,
        host: HostProcess,
        number: int,
        settings: ViewSettings,
        delegate: ViewDelegate,
        proxy: EgressProxy,
    ) -> None:
        self.host = host
        self.number = number
        self.settings = settings
        self.delegate = delegate
        self.proxy = proxy
        answers = LocalAnswers(
            proxy.dialler, settings.access, not settings.send_analytics, self._saw_analytics, self._trust
        )
        self.gate = Gate(proxy, answers, self._refused)
        self._opened_at = time.monotonic()
        self._windows: dict[int, Window] = {0: Window(self, 0)}
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._stirred = asyncio.Event()
        self._lost = False
        self._closed = False
        self._turn = asyncio.Lock()
        self._attempts = 0

    async def open(self) -> None:
        """Create the view in the host."""
        await self.gate.start()
        self.host.attach(self.number, self._take)
        await self.host.ask(
            "open",
            view=self.number,
            wanted=wanted_of(self.settings, self.gate.url, insecure=self.proxy.dialler.insecure),
        )

    async def start(self, url: str) -> None:
        """See `View.start`."""
        self._check()
        await self._answered(self._windows[0].start(url))

    async def settle(self, bound_s: float) -> bool:
        """See `View.settle`."""
        end = time.monotonic() + bound_s
        while (left := end - time.monotonic()) > 0:
            self._check()
            if not self._windows or self._front.crashed:
                return True
            window = self._front
            if window.busy:
                self._stirred.clear()
                if window.busy:
                    try:
                        await asyncio.wait_for(self._stirred.wait(), left)
                    except TimeoutError:
                        return False
                continue
            if not window.trail.document:
                return True
            try:
                quiet = await self._run(
                    scripts.expression("quiet", QUIET_MS, int(left * 1000)), left, window=window
                )
            except TimeoutError:
                return False
            except EngineError as error:
                self._check()
                if _WENT_AWAY in str(error) or window is not self._front:
                    continue
                raise
            if quiet and not window.busy and window is self._front:
                return True
        return False

    async def survey(self) -> PageSurvey:
        """See `View.survey`; raises `EngineError` when the page's scripts never let ours run."""
        self._check()
        window = self._front
        if not window.trail.document or window.crashed:
            if not await self.host.is_responsive():
                raise ViewLostError(_HUNG)
            return PageSurvey(window.url or "about:blank", "", "", "", (), blank=True)
        data = await self._read(scripts.expression("survey"))
        if "foreign-frame" in data["marks"]:
            await self._read_frames(data)
        return scripts.survey_of(data)

    async def _read_frames(self, data: dict[str, Any]) -> None:
        """Add what frames of other sites show; one that doesn't answer stays a foreign frame."""
        seen = await self._read("dropcheckFrames.survey()")
        if merge_all(data, seen, self.settings.identity.screen):
            data["marks"].pop("foreign-frame", None)

    async def find(self, selector: str, bound_s: float) -> Control | None:
        """See `View.find`; the selector is understood by Playwright's own selector engine."""
        end = time.monotonic() + bound_s
        library = selector_library()
        while (left := end - time.monotonic()) > 0:
            self._check()
            if not self._front.trail.document:
                self._stirred.clear()
                try:
                    await asyncio.wait_for(self._stirred.wait(), left)
                except TimeoutError:
                    return None
                continue
            try:
                if not await self._run("Boolean(globalThis.dropcheckSelectors)", left):
                    await self._run(library, left)
                found = await self._run(finding_script(selector, int(left * 1000)), left + 1)
            except TimeoutError:
                return None
            except EngineError as error:
                if _WENT_AWAY in str(error):
                    continue
                raise
            return scripts.control_of(found) if found is not None else None
        return None

    async def tap(self, control: Control, bound_s: float = 5.0) -> bool:
        """See `View.tap`."""
        self._check()
        window = self._front
        try:
            aimed = await self._aim(window, control.ref, bound_s)
        except TimeoutError:
            return False
        except EngineError as error:
            if _WENT_AWAY in str(error):
                return False
            raise
        if aimed is None:
            return False
        target = scripts.control_of(aimed)
        if target.covered_by or not target.enabled or not target.visible:
            return False
        box = target.box
        await self._answered(window.ask("tap", x=box.x + box.width / 2, y=box.y + box.height / 2))
        return True

    async def _aim(self, window: Window, ref: str, bound_s: float) -> dict[str, Any] | None:
        frame, slash, inner = ref.rpartition("/")
        bound_ms = int(bound_s * 1000)
        if not slash:
            found: dict[str, Any] | None = await self._run(
                scripts.expression("aim", ref, bound_ms), bound_s + 1, window=window
            )
            return found
        words = ", ".join(map(scripts.spell, (frame.split("/"), inner, bound_ms)))
        placed = await self._run(f"dropcheckFrames.aim({words})", bound_s + 1, window=window)
        return placed and moved(placed["inner"], frame, placed["box"], self.settings.identity.screen)

    async def set_visibility(self, *, hidden: bool) -> None:
        """See `View.set_visibility`."""
        await self.evaluate(scripts.call("visibility.js", hidden))

    async def evaluate(self, expression: str) -> Any:
        """See `View.evaluate`; runs without a user gesture.

        WebKitGTK takes whatever is evaluated in the page's world for the person's doing. The expression is
        therefore only left there as a listener, and the agent, which has no gesture, fires it.
        """
        self._check()
        window = self._front
        signal = f"dropcheck-{secrets.token_hex(8)}"
        waiting = f"""return new Promise((resolve, reject) => document.addEventListener(
            {json.dumps(signal)},
            (event) => {{
              event.stopImmediatePropagation();
              event.preventDefault();
              (async () => ({expression}))()
                .then((value) => resolve(JSON.stringify(value) ?? "null"), reject);
            }},
            {{capture: true, once: true}}));"""
        answer = asyncio.ensure_future(window.ask("evaluate", RUN_BOUND_S, script=waiting))
        try:
            await self._run(_FIRE % json.dumps(signal), RUN_BOUND_S, window=window)
            return json.loads(await answer)
        except TimeoutError:
            raise await self._hung() from None
        finally:
            answer.cancel()

    async def screenshot(self) -> bytes | None:
        """See `View.screenshot`."""
        if self._closed or self._lost or not self._windows or self._front.crashed:
            return None
        try:
            return base64.b64decode(await self._front.ask("snapshot", SNAPSHOT_BOUND_S))
        except (EngineError, TimeoutError):
            return None

    async def close(self) -> None:
        """See `View.close`."""
        if self._closed:
            return
        self._closed = True
        for task in self._tasks:
            task.cancel()
        if not self._lost:
            try:
                await self.host.ask("close", view=self.number)
            except TimeoutError:
                await self.host.kill()
            except EngineError:
                pass
        self.host.detach(self.number)
        await self.gate.close()

    # -- what the windows need

    def elapsed_ms(self, at: float) -> int:
        """Return milliseconds since the view was opened."""
        return max(0, int((at - self._opened_at) * 1000))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside the view; what it raises surfaces at the next call."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def changed(self) -> None:
        """Wake whoever waits for the view to settle."""
        self._stirred.set()

    async def put(self, attempt: NavigationAttempt) -> NavigationAnswer:
        """Put an attempt to the phone; one at a time, in the order they were made."""
        self._attempts += 1
        if self._closed or self._attempts > ATTEMPT_LIMIT:
            return STAY
        async with self._turn:
            return await self.delegate.navigation(attempt)

    def popup_opened(self, number: int, by: Cause, gesture: bool, opener: Window) -> None:
        """Take a popup in and bring it to the front."""
        self._windows[number] = Window(self, number, opened_by=(by, gesture), opener=opener)
        now = self.elapsed_ms(time.monotonic())
        self.delegate.page_event(PageEvent(PageEventKind.WINDOW, now, view=number))

    def window_closed(self, number: int) -> None:
        """Let a window go that closed itself."""
        if number in self._windows:
            window = self._windows.pop(number)
            self.spawn(self._forget(window))

    async def _forget(self, window: Window) -> None:
        await window.ask("close_window")

    # -- what the gate tells

    def _saw_analytics(self, url: str) -> None:
        self._tell(PageEventKind.ANALYTICS, url, {})

    def _refused(self, url: str, kind: str) -> None:
        address = address_of(url)
        failure = self.proxy.dialler.failure(*address) if address is not None else None
        if failure is not None and failure.kind.is_refusal:
            self._tell(PageEventKind.REFUSED, url, {"code": kind, "reason": failure.why})

    async def _trust(self, host: str, certificate: str) -> None:
        await self.host.ask("trust", view=self.number, window=0, host=host, certificate=certificate)

    def _tell(self, kind: PageEventKind, url: str, detail: Mapping[str, Any]) -> None:
        if not self._closed:
            now = self.elapsed_ms(time.monotonic())
            self.delegate.page_event(
                PageEvent(kind, now, url=url, view=max(self._windows, default=0), detail=detail)
            )

    # -- inside

    @property
    def _front(self) -> Window:
        if not self._windows:
            raise PageClosedError("the page closed itself")
        return self._windows[max(self._windows)]

    def _take(self, event: Mapping[str, Any]) -> None:
        if event["event"] == "lost":
            self._lost = True
            self._stirred.set()
            self._tell(PageEventKind.LOST, "", {})
            return
        window = self._windows.get(event["window"])
        if window is None or self._closed:
            return
        try:
            window.take(event)
        except Exception as error:  # noqa: BLE001 - the other views of this host hear through the same pipe
            self._failure = self._failure or error
            self._stirred.set()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not isinstance(error, (EngineError, TimeoutError)):
            self._failure = self._failure or error
            self._stirred.set()

    def _check(self) -> None:
        if self._lost:
            raise ViewLostError("WebKitGTK's host died and took this view with it; it is started anew")
        if self._closed:
            raise EngineError("the view is closed")
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure

    async def _run(self, script: str, bound_s: float, window: Window | None = None) -> Any:
        return await (window or self._front).ask("run", bound_s, script=script)

    async def _read(self, script: str) -> Any:
        end = time.monotonic() + RUN_BOUND_S
        while True:
            try:
                return await self._run(script, max(0.1, end - time.monotonic()))
            except TimeoutError:
                raise await self._hung() from None
            except EngineError as error:
                self._check()
                if _WENT_AWAY not in str(error):
                    raise

    async def _answered(self, asking: Awaitable[object]) -> None:
        try:
            await asking
        except TimeoutError:
            raise await self._hung() from None

    async def _hung(self) -> EngineError:
        if not await self.host.is_responsive():
            return ViewLostError(_HUNG)
        return PageHungError("the page does not answer: its scripts keep it busy")
