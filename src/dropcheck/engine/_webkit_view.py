"""A view of Playwright's WebKit, as a journey sees it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from dropcheck.engine import scripts
from dropcheck.engine._chromium_causes import Origin
from dropcheck.engine._webkit_pages import CLOSE_BOUND_S, QUIET_MS, RUN_BOUND_S, WebKitPages
from dropcheck.engine.base import Control, EngineError, PageSurvey
from dropcheck.engine.selectors import shown
from dropcheck.result import Cause


class WebKitView(WebKitPages):
    """Implements `dropcheck.engine.base.View`."""

    async def start(self, url: str) -> None:
        """See `View.start`."""
        self._load(self._front(), url, Origin(Cause.APP, False))

    async def settle(self, bound_s: float) -> bool:
        """See `View.settle`."""
        end = time.monotonic() + bound_s
        while (left := end - time.monotonic()) > 0:
            self._check()
            if not self._pages or self._pages[-1] in self._crashed:
                return True
            page = self._pages[-1]
            try:
                await page.wait_for_load_state("load", timeout=left * 1000)
                still = await self._run(page, scripts.expression("quiet", QUIET_MS, int(left * 1000)), left)
            except (PlaywrightError, EngineError):
                await asyncio.sleep(0)
                continue
            if still and not self._turn.locked() and page is self._pages[-1]:
                return True
        return False

    async def survey(self) -> PageSurvey:
        """See `View.survey`."""
        return scripts.survey_of(await self._run(self._front(), scripts.expression("survey"), RUN_BOUND_S))

    async def find(self, selector: str, bound_s: float) -> Control | None:
        """See `View.find`."""
        page, name = self._front(), f"f{secrets.token_hex(6)}"
        try:
            handle = await shown(page, selector).element_handle(timeout=max(bound_s, 0.001) * 1000)
            await self._run(page, scripts.expression("adopt", name), bound_s + 1)
            await handle.evaluate(
                "(e, name) => void e.dispatchEvent(new Event(name, {composed: true}))", name
            )
            data = await self._run(page, scripts.expression("adoptedControl"), bound_s + 1)
        except PlaywrightTimeoutError:
            return None
        except PlaywrightError as error:
            reason = str(error).splitlines()[0]
            raise EngineError(f"the selector {selector!r} cannot be used: {reason}") from error
        return scripts.control_of(data) if data else None

    async def tap(self, control: Control, bound_s: float = 5.0) -> bool:
        """See `View.tap`."""
        page = self._front()
        try:
            aim = scripts.expression("aim", control.ref, round(bound_s * 1000))
            data = await self._run(page, aim, bound_s + 1)
        except EngineError:
            return False
        if not data or data["covered_by"] or not data["visible"] or not data["enabled"]:
            return False
        box = data["box"]
        self._touched = time.monotonic()
        self._spawn(page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
        return True

    async def set_visibility(self, *, hidden: bool) -> None:
        """See `View.set_visibility`."""
        await self.evaluate(scripts.call("visibility.js", hidden))

    async def evaluate(self, expression: str) -> Any:
        """See `View.evaluate`."""
        return await self._evaluate(self._front(), expression, RUN_BOUND_S)

    async def screenshot(self) -> bytes | None:
        """See `View.screenshot`."""
        if not self._pages or self._pages[-1] in self._crashed:
            return None
        try:
            return await self._pages[-1].screenshot(timeout=RUN_BOUND_S * 1000)
        except PlaywrightError:
            return None

    async def close(self) -> None:
        """See `View.close`."""
        if self._is_closing:
            return
        self._is_closing = True
        for task in tuple(self._tasks):
            task.cancel()
        with contextlib.suppress(TimeoutError, PlaywrightError):
            await asyncio.wait_for(self._context.close(), CLOSE_BOUND_S)
