"""Who caused a navigation: matching what the page announced with the document request that follows.

Chromium tells of one navigation in up to four ways, in no guaranteed order: the page's own ``navigate``
event (our script), ``Page.frameRequestedNavigation``, ``Network.requestWillBeSent`` and the paused request.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag

from dropcheck.result import Cause

#: Seconds an announcement waits for its request before it is forgotten.
ANNOUNCED_FOR_S = 10.0
#: Seconds a request waits for its announcement; they leave the browser together.
PATIENCE_S = 0.2

_REASONS = {
    "formSubmissionGet": Cause.FORM,
    "formSubmissionPost": Cause.FORM,
    "httpHeaderRefresh": Cause.META,
    "metaTagRefresh": Cause.META,
    "initialFrameNavigation": Cause.FRAME,
}


@dataclass(slots=True)
class Origin:
    """What began a navigation: `answered` is a URL the delegate need not be asked about again."""

    by: Cause
    gesture: bool
    new_window: bool = False
    answered: str | None = None


@dataclass(slots=True)
class _Announcement:
    url: str
    at: float
    main_frame: bool | None = None
    frame: str | None = None
    record: Mapping[str, Any] | None = None
    reason: str | None = None


@dataclass(slots=True)
class DocumentRequest:
    """What the network side said of a document request (CDP request id = loader id)."""

    gesture: bool
    redirect_status: int | None


@dataclass(slots=True)
class CauseBook:
    """Remembers announcements of one window and finds the one behind a request."""

    announcements: list[_Announcement] = field(default_factory=list)
    expected: dict[str, Origin] = field(default_factory=dict)
    requests: dict[str, DocumentRequest] = field(default_factory=dict)
    chains: dict[str, Origin] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def expect(self, url: str, origin: Origin) -> None:
        """Take note that the engine itself is about to load `url`."""
        self.expected[_bare(url)] = origin

    def announce_record(self, record: Mapping[str, Any]) -> None:
        """Take note of the page's own ``navigate`` event."""
        self._add(_Announcement(record["url"], time.monotonic(), main_frame=record.get("top"), record=record))

    def announce_reason(self, frame: str, url: str, reason: str) -> None:
        """Take note of ``Page.frameRequestedNavigation``."""
        self._add(_Announcement(url, time.monotonic(), frame=frame, reason=reason))

    def note_request(self, loader: str, *, gesture: bool, redirect_status: int | None) -> None:
        """Take note of ``Network.requestWillBeSent`` for a document."""
        self.requests[loader] = DocumentRequest(gesture, redirect_status)
        self._wake()

    async def request(self, loader: str) -> DocumentRequest:
        """Return what the network side said of `loader`, waiting a moment for it."""
        await self._until(lambda: loader in self.requests)
        return self.requests.get(loader) or DocumentRequest(False, None)

    async def origin(self, url: str, frame: str, *, main_frame: bool, touched: bool) -> Origin:
        """Find what began a fresh navigation to `url`; `touched` says that the network side saw a finger."""
        own = self.expected.pop(_bare(url), None) if main_frame else None
        if own is not None:
            return own
        await self._until(lambda: self._find(url, frame, main_frame) is not None)
        by, gesture, new_window = Cause.SCRIPT if main_frame else Cause.FRAME, touched, False
        reason = self._take(url, frame, main_frame, wants_reason=True)
        record = self._take(url, frame, main_frame, wants_reason=False)
        if record is not None and record.record is not None:
            by, new_window = cause_of(record.record), bool(record.record.get("window"))
            gesture = gesture or bool(record.record.get("gesture"))
        if reason is not None and reason.reason is not None and not new_window:
            named = _REASONS.get(reason.reason)
            if named is not None:
                by = named
            elif record is None and reason.reason == "anchorClick" and touched:
                by = Cause.TAP
        if not main_frame and by in (Cause.SCRIPT, Cause.META):
            by = Cause.FRAME
        return Origin(by, gesture, new_window)

    def _find(self, url: str, frame: str, main_frame: bool) -> _Announcement | None:
        for announcement in self.announcements:
            if _bare(announcement.url) == _bare(url) and (
                announcement.frame == frame
                if announcement.frame is not None
                else announcement.main_frame == main_frame
            ):
                return announcement
        return None

    def _take(self, url: str, frame: str, main_frame: bool, *, wants_reason: bool) -> _Announcement | None:
        for announcement in self.announcements:
            if (announcement.reason is not None) != wants_reason or _bare(announcement.url) != _bare(url):
                continue
            if announcement.frame == frame if wants_reason else announcement.main_frame == main_frame:
                self.announcements.remove(announcement)
                return announcement
        return None

    def _add(self, announcement: _Announcement) -> None:
        oldest = time.monotonic() - ANNOUNCED_FOR_S
        self.announcements = [known for known in self.announcements if known.at > oldest][-64:]
        self.announcements.append(announcement)
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _until(self, is_there: Any) -> None:
        end = time.monotonic() + PATIENCE_S
        while not is_there():
            left = end - time.monotonic()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                return


def cause_of(record: Mapping[str, Any]) -> Cause:
    """Return the cause that a record of our navigation script tells of."""
    if record.get("by"):
        return Cause(record["by"])
    if record.get("form"):
        return Cause.FORM
    if record.get("link") and record.get("touched"):
        return Cause.TAP
    is_scripted = record.get("scripted") or record.get("link") or record.get("traverse")
    return Cause.SCRIPT if is_scripted else Cause.META


def _bare(url: str) -> str:
    return urldefrag(url).url
