"""What a journey to a login is asked and what it brings home."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dropcheck.engine.base import Control
from dropcheck.handoff.model import Decision
from dropcheck.journey.failures import Ended
from dropcheck.journey.model import Errand, Playthrough
from dropcheck.result import Where


class Form(StrEnum):
    """Where a login was asked for."""

    TOP = "top"
    POPUP = "popup"
    FRAME = "frame"


@dataclass(frozen=True, slots=True)
class LoginSigns:
    """How addresses of a login are told: pure functions of the catalogue, given in by the check."""

    asks: Callable[[str], bool]
    on_site: Callable[[str], bool]
    is_challenge: Callable[[str], bool]
    returns_to: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class LoginErrand:
    """What a fan wants to save, and how far to go.

    `selectors` are those of the save button. `cancels` says no at the login where that needs no login. With
    `storage_state` the real browser is logged in, and `agrees` says yes to the consent. `looks_only` taps
    nothing.
    """

    errand: Errand
    signs: LoginSigns
    action: str = "presave"
    service: str | None = None
    selectors: tuple[str, ...] = ()
    cancels: bool = True
    storage_state: Mapping[str, Any] | None = field(default=None, repr=False)
    agrees: bool = False
    looks_only: bool = False


@dataclass(frozen=True, slots=True)
class LoginAsked:
    """A login address the page went for, and whether the phone let it load."""

    url: str = field(repr=False)
    hop: int
    form: Form
    loads: bool


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page as it stood: its address, status and words; `wall` is what stood before it, in words."""

    url: str = field(repr=False)
    status: int | None
    text: str
    blank: bool
    is_captcha: bool = False
    has_fields: bool = False
    controls: tuple[Control, ...] = field(default=(), repr=False)
    wall: str | None = None


@dataclass(slots=True)
class LoginVisit:
    """What one side of the phone showed of a login.

    `page` is the service's own page as last seen, `login` the login's. `kept` is what the service's page
    kept in this browser when the fan left (a secret).
    `window_refused` and `window_replaced` are what became of a popup that a tap or a login stands behind,
    `window_closed` that it closed itself before the login was `answered`. `tapped_button` is whether anything but a
    way out or a banner was tapped, `locked` a button that waits for the fan to fill something in, `passed_over` the
    save button beside a way out that was taken (`exit_in_view` without scrolling), `has_foreign_frame` that part of
    the page couldn't be read.
    """

    where: Where
    asked: list[LoginAsked] = field(default_factory=list)
    page: PageSeen | None = None
    login: PageSeen | None = None
    after_no: PageSeen | None = None
    after_yes: PageSeen | None = None
    ended: Ended | None = None
    handed: Decision | None = None
    urls: list[str] = field(default_factory=list, repr=False)
    kept: str = field(default="", repr=False)
    tapped_button: bool = False
    locked: Control | None = field(default=None, repr=False)
    passed_over: Control | None = field(default=None, repr=False)
    exit_in_view: bool = False
    has_email_field: bool = False
    has_foreign_frame: bool = False
    window_refused: bool = False
    window_replaced: bool = False
    window_closed: bool = False
    answered: bool = False
    consent_shown: bool = False
    returned: bool = False


@dataclass(slots=True)
class LoginPlay:
    """One playthrough: the hops and outcome of both sides, and what each showed of the login.

    `by_guide` is whether the real browser was reached only through the app's own menu.
    """

    playthrough: Playthrough
    in_app: LoginVisit | None
    browser: LoginVisit | None
    by_guide: bool = False


@dataclass(slots=True)
class LoginJourney:
    """The journey with contested rows failing and working; the control in the real browser alone.

    `again` is a second load of the page up to the login's address, to compare what must differ. `button` is a fan
    who goes straight for the save button inside the app, where a way out stands beside it.
    """

    fails: LoginPlay
    works: LoginPlay | None = None
    control: LoginPlay | None = None
    again: LoginVisit | None = None
    button: LoginPlay | None = None
