"""Browser contexts that serve one visit after another, emptied in between.

A context of its own for every visit costs about a third of the visit (benchmarks/README.md), most of it the start of
a renderer process. A jar keeps its context, and the renderer with it, for later visits of the same phone. Each
visit still gets a window of its own, so that what belongs to a window (its name, history, session storage, scripts
and every override) ends with it; what belongs to the context is cleared; and connections are cut, so that no
answer still on its way can leave anything behind. Whatever is not known to be cleared this way makes the visit an
unusual one, and the jar of an unusual visit is thrown away. tests/engine/test_chromium_jars.py plants all of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from dropcheck.engine import analytics
from dropcheck.engine._chromium_identity import context_options
from dropcheck.engine._chromium_popups import CLOSE_BOUND_S
from dropcheck.engine._chromium_stragglers import Stragglers
from dropcheck.engine.base import ViewSettings
from dropcheck.network.door import Door
from dropcheck.network.proxy import EgressProxy

#: Visits one jar serves at most. A renderer holds on to about 2 MB of every visit and gives them back by its end only
#: (measured: benchmarks/README.md).
MOST_VISITS = 6
#: Empty jars kept at once; each holds a renderer process of about 30 MB.
MOST_KEPT = 8
#: Seconds emptying may take before the jar is thrown away instead.
EMPTY_BOUND_S = 4.0

#: Kinds of target that run scripts without a window and may outlive it: seen once, the jar is not used again.
_WINDOWED = ("page", "tab", "iframe", "browser", "worker")

#: Headers whose effect no command takes back: a login the browser now answers this host's challenges with, and
#: hints a host now gets with every first request.
_SENT_MARKS = frozenset({"authorization", "proxy-authorization"})
_RECEIVED_MARKS = frozenset({"accept-ch", "critical-ch"})
#: What clears the context, in the words of the DevTools protocol.
CLEARING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Network.clearBrowserCookies", {}),
    ("Network.clearBrowserCache", {}),
    ("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"}),
)


class Jar:
    """A browser context and the blank window that stands ready in it; serves one visit at a time."""

    def __init__(self, key: str | None, context: BrowserContext, door: Door) -> None:
        self.key = key
        self.context = context
        self.door = door
        self.visits = 0
        self.is_spoilt = False
        self.context_id = ""
        self._ready: tuple[Page, CDPSession] | None = None
        self._stragglers: Stragglers | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is under way that could outlive the visit."""
        return not self._stragglers

    async def window(self) -> tuple[Page, CDPSession]:
        """Return the window of the next visit, never used before, and its DevTools session."""
        self.visits += 1
        page, session = self._ready or await self._blank()
        self._ready = None
        if not self.context_id:
            target = await session.send("Target.getTargetInfo")
            self.context_id = target["targetInfo"]["browserContextId"]
        self._stragglers = Stragglers(session)
        session.on("Network.requestWillBeSentExtraInfo", self._on_sent)
        session.on("Network.responseReceivedExtraInfo", self._on_received)
        page.on("worker", self.spoil)
        self.door.let_in()
        return page, session

    async def _blank(self) -> tuple[Page, CDPSession]:
        page = await self.context.new_page()
        return page, await self.context.new_cdp_session(page)

    def spoil(self, _: object = None) -> None:
        """Take note of something that emptying is not known to remove."""
        self.is_spoilt = True

    def _on_sent(self, event: dict[str, Any]) -> None:
        self._look_for(_SENT_MARKS, event["headers"])

    def _on_received(self, event: dict[str, Any]) -> None:
        self._look_for(_RECEIVED_MARKS, event["headers"])

    def _look_for(self, marks: frozenset[str], headers: Iterable[str]) -> None:
        if not marks.isdisjoint(name.lower() for name in headers):
            self.spoil()

    async def empty(self, used: Page, seen: CDPSession) -> bool:
        """Close the window of a visit and remove what the visit left; return whether the jar is as new.

        Raises what Playwright raises.
        """
        # A page that is asked to go must not ask for anything more.
        await seen.send("Emulation.setScriptExecutionDisabled", {"value": True})
        if self._stragglers is not None:
            await self._stragglers.gone()
        # The next window comes before the last one goes: a context without any loses its renderer.
        page, session = await self._blank()
        self.door.shut()
        await used.close()
        await asyncio.gather(*(session.send(name, arguments) for name, arguments in CLEARING))
        self._ready = page, session
        return self.context.pages == [page] and not self.is_spoilt and not self.door.was_tried


