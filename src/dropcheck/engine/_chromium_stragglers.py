"""Requests that may outlive the page that made them: what they bring back belongs to a visit that is over."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import CDPSession

#: Types of request that the browser drops with their page. Every other one may be a beacon or have `keepalive` set,
#: which the DevTools protocol does not tell (https://chromedevtools.github.io/devtools-protocol/tot/Network).
_END_WITH_THEIR_PAGE = frozenset(
    {
        "Document",
        "EventSource",
        "Font",
        "Image",
        "Manifest",
        "Media",
        "Script",
        "Stylesheet",
        "TextTrack",
        "WebSocket",
        "XHR",
    }
)


class Stragglers:
    """Counts the requests of one window that may outlive it."""

    def __init__(self, session: CDPSession) -> None:
        self._open: set[str] = set()
        self._none = asyncio.Event()
        self._none.set()
        session.on("Network.requestWillBeSent", self._on_request)
        session.on("Network.loadingFinished", self._on_end)
        session.on("Network.loadingFailed", self._on_end)

    def __bool__(self) -> bool:
        return bool(self._open)

    async def gone(self) -> None:
        """Wait until none is under way."""
        await self._none.wait()

    def _on_request(self, event: dict[str, Any]) -> None:
        is_http = event["request"]["url"].startswith(("http:", "https:"))
        if is_http and event.get("type") not in _END_WITH_THEIR_PAGE:
            self._open.add(event["requestId"])
            self._none.clear()

    def _on_end(self, event: dict[str, Any]) -> None:
        self._open.discard(event["requestId"])
        if not self._open:
            self._none.set()
