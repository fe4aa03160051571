"""New windows of a view: opened empty, dressed as the phone, and only then sent where their opener wanted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from dropcheck.engine import scripts
from dropcheck.engine._chromium_causes import Origin
from dropcheck.engine._chromium_requests import is_web
from dropcheck.engine._chromium_window import ChromiumWindow
from dropcheck.engine.base import (
    LOAD,
    STAY,
    Answer,
    EngineError,
    NavigationAnswer,
    NavigationAttempt,
    WindowPolicy,
)
from dropcheck.result import Cause

if TYPE_CHECKING:
    from dropcheck.engine._chromium_view import ChromiumView

#: Windows one view may have open at once.
WINDOW_LIMIT = 8
#: Seconds closing may take before a page or a view is given up.
CLOSE_BOUND_S = 8.0


class Popups:
    """Meets the windows that pages of one view open."""

    def __init__(self, view: ChromiumView) -> None:
        self._view = view
        self._wanted: dict[
            str, tuple[ChromiumWindow, Mapping[str, Any], int, asyncio.Task[NavigationAnswer]]
        ] = {}

    def want(self, opener: ChromiumWindow, record: Mapping[str, Any], context: int) -> None:
        """A page wants a new window; where it may have one, `meet` sees it by its token."""
        answer = self._view.spawn(opener.gate.ask_window(record))
        if record["policy"] == "opens":
            self._wanted[record["token"]] = (opener, record, context, answer)

    async def meet(self, page: Page) -> None:
        """A window opened: dress it and send it on its way, or close one too many."""
        if len(self._view.windows) >= WINDOW_LIMIT:
            await close_page(page)
            return
        url = page.url
        window = await self._view.adopt(page)
        wanted = self._wanted.pop(url.partition("#")[2], None)
        if wanted is not None:
            await self._fill(window, *wanted)

    async def _fill(
        self,
        window: ChromiumWindow,
        opener: ChromiumWindow,
        record: Mapping[str, Any],
        context: int,
        asked: asyncio.Task[NavigationAnswer],
    ) -> None:
        """Load into a dressed popup what its opener wanted, if the phone says so."""
        answer = await asked
        url = answer.instead or record["url"]
        if answer.answer is Answer.ERROR_PAGE:
            window.show_error_page(url)
            return
        if answer == STAY or not is_web(url):
            await close_page(window.page)
            return
        origin = Origin(Cause(record["by"]), bool(record["gesture"]), answered=url)
        if record["noOpener"]:
            window.load(url, origin, referrer=None if record["noReferrer"] else opener.url)
            return
        window.causes.expect(url, origin)
        spelled = scripts.spell({"token": record["token"], "url": url})
        event = f"window.dispatchEvent(new CustomEvent({scripts.spell(self._view.release)}, {{detail: {spelled}}}))"
        try:
            await opener.send(
                "Runtime.evaluate",
                {"expression": event, "contextId": context, "userGesture": bool(record["gesture"])},
            )
        except EngineError:
            window.load(url, origin, referrer=opener.url)

    async def ask_late(self, window: ChromiumWindow, url: str) -> None:
        """A popup loaded something before it could be dressed: the phone is asked after the fact.

        That is a window opened empty and sent somewhere in the same breath, or one our script never saw.
        """
        gesture = self._view.was_touched()
        policy = (
            self._view.settings.windows_with_gesture
            if gesture
            else self._view.settings.windows_without_gesture
        )
        answer = await self._view.ask(
            NavigationAttempt(
                url,
                Cause.POPUP,
                gesture,
                self._view.t_ms(),
                page_url=self._view.windows[0].url if self._view.windows else None,
                new_window=True,
            )
        )
        if policy is not WindowPolicy.OPENS or answer != LOAD:
            await close_page(window.page)


async def close_page(page: Page) -> None:
    """Close a page; never raises, never hangs."""
    with contextlib.suppress(PlaywrightError, TimeoutError):
        await asyncio.wait_for(page.close(), CLOSE_BOUND_S)
