"""A phone for engine tests: it answers attempts as told and remembers everything it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dropcheck.device.model import ClientHints, Identity, Screen
from dropcheck.engine.base import (
    LOAD,
    STAY,
    Engine,
    NavigationAnswer,
    NavigationAttempt,
    PageEvent,
    PageEventKind,
    View,
    ViewSettings,
)
from dropcheck.localnet import LocalInternet, Request, Response

ANDROID = Identity(
    user_agent=(
        "Mozilla/5.0 (Linux; Android 16; Pixel 9 Build/BP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Version/4.0 Chrome/150.0.7000.10 Mobile Safari/537.36 Instagram 445.0"
    ),
    client_hints=ClientHints(
        brand="Android WebView",
        full_version="150.0.7000.10",
        platform="Android",
        platform_version="16.0.0",
        model="Pixel 9",
    ),
    headers={"X-Requested-With": "com.instagram.android"},
    screen=Screen(width=412, height=800, scale=2),
    platform="Linux armv8l",
    locale="en-GB",
    languages=("en-GB", "en"),
    timezone="Europe/London",
    globals=("nativeLogger", "bridge.messages.log"),
    missing=("navigator.share", "PushManager"),
)
IOS = Identity(
    user_agent=(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 26_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Mobile/15E148 Instagram 445.0"
    ),
    screen=Screen(width=390, height=760, scale=2),
    platform="iPhone",
    locale="en-US",
    languages=("en-US", "en"),
    timezone="America/New_York",
    globals=("webkit.messageHandlers.navigationPerformanceLoggerWithReply",),
    missing=("navigator.serviceWorker",),
)

Decide = Callable[[NavigationAttempt], NavigationAnswer]


def loads_web(attempt: NavigationAttempt) -> NavigationAnswer:
    """A webview without an app behind it: pages load, anything else goes nowhere."""
    return LOAD if attempt.url.startswith(("http://", "https://")) else STAY


@dataclass
class Phone:
    """A `ViewDelegate` that decides by `decide` and records."""

    decide: Decide = loads_web
    attempts: list[NavigationAttempt] = field(default_factory=list)
    events: list[PageEvent] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def navigation(self, attempt: NavigationAttempt) -> NavigationAnswer:
        self.attempts.append(attempt)
        self._news.set()
        return self.decide(attempt)

    def page_event(self, event: PageEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, is_there: Callable[[], object], bound_s: float = 60.0) -> None:
        """Wait until `is_there`; fail with everything seen otherwise."""
        try:
            async with asyncio.timeout(bound_s):
                while not is_there():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"never came; saw {self.attempts} and {self.events}") from None

    async def attempt(self, url: str) -> NavigationAttempt:
        """Wait for the attempt at `url` (a prefix) and return it."""
        await self.until(lambda: self.attempts_at(url))
        return self.attempts_at(url)[0]

    def attempts_at(self, url: str) -> list[NavigationAttempt]:
        return [attempt for attempt in self.attempts if attempt.url.startswith(url)]

    async def event(self, kind: PageEventKind, url: str = "") -> PageEvent:
        """Wait for an event of `kind` whose URL begins with `url` and return it."""
        await self.until(lambda: self.events_of(kind, url))
        return self.events_of(kind, url)[0]

    def events_of(self, kind: PageEventKind, url: str = "") -> list[PageEvent]:
        return [event for event in self.events if event.kind is kind and event.url.startswith(url)]


Page = str | Response | Callable[[Request], Response]


@dataclass
class Stage:
    """One engine, a small internet, and short ways to put a page on a host and look at it with a phone."""

    engine: Engine
    net: LocalInternet
    sites: dict[str, Mapping[str, Page]]
    views: list[View] = field(default_factory=list)

    def serve(self, host: str, pages: Mapping[str, Page]) -> None:
        """Serve `pages` by path on `host`, in place of what was there; a string is an HTML page's body."""

        async def answer(request: Request) -> Response | None:
            page = self.sites[host].get(request.path)
            if isinstance(page, str):
                return Response.html(document(page))
            return page(request) if callable(page) else page

        if host not in self.sites:
            self.net.mount(host, answer)
        self.sites[host] = pages

    async def open(
        self, url: str | None = None, *, phone: Phone | None = None, settings: ViewSettings | None = None
    ) -> tuple[View, Phone]:
        """Open a view and, with `url`, load it and wait until it is quiet."""
        phone = phone or Phone()
        view = await self.engine.open(settings or ViewSettings(ANDROID), phone)
        self.views.append(view)
        if url is not None:
            await view.start(url)
            await phone.until(lambda: phone.attempts)
            await view.settle(30)
        return view, phone

    async def requested(self, host: str, path: str | None = None) -> list[Request]:
        """Wait until `host` was asked for `path` and return its requests."""
        async with asyncio.timeout(60):
            while not (found := self.net.requests.to(host, path)):  # noqa: ASYNC110 - the log has no event
                await asyncio.sleep(0.02)
        return found

    async def tap(self, view: View, selector: str) -> None:
        """Tap what `selector` finds; fail where it can't be tapped."""
        control = await view.find(selector, 5)
        assert control is not None, f"nothing matches {selector}"
        assert await view.tap(control), f"{selector} could not be tapped: {control}"


def document(body: str) -> str:
    """Wrap `body` in a page with a phone's viewport."""
    return (
        "<!doctype html><meta name=viewport content='width=device-width'><title>page</title>"
        f"<style>body{{font:20px sans-serif}}a,button{{display:block;margin:12px;padding:12px}}</style>{body}"
    )
