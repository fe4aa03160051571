"""The system's WebKitGTK as an embedded web view: an app with its own navigation delegate, as WKWebView has.

WebKit runs in a host program of its own (`webkitgtk_host`) under the system's Python. Each view there has an
ephemeral web context to itself, so no cookie, storage, cache or service worker crosses from view to view.
GTK knows one device scale per process, so phones of different scales get a host each.
"""

from __future__ import annotations

import asyncio
import itertools

from dropcheck.engine._webkitgtk_process import HostProcess, probe
from dropcheck.engine._webkitgtk_view import WebKitGtkView
from dropcheck.engine.base import EngineError, ViewDelegate, ViewLostError, ViewSettings
from dropcheck.network import EgressProxy

NAME = "webkitgtk"
#: Views after which a host is replaced, which bounds its memory.
VIEWS_PER_HOST = 200


class WebKitGtkEngine:
    """WebKitGTK behind the engine interface; everything it fetches goes through `proxy`."""

    name = NAME

    def __init__(self, proxy: EgressProxy) -> None:
        self.version = ""
        self._proxy = proxy
        self._hosts: dict[int, HostProcess] = {}
        self._retired: list[HostProcess] = []
        self._starting = asyncio.Lock()
        self._numbers = itertools.count(1)
        self._closed = False

    async def start(self) -> None:
        """See that WebKitGTK is there; hosts start with the first view of their scale.

        Raises `BrowserMissingError` with the distribution's package names when it is not.
        """
        self.version = await probe()

    async def open(self, settings: ViewSettings, delegate: ViewDelegate) -> WebKitGtkView:
        """Open a fresh view, in a new host when the last one of that scale died; raises `EngineError`."""
        host = await self._host(max(1, round(settings.identity.screen.scale)))
        view = WebKitGtkView(host, next(self._numbers), settings, delegate, self._proxy)
        try:
            await view.open()
        except TimeoutError:
            await host.kill()
            raise ViewLostError("WebKitGTK's host hung and was ended") from None
        return view

    async def close(self) -> None:
        """End every host, and with them their views and displays."""
        self._closed = True
        hosts, self._hosts = [*self._hosts.values(), *self._retired], {}
        await asyncio.gather(*(host.stop() for host in hosts))

    async def _host(self, scale: int) -> HostProcess:
        async with self._starting:
            if self._closed:
                raise EngineError("the engine is closed")
            host = self._hosts.get(scale)
            if host is not None and host.alive and host.views_opened >= VIEWS_PER_HOST:
                # Its memory only grows; it ends with the last of its views.
                host.retire()
                self._retired.append(host)
                host = None
            if host is None or not host.alive:
                await self._proxy.start()
                host = HostProcess(scale, self._proxy.url)
                await host.start()
                self._hosts[scale] = host
            return host
