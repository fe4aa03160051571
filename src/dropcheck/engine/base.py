"""The seam between a browser engine and a journey.

An engine is a real browser and says what the page does. It asks its delegate what the phone does with each
navigation, and obeys. No rule about a phone lives in an engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from dropcheck.device.model import Identity
from dropcheck.result import Cause


class WindowPolicy(StrEnum):
    """What ``window.open`` and ``target=_blank`` do in this view."""

    NULL = "null"
    REPLACES = "replaces"
    OPENS = "opens"


class DialogPolicy(StrEnum):
    """Whether ``alert``, ``confirm`` and ``prompt`` reach the person (who accepts) or return at once."""

    SHOWS = "shows"
    SWALLOWS = "swallows"


@dataclass(frozen=True, slots=True)
class SyntheticAnswer:
    """An answer the engine gives itself for a URL, which is then never fetched (the app's link service)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """How one view is set up: who it says it is and what its host app lets it do.

    `synthetic` maps exact URLs to answers. `access` maps a host, or a host and
    port, to extra request headers sent only there (`dropcheck.network.access`).
    `storage_state` is a Playwright storage state (cookies and local storage) for an account the user made.
    `gesture_s` is how long a tap stands behind what a script does, where the engine can't know it by itself.
    `send_analytics` lets known analytics and ad-pixel calls out; else they are answered locally.
    `trace` is where Chromium leaves Playwright's raw recording of the view, secrets included, as it closes;
    None records nothing, and so do the other engines.
    """

    identity: Identity
    windows_with_gesture: WindowPolicy = WindowPolicy.OPENS
    windows_without_gesture: WindowPolicy = WindowPolicy.NULL
    dialogs: DialogPolicy = DialogPolicy.SHOWS
    gesture_s: float = 5.0
    service_workers: bool = True
    synthetic: Mapping[str, SyntheticAnswer] = field(default_factory=dict)
    access: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    storage_state: Mapping[str, Any] | None = None
    send_analytics: bool = False
    trace: Path | None = None


@dataclass(frozen=True, slots=True)
class NavigationAttempt:
    """A navigation the page (or its server) wants, before anything happened.

    `gesture` is true when a real finger tap stands behind it, through redirects too. `status` is that of
    the redirect answer that caused it (None otherwise). `page_url` is the main frame's URL now. `view` tells
    windows apart: 0 is the first, popups count up. `t_ms` is milliseconds since the view was opened.
    """

    url: str
    by: Cause
    gesture: bool
    t_ms: int
    page_url: str | None = None
    main_frame: bool = True
    new_window: bool = False
    chain_by: Cause | None = None
    status: int | None = None
    method: str = "GET"
    view: int = 0


class Answer(StrEnum):
    """What the engine does with an attempt."""

    LOAD = "load"
    STAY = "stay"
    ERROR_PAGE = "error-page"


@dataclass(frozen=True, slots=True)
class NavigationAnswer:
    """The phone's answer to an attempt; with `instead`, that URL is loaded in its place."""

    answer: Answer
    instead: str | None = None


LOAD = NavigationAnswer(Answer.LOAD)
STAY = NavigationAnswer(Answer.STAY)
ERROR_PAGE = NavigationAnswer(Answer.ERROR_PAGE)


#: What an engine tells of a document's answer beside its status, and the header that says it. ``cf-mitigated`` is
#: Cloudflare's word that an answer is a challenge and not the page.
SAID_WITH_A_PAGE = {"retry_after": "retry-after", "challenge": "cf-mitigated"}


class PageEventKind(StrEnum):
    """What a view reports besides navigations."""

    LANDED = "landed"  # a document committed: url, status; detail: `SAID_WITH_A_PAGE`, as far as it was said
    LOADED = "loaded"  # its load event fired
    FAILED = "failed"  # a document could not be had, or not whole: url, code (engine's own), detail
    DIALOG = "dialog"  # detail: kind, message
    DOWNLOAD = "download"  # url
    WINDOW = "window"  # a popup view opened: view
    CLOSED = "closed"  # the page closed itself: view
    CRASHED = "crashed"  # the page's own process died: view
    LOST = "lost"  # the browser died or was ended, and this view with it
    CONSOLE = "console"  # detail: level, text (errors only)
    ANALYTICS = "analytics"  # a known analytics call was answered locally: url
    REFUSED = "refused"  # a request to a private address or an unmapped bad certificate: url, code
    AUTH = "auth"  # the server wants a user name and password: url


@dataclass(frozen=True, slots=True)
class PageEvent:
    """Something a view reports besides navigations; `t_ms` since the view was opened."""

    kind: PageEventKind
    t_ms: int
    url: str = ""
    status: int | None = None
    view: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)