class Jars:
    """The jars of one browser, by the phone they are for."""

    def __init__(self, browser: Browser, proxy: EgressProxy) -> None:
        self._browser, self._proxy = browser, proxy
        self._kept: OrderedDict[Jar, None] = OrderedDict()
        self._taken: set[Jar] = set()
        self._leaving: set[Jar] = set()
        self._emptying: set[asyncio.Task[None]] = set()
        self._watch: CDPSession | None = None

    async def start(self) -> None:
        """Begin to watch for workers, which no window shows."""
        self._watch = await self._browser.new_browser_cdp_session()
        self._watch.on("Target.targetCreated", self._on_target)
        kinds = [{"type": kind, "exclude": True} for kind in _WINDOWED]
        await self._watch.send("Target.setDiscoverTargets", {"discover": True, "filter": [*kinds, {}]})

    def _on_target(self, event: dict[str, Any]) -> None:
        for jar in (*self._taken, *self._leaving):
            if jar.context_id == event["targetInfo"].get("browserContextId"):
                jar.spoil()

    async def take(self, settings: ViewSettings) -> Jar:
        """Return an empty jar for a visit with `settings`."""
        key = _key(settings)
        jar = (
            next((kept for kept in reversed(self._kept) if kept.key == key), None)
            if key is not None
            else None
        )
        if jar is not None:
            del self._kept[jar]
        else:
            jar = await self._new(key, settings)
        self._taken.add(jar)
        return jar

    async def _new(self, key: str | None, settings: ViewSettings) -> Jar:
        options = context_options(settings.identity)
        if settings.storage_state is not None:
            options["storage_state"] = dict(settings.storage_state)
        # Calls that count are answered in the window; those that get here come from a service or shared worker.
        door = await self._proxy.door(None if settings.send_analytics else analytics.is_counting_host)
        context = await self._browser.new_context(
            **options,
            ignore_https_errors=self._proxy.dialler.insecure,
            accept_downloads=False,
            service_workers="allow" if settings.service_workers else "block",
            proxy={"server": door.url, "bypass": "<-loopback>"},
        )
        await context.grant_permissions([])
        return Jar(key, context, door)

    async def give_back(self, jar: Jar, used: tuple[Page, CDPSession] | None) -> None:
        """Take a jar back after a visit; `used` is its window, None when the visit was unusual. Never raises."""
        self._taken.discard(jar)
        if used is None or jar.key is None or jar.is_spoilt or jar.visits >= MOST_VISITS:
            await self._throw_away(jar)
        elif jar.is_quiet:
            await self._empty(jar, *used)
        else:
            # Nobody has to wait for what a page still sends.
            task = asyncio.ensure_future(self._empty(jar, *used))
            self._emptying.add(task)
            task.add_done_callback(self._emptying.discard)

    async def _empty(self, jar: Jar, used: Page, seen: CDPSession) -> None:
        self._leaving.add(jar)
        is_empty = False
        try:
            with contextlib.suppress(PlaywrightError, TimeoutError):
                is_empty = await asyncio.wait_for(jar.empty(used, seen), EMPTY_BOUND_S)
        finally:
            self._leaving.discard(jar)
            if is_empty:
                self._kept[jar] = None
            else:
                await self._throw_away(jar)
        while len(self._kept) > MOST_KEPT:
            await self._throw_away(self._kept.popitem(last=False)[0])

    async def _throw_away(self, jar: Jar) -> None:
        with contextlib.suppress(TimeoutError, PlaywrightError):
            # What will not close in time ends with the browser at the latest.
            await asyncio.wait_for(jar.context.close(), CLOSE_BOUND_S)
        self._proxy.close_door(jar.door)

    async def close(self) -> None:
        """Forget every jar; their contexts end with the browser."""
        for task in tuple(self._emptying):
            task.cancel()
        await asyncio.gather(*self._emptying, return_exceptions=True)
        for jar in (*self._kept, *self._taken, *self._leaving):
            self._proxy.close_door(jar.door)
        self._kept.clear()


def _key(settings: ViewSettings) -> str | None:
    """Return what visits must have in common to share a jar; None for one that shares with nobody.

    What a suite gave for one host alone (an account, a protected preview's headers) stays in a jar of its own.
    """
    if settings.storage_state is not None or settings.access or settings.trace is not None:
        return None
    return json.dumps(
        [settings.identity.model_dump(mode="json"), settings.service_workers, settings.send_analytics]
    )
