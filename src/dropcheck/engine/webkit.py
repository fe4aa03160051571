"""Playwright's WebKit, seen through Playwright's events and an init script, since it has no CDP.

It could not be downloaded where it was written, so it has been built from Playwright's documentation and run
against the contract tests only where a machine has it (docs/engines.md says where).
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright

from dropcheck.engine import browsers
from dropcheck.engine._playwright_driver import start_driver
from dropcheck.engine._webkit_view import WebKitView
from dropcheck.engine.base import BrowserMissingError, EngineError, ViewDelegate, ViewSettings
from dropcheck.network import EgressProxy

#: Seconds the browser may take to start, and to end.
START_BOUND_S = 30.0
CLOSE_BOUND_S = 8.0


class WebKitEngine:
    """Playwright's WebKit behind the engine interface; everything it fetches goes through `proxy`."""

    name = "webkit"

    def __init__(self, proxy: EgressProxy) -> None:
        self.proxy = proxy
        self.version = ""
        self._playwright: Playwright | None = None
        self._browser: PlaywrightBrowser | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Start the browser; raises `BrowserMissingError` with the command to type, `EngineError`."""
        async with self._starting:
            if self._browser is not None and self._browser.is_connected():
                return
            if browsers.find_webkit() is None:
                raise BrowserMissingError("Playwright's WebKit", browsers.install_command("webkit"))
            await self.proxy.start()
            if self._playwright is None:
                self._playwright = await start_driver()
            try:
                self._browser = await self._playwright.webkit.launch(
                    proxy={"server": self.proxy.url},
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                    timeout=START_BOUND_S * 1000,
                )
            except PlaywrightError as error:
                raise EngineError(f"WebKit did not start: {str(error).splitlines()[0]}") from error
            self.version = self._browser.version

    async def open(self, settings: ViewSettings, delegate: ViewDelegate) -> WebKitView:
        """Open a fresh, isolated view; a browser that died is started again. Raises `EngineError`."""
        await self.start()
        assert self._browser is not None
        who = settings.identity
        state: Any = dict(settings.storage_state) if settings.storage_state else None
        try:
            context = await self._browser.new_context(
                user_agent=who.user_agent,
                viewport={"width": who.screen.width, "height": who.screen.height},
                screen={"width": who.screen.width, "height": who.screen.height},
                device_scale_factor=who.screen.scale,
                is_mobile=True,
                has_touch=who.touch_points > 0,
                locale=who.locale,
                timezone_id=who.timezone,
                storage_state=state,
                ignore_https_errors=self.proxy.dialler.insecure,
                accept_downloads=False,
                service_workers="allow" if settings.service_workers else "block",
            )
            view = WebKitView(context, settings, delegate, self.proxy)
            await view.open()
        except PlaywrightError as error:
            raise EngineError(f"WebKit could not open a page: {str(error).splitlines()[0]}") from error
        return view

    async def close(self) -> None:
        """End the browser and everything it left; never hangs."""
        with contextlib.suppress(PlaywrightError, TimeoutError):
            if self._browser is not None:
                await asyncio.wait_for(self._browser.close(), CLOSE_BOUND_S)
        self._browser = None
        with contextlib.suppress(PlaywrightError, TimeoutError):
            if self._playwright is not None:
                await asyncio.wait_for(self._playwright.stop(), CLOSE_BOUND_S)
        self._playwright = None
