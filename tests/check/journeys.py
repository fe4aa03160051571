"""Finished journeys made by hand, for the rules that judge them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dropcheck import apps
from dropcheck.check.verdicts import Terms
from dropcheck.device.load import load_profiles
from dropcheck.handoff.model import Phone
from dropcheck.handoff.rows import Play
from dropcheck.journey.model import Ending, Errand, Observation, Playthrough, Seen
from dropcheck.result import (
    Basis,
    Cause,
    Ceiling,
    DecisionKind,
    Escape,
    Hop,
    Outcome,
    OutcomeKind,
    Where,
)

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
OTHER_TRACK = "https://open.spotify.com/track/3n3Ppam7vgaVa1iaRUc9Lp"
LINK = "https://bio.example/mara?utm_source=tiktok"

TO_APP = Terms("app", "spotify", 1, names_max_taps=False, keeps=())
TO_BROWSER = Terms("browser", None, 1, names_max_taps=False, keeps=())

_ENDINGS = {
    OutcomeKind.APP: Ending.HANDED_OVER,
    OutcomeKind.STORE: Ending.HANDED_OVER,
    OutcomeKind.BROWSER: Ending.IN_BROWSER,
    OutcomeKind.WEBVIEW: Ending.STAYED,
    OutcomeKind.DEAD_END: Ending.HTTP_ERROR,
    OutcomeKind.UNKNOWN: Ending.ENGINE,
}


def errand(
    profile: str = "tiktok-ios",
    *,
    to: Any = "app",
    opens: str | None = TRACK,
    installed: Sequence[str] = ("spotify", "apple_music"),
    url: str = LINK,
) -> Errand:
    """A fan's errand on one phone."""
    profiles = load_profiles()
    chosen = profiles[profile]
    return Errand(
        url=url,
        profile=chosen,
        browser=profiles[chosen.browser] if chosen.browser else None,
        phone=Phone(installed=frozenset(installed)),
        to=to,
        app="spotify" if to == "app" else None,
        opens=apps.resolve_target(opens) if opens else None,
    )


def hop(n: int, url: str, **more: Any) -> Hop:
    """One navigation; a plain load in the app unless said otherwise."""
    fields: dict[str, Any] = {
        "t_ms": n * 100,
        "where": Where.IN_APP,
        "by": Cause.TAP,
        "gesture": True,
        "status": 200,
        "decision": DecisionKind.LOADS,
        "rule": "os/page-loads",
        "basis": Basis.OBSERVED,
    }
    return Hop(n=n, url=url, **{**fields, **more})


def playthrough(
    kind: OutcomeKind,
    *,
    escape: Escape = Escape.NONE,
    ending: Ending | None = None,
    app: str | None = None,
    url: str = LINK,
    taps: int = 1,
    ceiling: Ceiling = Ceiling.UNKNOWN,
    hops: Sequence[Hop] = (),
    seen: Sequence[tuple[Seen, Mapping[str, Any]]] = (),
    contested: Sequence[str] = (),
    play: Play = Play.FAILS,
    reason: str = "as the test says",
) -> Playthrough:
    """A journey that ended as said."""
    return Playthrough(
        play,
        list(hops) or [hop(1, LINK)],
        Outcome(kind=kind, app=app, url=url, taps=taps, escape=escape, ceiling=ceiling),
        ending or _ENDINGS[kind],
        reason,
        [Observation(what, Where.IN_APP, 0, detail) for what, detail in seen],
        contested=tuple(contested),
    )


def in_app(url: str = TRACK, app: str = "spotify", **more: Any) -> Playthrough:
    """A journey that ended in an app."""
    return playthrough(OutcomeKind.APP, **{"escape": Escape.TAP, "app": app, "url": url, **more})


def with_terms(terms: Terms, **changes: Any) -> Terms:
    """The same terms, but."""
    return replace(terms, **changes)
