"""What a journey is asked and what it brings home."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from dropcheck.apps import MusicLink
from dropcheck.device.model import Profile
from dropcheck.handoff.model import Phone
from dropcheck.handoff.rows import Play
from dropcheck.result import Hop, Outcome, Where

#: "Trapped" is said only after this long without an escape (design, section 2).
PATIENCE_S = 8.0
#: How long the host app's consent sheet stays up before the fan agrees; common fallback timers fire at 1 to
#: 2.5 s and mistake the sheet for a failure (reference on in-app browsers, 3.3).
SHEET_S = 3.0
#: Attempts that lead the page nowhere (of frames, or refused by the phone) that are written down as hops; later
#: ones are decided all the same.
MOST_ASIDE = 40
#: Things of one kind that are noted; a page can write to its console a thousand times a second.
MOST_NOTED = 100
#: Characters of an address that are looked at. A page may try addresses of two megabytes, hundreds of them, which would
#: hold up every other case and fill the results. Our choice: far above anything that leads to an app.
LONGEST_ADDRESS = 32_768


class Ending(StrEnum):
    """Why a journey ended."""

    HANDED_OVER = "handed-over"  # to an app or a store
    IN_BROWSER = "in-browser"  # a usable page in the real browser
    STAYED = "stayed"  # a usable page, no way out found
    HTTP_ERROR = "http-error"
    BLANK = "blank"
    LOOP = "loop"
    BAD_CERTIFICATE = "bad-certificate"
    ERROR_PAGE = "error-page"
    REFUSED = "refused"  # the phone refused the link and nothing else came
    DOWNLOAD = "download"
    CLOSED = "closed"
    CRASHED = "crashed"
    STORM = "storm"  # dialogs or windows without end
    BAD_ANSWER = "bad-answer"  # an answer of which no browser makes a page
    BLOCKED = "blocked"  # captcha, login wall, region wall, rate limit, password prompt
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    FROZEN = "frozen"  # the page's own scripts let nothing else run
    REFUSED_ADDRESS = "refused-address"  # a private address, which dropcheck does not visit
    ENGINE = "engine"  # our browser failed


#: Endings that say nothing about fans: this machine, its network or our own rules stood in the way.
CUT_SHORT = frozenset(
    {Ending.UNREACHABLE, Ending.TIMED_OUT, Ending.FROZEN, Ending.ENGINE, Ending.REFUSED_ADDRESS}
)


class Seen(StrEnum):
    """Something noticed on the way that a finding may rest on."""

    COOKIE_BANNER = "cookie-banner"
    BANNER_COVERED = "banner-covered-control"
    TIMER_UNDER_SHEET = "timer-under-sheet"
    DIALOG = "dialog"
    DOWNLOAD = "download"
    ANALYTICS = "analytics"
    ADDRESS_REFUSED = "address-refused"
    CONSOLE_ERROR = "console-error"
    GUIDE = "guide"
    TAPPED = "tapped"
    TAP_MISSED = "tap-missed"
    CRASHED = "crashed"
    RATE_LIMITED = "rate-limited"
    KEPT_FILE = "kept-association-file"
    ASSOCIATION_FAULT = "association-fault"


@dataclass(frozen=True, slots=True)
class Observation:
    """Something noticed, on which side of the phone and when (`t_ms` since the journey began)."""

    what: Seen
    where: Where
    t_ms: int
    detail: Mapping[str, Any] = field(default_factory=dict)


#: Keeps a screenshot of hop `n` and returns the name the results give it.
KeepScreenshot = Callable[[int, bytes], str]


@dataclass(frozen=True, slots=True)
class Errand:
    """One tap on one link under one profile.

    `browser` is the profile of the real browser on the same phone (None when `profile` is one). `opens` is
    the item the link should lead to; `selectors` are tapped one after the other, `taps_allowed` at most;
    `within_s` bounds each side of the phone, and the whole journey where the suite asked for it
    (`within_is_asked`). `access` maps hosts to headers sent only there.
    """

    url: str
    profile: Profile
    browser: Profile | None
    phone: Phone
    to: Literal["app", "browser"] = "app"
    app: str | None = None
    opens: MusicLink | None = None
    selectors: tuple[str, ...] = ()
    taps_allowed: int = 4
    within_s: float = 30.0
    within_is_asked: bool = False
    variant: str | None = None
    placement: str | None = None
    access: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    send_analytics: bool = False
    keep_screenshot: KeepScreenshot | None = None
    on_hop: Callable[[Hop], None] | None = None


@dataclass(slots=True)
class Playthrough:
    """One journey with the contested rows played one way."""

    play: Play
    hops: list[Hop]
    outcome: Outcome
    ending: Ending
    reason: str
    seen: list[Observation]
    contested: tuple[str, ...] = ()


@dataclass(slots=True)
class Journey:
    """A tap followed to its outcome: with contested rows failing, and (where any was met) working."""

    fails: Playthrough
    works: Playthrough | None = None
