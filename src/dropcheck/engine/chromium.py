"""Chromium through Playwright and the Chrome DevTools Protocol."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import CDPSession, Page, Playwright
from playwright.async_api import Error as PlaywrightError

from dropcheck.engine import browsers
from dropcheck.engine._chromium_jars import Jars
from dropcheck.engine._chromium_popups import CLOSE_BOUND_S
from dropcheck.engine._chromium_view import ChromiumView
from dropcheck.engine._playwright_driver import start_driver
from dropcheck.engine.base import BrowserMissingError, EngineError, ViewDelegate, ViewSettings
from dropcheck.network.proxy import EgressProxy

#: Seconds the browser may take to start.
START_BOUND_S = 30.0

#: What Playwright's own switches leave open.
_SWITCHES = (
    # One process per page, as in Android's WebView, so that one DevTools session sees every frame.
    "--disable-site-isolation-trials",
    # Windows of one context share a renderer, as those of one app on a phone; see `_chromium_jars`.
    "--renderer-process-limit=1",
    # Nothing goes round the proxy.
    "--disable-quic",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--mute-audio",
)
#: What Playwright switches off and a phone has: the brake on pages that flood the browser with navigations,
#: which would starve every other case.
_LEFT_ON = ("--disable-ipc-flooding-protection",)


class ChromiumEngine:
    """A Chromium that opens isolated views; everything it fetches goes through `proxy`.

    `executable` overrides the browser that `browsers.find_chromium` finds. With the proxy's dialler set to
    `insecure` certificates are not verified here: the dialler itself verifies those of unmapped hosts.
    """

    name = "chromium"

    def __init__(self, proxy: EgressProxy, executable: str | None = None) -> None:
        self.proxy = proxy
        self.version = ""
        self.has_protocol_dialog = False
        self._executable = executable
        self._playwright: Playwright | None = None
        self._browser: PlaywrightBrowser | None = None
        self.jars: Jars | None = None
        self._views: set[ChromiumView] = set()
        self._starting = asyncio.Lock()

    @property
    def is_running(self) -> bool:
        """Whether the browser is there."""
        return self._browser is not None and self._browser.is_connected()

    async def is_alive(self) -> bool:
        """Ask the browser for a sign of life."""
        if self._browser is None:
            return False
        try:
            session = await asyncio.wait_for(self._browser.new_browser_cdp_session(), CLOSE_BOUND_S)
            await session.detach()
        except (PlaywrightError, TimeoutError):
            return False
        return True

    async def start(self) -> None:
        """Start the browser; raises `BrowserMissingError`, or `EngineError` where it does not start."""
        async with self._starting:
            if self.is_running:
                return
            await self._launch()

    async def _launch(self) -> None:
        executable = self._executable
        if executable is None:
            found = await asyncio.to_thread(browsers.find_chromium)
            if found is None:
                raise BrowserMissingError("Chromium", browsers.install_command("chromium"))
            executable = found.path
            self.has_protocol_dialog = not found.is_shell
        else:
            self.has_protocol_dialog = "shell" not in Path(executable).name
        await self.proxy.start()
        if self._playwright is None:
            self._playwright = await start_driver()
        switches = [*_SWITCHES]
        if browsers.is_root():
            switches.append("--no-sandbox")
        if self.proxy.dialler.insecure:
            # Beside the contexts' own setting, for service workers, which no context reaches.
            switches.append("--ignore-certificate-errors")
        try:
            self._browser = await self._playwright.chromium.launch(
                executable_path=executable,
                args=switches,
                ignore_default_args=list(_LEFT_ON),
                chromium_sandbox=not browsers.is_root(),
                proxy={"server": self.proxy.url, "bypass": "<-loopback>"},
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=START_BOUND_S * 1000,
            )
        except PlaywrightError as error:
            raise EngineError(f"Chromium did not start: {str(error).splitlines()[0]}") from error
        self.version = self._browser.version
        if self.jars is not None:
            await self.jars.close()
        self.jars = Jars(self._browser, self.proxy)
        await self.jars.start()

    async def open(self, settings: ViewSettings, delegate: ViewDelegate) -> ChromiumView:
        """Open a fresh, isolated view; a browser or driver that died is started again. Raises `EngineError`."""
        await self.start()
        browser = self._browser
        try:
            return await self._opened(settings, delegate)
        except PlaywrightError as error:
            if await self.is_alive():
                raise _could_not_open(error) from error
        await self._let_go(browser)
        await self.start()
        try:
            return await self._opened(settings, delegate)
        except PlaywrightError as error:
            raise _could_not_open(error) from error

    async def _opened(self, settings: ViewSettings, delegate: ViewDelegate) -> ChromiumView:
        assert self.jars is not None
        view = ChromiumView(self, await self.jars.take(settings), settings, delegate)
        self._views.add(view)
        try:
            await view.open()
        except BaseException:
            await view.close()
            raise
        return view

    async def _let_go(self, browser: PlaywrightBrowser | None) -> None:
        """Give up a browser that answers nothing, and its driver: a dead one never says that it has died."""
        async with self._starting:
            if self._browser is browser:
                await self._end()

    async def give_back(self, view: ChromiumView, used: tuple[Page, CDPSession] | None) -> None:
        """Take back the jar of a view that was closed; see `Jars.give_back`."""
        self._views.discard(view)
        if self.jars is not None:
            await self.jars.give_back(view.jar, used)

    async def close(self) -> None:
        """End the browser and everything it left; never hangs."""
        for view in tuple(self._views):
            await view.close()
        await self._end()

    async def _end(self) -> None:
        if self.jars is not None:
            await self.jars.close()
        with contextlib.suppress(PlaywrightError, TimeoutError):
            if self._browser is not None:
                await asyncio.wait_for(self._browser.close(), CLOSE_BOUND_S)
        self._browser = None
        with contextlib.suppress(PlaywrightError, TimeoutError):
            if self._playwright is not None:
                await asyncio.wait_for(self._playwright.stop(), CLOSE_BOUND_S)
        self._playwright = None


def _could_not_open(error: PlaywrightError) -> EngineError:
    return EngineError(f"Chromium could not open a page: {str(error).splitlines()[0]}")
