"""Who caused a navigation, from what WebKit's policy decision and our agent in the page say."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from dropcheck.result import Cause

#: ``Refresh: 0; url=/next``, the header form of a meta refresh; the word may be missing (HTML Standard, "shared
#: declarative refresh steps").
_REFRESH = re.compile(r"[\d.]+(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?P<rest>\S.*)", re.IGNORECASE)
#: GDK's number of the first mouse button; WebKit gives a tapped link that button, a scripted click none.
_FINGER = 1
_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class CauseOf:
    """How an attempt came about, in `NavigationAttempt`'s terms."""

    by: Cause
    gesture: bool
    main_frame: bool = True
    new_window: bool = False
    chain_by: Cause | None = None
    status: int | None = None


@dataclass(slots=True)
class _Announced:
    url: str
    top: bool
    download: bool


@dataclass(slots=True)
class PageTrail:
    """What one window's page has told so far, as far as it explains its next navigation.

    `opened_by` is set on a popup until its first navigation has been explained; `synthetic_status` while a
    page of our own making is on its way.
    """

    opened_by: tuple[Cause, bool] | None = None
    announces: bool = False
    document: bool = False
    synthetic_status: int | None = None
    refreshes: set[str] = field(default_factory=set)
    frame_sources: set[str] = field(default_factory=set)
    _announced: deque[_Announced] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    _chain: CauseOf | None = None
    #: Whether the last finger came down in a frame.
    _touched_frame: bool = False
    #: Where the document's header sends it; WebKit tells of the header before the document tells of itself.
    _refresh: str | None = None

    def heard(self, said: Mapping[str, Any]) -> None:
        """Take note of a message of the agent in the page."""
        kind, url = said["kind"], said.get("url") or ""
        if kind == "document" and said["top"]:
            self.document = True
            self.announces = bool(said.get("announces"))
            self.refreshes.clear()
            self.frame_sources.clear()
            self._announced.clear()
            self._touched_frame = False
        elif kind == "navigate" and not said["sameDocument"]:
            self._announced.append(_Announced(url, bool(said["top"]), bool(said["download"])))
        elif kind == "leaves-frame":
            self._announced.append(_Announced(url, top=True, download=False))
        elif kind == "touched":
            self._touched_frame = not said["top"]
        elif kind == "meta" and said["top"] and url:
            self.refreshes.add(url)
        elif kind == "frame-source" and url:
            self.frame_sources.add(url)

    def committed(self, url: str, refresh: str | None) -> None:
        """Take note of a new document and of its ``Refresh`` header."""
        self._refresh = _refresh_target(refresh or "", url)

    def explain(self, decision: Mapping[str, Any]) -> CauseOf:
        """Say who caused the navigation that the host holds (its ``decide`` event)."""
        announced = self._take(decision["url"])
        cause = self._explain(decision, announced)
        if cause.main_frame and not cause.new_window and cause.by is not Cause.REDIRECT:
            self._chain = cause
        return cause

    def _explain(self, decision: Mapping[str, Any], announced: _Announced | None) -> CauseOf:
        gesture = bool(decision["gesture"])
        status = decision.get("status")
        if decision.get("app") is not None:
            return CauseOf(Cause.APP, gesture=False)
        main = self._is_main(decision, announced)
        if decision["redirect"]:
            if not main:
                return CauseOf(Cause.REDIRECT, gesture, False, chain_by=Cause.FRAME, status=status)
            chain = self._chain
            by, new_window = (chain.by, chain.new_window) if chain else (None, False)
            started = chain.gesture if chain else gesture
            return CauseOf(Cause.REDIRECT, gesture or started, True, new_window, chain_by=by, status=status)
        if decision["kind"] == "new-window-action":
            return CauseOf(_cause_of_type(decision, popup=True), gesture, new_window=True)
        if not main:
            return CauseOf(Cause.FRAME, gesture, main_frame=False)
        if self.opened_by is not None:
            by, opened_gesture = self.opened_by
            self.opened_by = None
            return CauseOf(by, opened_gesture or gesture, new_window=True)
        if announced is not None and announced.download:
            return CauseOf(Cause.DOWNLOAD, gesture)
        refreshes = decision["url"] == self._refresh or decision["url"] in self.refreshes
        if decision["type"] == "other" and not gesture and refreshes:
            return CauseOf(Cause.META, gesture=False)
        return CauseOf(_cause_of_type(decision, popup=False), gesture)

    def _is_main(self, decision: Mapping[str, Any], announced: _Announced | None) -> bool:
        known = decision.get("main")
        if known is not None:
            return bool(known)
        if decision["redirect"]:
            # WebKit gives a redirected request its fetch metadata before it asks.
            destination = decision.get("destination")
            return bool(destination == "document" if destination else decision["page"] == decision["url"])
        if not self.document or decision["kind"] == "new-window-action":
            return True
        if announced is not None:
            return announced.top
        if decision["type"] in ("back-forward", "reload", "form-submitted", "form-resubmitted"):
            return decision["url"] not in self.frame_sources
        if decision["gesture"] and self._touched_frame and decision["url"] not in self.frame_sources:
            # A frame's script that sends the whole window somewhere: no Navigation API tells of it, and what a frame
            # does to itself it announces.
            return True
        # The main frame announces its navigations through the Navigation API; a frame that its parent
        # loads announces nothing. Where WebKit has no Navigation API the parent's markup must do.
        return not self.announces and decision["url"] not in self.frame_sources

    def _take(self, url: str) -> _Announced | None:
        # The newest explains it: a page may prevent what it announced before.
        for announced in reversed(self._announced):
            if announced.url == url:
                self._announced.remove(announced)
                return announced
        return None


def _cause_of_type(decision: Mapping[str, Any], *, popup: bool) -> Cause:
    if decision["type"] in ("form-submitted", "form-resubmitted"):
        return Cause.FORM
    if decision["type"] == "link-clicked" and decision["button"] == _FINGER and decision["gesture"]:
        return Cause.TAP
    return Cause.POPUP if popup else Cause.SCRIPT


def is_within(decision: Mapping[str, Any], page: str | None) -> bool:
    """Whether a navigation only moves to another part of the page that is there."""
    url, _, fragment = decision["url"].partition("#")
    is_fresh = decision["kind"] == "new-window-action" or decision["type"] in ("reload", "form-submitted")
    return bool(fragment) and page is not None and url == page.partition("#")[0] and not is_fresh


def is_reported(decision: Mapping[str, Any]) -> bool:
    """Whether a navigation is one the phone has a say in; empty documents and inline frames are not."""
    return scheme_of(decision["url"]) not in ("about", "javascript", "")


def scheme_of(url: str | None) -> str:
    """Return the lower-case scheme of an address, '' where it has none; of one that Python can't split, too."""
    scheme, colon, _ = (url or "").partition(":")
    return scheme.lower() if colon else ""


def _refresh_target(header: str, page: str) -> str | None:
    """Return where a ``Refresh`` header sends `page`; None where it names no address."""
    match = _REFRESH.match(header.strip())
    if match is None:
        return None
    target: str = match["rest"]
    if target[0] in "\"'":
        target = target[1:].partition(target[0])[0]
    try:
        return urljoin(page, target)
    except ValueError:
        return None