class ViewDelegate(Protocol):
    """Who answers for the phone while a view is open."""

    async def navigation(self, attempt: NavigationAttempt) -> NavigationAnswer:
        """Decide one attempt; the engine holds the navigation until this returns."""
        ...

    def page_event(self, event: PageEvent) -> None:
        """Take note of an event; must not block."""
        ...


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in CSS pixels of the viewport."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Control:
    """Something on the page a finger can tap.

    `ref` is the engine's handle for `View.tap`. `href` is resolved; `hints` are other URLs in its attributes
    and handlers. `in_view` is whether it shows without scrolling; `covered_by` describes what lies over its
    middle, if anything; `visible` whether it is rendered at all. `near` is what stands beside it in a group that
    holds no other control: the name on its row, the pictures' words and file names.
    """

    ref: str
    tag: str
    text: str
    href: str | None
    hints: tuple[str, ...]
    box: Box
    visible: bool
    in_view: bool
    enabled: bool = True
    covered_by: str | None = None
    target: str | None = None
    near: str = ""


@dataclass(frozen=True, slots=True)
class PageSurvey:
    """What the page shows now: controls and the text that is visible without scrolling.

    `view_text` is visible text inside the viewport, `text` all visible text (each cut at 20,000 characters).
    `blank` is a page without visible text, image or control, `arriving` one whose document is not whole yet.
    `marks` names recognised furniture (``captcha``, ``password-field``, ``cookie-banner``) with the ref of the
    control that dismisses it, or ''; ``email-field`` has the ref of the control that sends its form,
    ``foreign-frame`` is a frame of another site whose inside isn't among the controls, ``unread-tree`` an element
    in view that draws something no script can see (a closed shadow tree).
    `labels` are short texts that are no control by their markup, and yet a script may listen to them.
    """

    url: str
    title: str
    text: str
    view_text: str
    controls: tuple[Control, ...]
    blank: bool
    marks: Mapping[str, str] = field(default_factory=dict)
    arriving: bool = False
    labels: tuple[Control, ...] = ()


class EngineError(Exception):
    """An engine could not do what was asked: `reason` in words a user reads; ours, not the page's fault."""


class BrowserMissingError(EngineError):
    """The engine's browser is not on this machine; `command` mends it."""

    def __init__(self, engine: str, command: str) -> None:
        super().__init__(f"{engine} is not installed here; run `{command}`")
        self.engine = engine
        self.command = command


class ViewLostError(EngineError):
    """The browser died under a view. The engine starts another, so a fresh view is worth one try."""


class PageHungError(EngineError):
    """The page's own scripts, or a load that never begins, let nothing else run; the browser itself lives."""


class PageClosedError(EngineError):
    """The page closed its last window, so that nothing is left to read or tap."""


class View(Protocol):
    """One isolated window with its own empty jar, plus the popups it opens.

    Reading, tapping and pictures concern the window the fan sees: the newest one that is still open.
    """

    async def start(self, url: str) -> None:
        """Load `url` as the host app does, without referrer or gesture; returns once it is asked for."""
        ...

    async def settle(self, bound_s: float) -> bool:
        """Wait until the page is quiet, at most `bound_s`; return whether it became quiet.

        Quiet: load event over, no document or script request pending, the DOM not growing.
        """
        ...

    async def survey(self) -> PageSurvey:
        """Read what the page shows now."""
        ...

    async def find(self, selector: str, bound_s: float) -> Control | None:
        """Return the first visible match of a Playwright selector, waiting at most `bound_s`."""
        ...

    async def tap(self, control: Control, bound_s: float = 5.0) -> bool:
        """Scroll to the control and tap it with a finger (a real user gesture) once it is stable.

        Returns False when it went away or something covers it.
        """
        ...

    async def set_visibility(self, *, hidden: bool) -> None:
        """Fire the visibility, blur and page events of an app switch, or of coming back."""
        ...

    async def evaluate(self, expression: str) -> Any:
        """Evaluate a JavaScript expression in the main frame and return its JSON value."""
        ...

    async def screenshot(self) -> bytes | None:
        """Return a PNG of the viewport, or None when the page can't be drawn (crashed, hung)."""
        ...

    async def close(self) -> None:
        """Close the view and its popups and forget its jar."""
        ...


class Engine(Protocol):
    """A browser that opens isolated views; start it once per run and open many."""

    name: str
    version: str

    async def start(self) -> None:
        """Start the browser; raises `BrowserMissingError`, `EngineError`."""
        ...

    async def open(self, settings: ViewSettings, delegate: ViewDelegate) -> View:
        """Open a fresh, isolated view."""
        ...

    async def close(self) -> None:
        """End the browser and everything it left."""
        ...


def selectors_of(tap: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return a suite's `tap` as a tuple of selectors, in order."""
    if tap is None:
        return ()
    return (tap,) if isinstance(tap, str) else tuple(tap)
