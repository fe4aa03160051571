"""What goes into a hand-off decision and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dropcheck.result import Basis, Cause, Confidence, DecisionKind, Where


@dataclass(frozen=True, slots=True)
class Navigation:
    """One navigation attempt as the phone sees it.

    `page_url` is the main frame's URL at that moment (None on an empty view). `gesture` is whether a live
    user gesture stands behind the attempt, through redirects too. `chain_by` is what began the redirect
    chain (`by` itself where there is none): a chain the app started stays app-started.
    """

    url: str
    by: Cause
    gesture: bool
    where: Where = Where.IN_APP
    page_url: str | None = None
    main_frame: bool = True
    new_window: bool = False
    chain_by: Cause | None = None

    @property
    def began(self) -> Cause:
        """What began the chain this navigation belongs to."""
        return self.chain_by or self.by


@dataclass(frozen=True, slots=True)
class Association:
    """What one host says about the apps that may open its links.

    `aasa` and `assetlinks` are the served bodies, None where they were not served. `basis` is `observed` for
    a fetched file; `modelled` where a dated catalogue row stands in (`catalogue_apps`, `catalogue_date`).
    """

    host: str
    aasa: bytes | None = None
    assetlinks: bytes | None = None
    basis: Basis = Basis.OBSERVED
    catalogue_apps: tuple[str, ...] = ()
    catalogue_date: str | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phone:
    """The phone around the browser: what is installed, what is default, what its hosts claim.

    `installed` holds catalogue slugs (``spotify``, ``apple_music``); `default_browser` one of them too.
    """

    installed: frozenset[str] = frozenset({"spotify", "apple_music"})
    default_browser: str = "default"
    associations: Mapping[str, Association] = field(default_factory=dict)


class PageEffect(StrEnum):
    """What becomes of the page on screen."""

    STAYS = "stays"
    LOADS = "loads"
    ERROR_PAGE = "error-page"
    HANGS = "hangs"


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule that decided: a profile's row or an OS rule, with where it is known from.

    `would_change` says in words what would lead elsewhere.
    """

    id: str
    why: str
    confidence: Confidence
    date: str
    source: tuple[str, ...]
    would_change: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the phone does with a navigation.

    `url` is what is loaded, handed over or opened (after unwrapping, so an `intent:`'s data or an
    escape link's target); `app` the catalogue slug it goes to. For `asks`, `then` is what acceptance does.
    Where a contested or assumed row was met this is the branch in which it fails, `otherwise` the one in
    which it works, and `contested` names the rows.
    """

    kind: DecisionKind
    rule: Rule
    url: str
    page: PageEffect
    app: str | None = None
    basis: Basis = Basis.MODELLED
    then: Decision | None = None
    otherwise: Decision | None = None
    contested: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def final(self) -> Decision:
        """The decision after every question was answered with yes."""
        return self.then.final if self.then else self
