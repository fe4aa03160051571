"""Follows one tap on one link to its outcome: the in-app browser first, then the real one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dropcheck import apps
from dropcheck.device.model import Profile
from dropcheck.engine.base import Engine, EngineError, View, selectors_of
from dropcheck.handoff.ceiling import standing
from dropcheck.handoff.model import Decision
from dropcheck.handoff.rows import Play
from dropcheck.journey.associations import Associations
from dropcheck.journey.controls import Wanted
from dropcheck.journey.failures import Ended
from dropcheck.journey.first_hop import first_address
from dropcheck.journey.model import Ending, Errand, Journey, Playthrough
from dropcheck.journey.screen import Screen
from dropcheck.journey.side import Escaped, Side, Story
from dropcheck.journey.views import view_settings
from dropcheck.result import DecisionKind, Escape, Outcome, OutcomeKind


@dataclass(frozen=True, slots=True)
class Browsers:
    """The engines that stand for the two browsers of one phone."""

    in_app: Engine
    real: Engine


async def follow(errand: Errand, browsers: Browsers, associations: Associations) -> Journey:
    """Follow a tap; where contested rows were met, follow it again as if they worked.

    A page that can't be had is an ending, not an exception; `BrowserMissingError` and other engine start
    failures are raised.
    """
    fails = await Playing(errand, browsers, associations, Play.FAILS).run()
    if not fails.contested:
        return Journey(fails)
    return Journey(fails, await Playing(errand, browsers, associations, Play.WORKS).run())


@dataclass(slots=True)
class Visit:
    """How one side of the phone ended."""

    side: Side
    ended: Ended | None
    url: str | None


class Playing:
    """One playthrough.

    A journey that looks for more than a way out overrides `side`, `screen_type`, `screen` and `look_back`.
    """

    screen_type: type[Screen] = Screen

    def __init__(self, errand: Errand, browsers: Browsers, associations: Associations, play: Play) -> None:
        self.errand = errand
        self.browsers = browsers
        self.associations = associations
        self.story = Story(errand, play)
        self.storage_state: Mapping[str, Any] | None = None
        self._selectors = list(selectors_of(errand.selectors))

    async def run(self) -> Playthrough:
        """Follow the tap on both sides of the phone."""
        errand = self.errand
        try:
            first = await self.visit(errand.profile, errand.url)
            escaped = first.side.escaped
            second = None
            if escaped is not None and errand.browser is not None:
                final = escaped.decision.final
                if final.kind is DecisionKind.OPENS_BROWSER:
                    second = await self.visit(errand.browser, final.url)
        except EngineError as error:
            return self.engine_failed(error)
        return self.conclude(first, second)

    async def visit(self, profile: Profile, url: str) -> Visit:
        """Open `url` in a fresh view of `profile` and follow it there; raises `EngineError`."""
        errand, story = self.errand, self.story
        in_app = profile is errand.profile
        begins = first_address(url, profile, errand.variant if in_app else None)
        engine = self.browsers.in_app if in_app else self.browsers.real
        side = self.side(profile, frozenset(begins.answers))
        settings = view_settings(
            profile,
            story.play,
            synthetic=begins.answers,
            access=errand.access,
            send_analytics=errand.send_analytics,
            storage_state=None if profile.in_app else self.storage_state,
        )
        view = await engine.open(settings, side)
        try:
            await view.start(begins.start)
            screen = self.screen(view, side, profile)
            ended = await screen.follow()
            await screen.last_picture()
            await self.look_back(screen)
            if side.escaped is not None:
                # The journey is over on this side; a view that can't be told so takes nothing away from it.
                with contextlib.suppress(EngineError):
                    await view.set_visibility(hidden=True)
            survey = screen.last_survey
            return Visit(side, ended, survey.url if survey else None)
        finally:
            side.close()
            await view.close()

    def side(self, profile: Profile, synthetic: frozenset[str]) -> Side:
        """Return who answers for the phone while a view of `profile` is open."""
        return Side(self.story, profile, self.errand.phone, self.associations, synthetic)

    def screen(self, view: View, side: Side, profile: Profile) -> Screen:
        """Return the screen of a view."""
        starts = self.story.began if self.errand.within_is_asked else time.monotonic()
        return self.screen_type(
            view,
            side,
            self.story,
            Wanted(self.errand.app, self.errand.opens, leaves_app=profile.in_app),
            self._selectors,
            deadline=starts + self.errand.within_s,
            tap_at_all=self.errand.to == "app" or profile.in_app,
        )

    async def look_back(self, screen: Screen) -> None:
        """Take a last look at a page whose story is over, before its view closes."""

    def conclude(self, first: Visit, second: Visit | None) -> Playthrough:
        """Return where the two sides, one after the other, led."""
        last = second or first
        escaped = first.side.escaped
        handed = last.side.escaped
        grade = _grade(escaped) if escaped is not None else Escape.NONE
        if escaped is None and first.side.guide is not None and _stayed(first):
            grade = Escape.GUIDED
        kind, ending, reason = _how_it_ended(last, self.errand.profile.in_app, second is not None)
        decision = handed.decision.final if handed is not None else None
        outcome = Outcome(
            kind=kind,
            app=decision.app if decision is not None else None,
            url=decision.url if decision is not None else last.url or self.errand.url,
            target=_target(decision),
            taps=self.story.taps,
            escape=grade,
            ceiling=standing(kind, grade, self.errand.profile, self.errand.to, self.errand.phone),
        )
        return self._playthrough(outcome, ending, reason)

    def _playthrough(self, outcome: Outcome, ending: Ending, reason: str) -> Playthrough:
        return Playthrough(
            self.story.play,
            self.story.hops,
            outcome,
            ending,
            reason,
            self.story.seen,
            contested=tuple(self.story.contested),
        )

    def engine_failed(self, error: EngineError) -> Playthrough:
        """Return the playthrough of a browser of ours that failed."""
        outcome = Outcome(kind=OutcomeKind.UNKNOWN, url=self.errand.url, taps=self.story.taps)
        return self._playthrough(outcome, Ending.ENGINE, str(error))


def _stayed(visit: Visit) -> bool:
    return visit.ended is not None and visit.ended.ending is Ending.STAYED


def _grade(escaped: Escaped) -> Escape:
    if escaped.asked:
        return Escape.PROMPT
    return Escape.TAP if escaped.gesture else Escape.AUTO


_DEAD = frozenset(
    {
        Ending.HTTP_ERROR,
        Ending.BLANK,
        Ending.LOOP,
        Ending.BAD_CERTIFICATE,
        Ending.ERROR_PAGE,
        Ending.REFUSED,
        Ending.DOWNLOAD,
        Ending.CLOSED,
        Ending.CRASHED,
        Ending.STORM,
        Ending.BAD_ANSWER,
    }
)


def _how_it_ended(last: Visit, began_in_app: bool, in_second: bool) -> tuple[OutcomeKind, Ending, str]:
    handed = last.side.escaped
    if handed is not None:
        kind = handed.decision.final.kind
        if kind is DecisionKind.OPENS_STORE:
            return OutcomeKind.STORE, Ending.HANDED_OVER, "the phone opened its store"
        if kind is DecisionKind.OPENS_BROWSER:
            # A further browser beside the phone's own: what the page shows there, nobody has seen.
            return OutcomeKind.UNKNOWN, Ending.BLOCKED, "the page goes on into another browser of the phone"
        return OutcomeKind.APP, Ending.HANDED_OVER, "the phone opened an app"
    ended = last.ended
    if ended is None:
        return OutcomeKind.UNKNOWN, Ending.ENGINE, "the journey ended without a reason"
    if ended.ending in _DEAD:
        return OutcomeKind.DEAD_END, ended.ending, ended.reason
    if ended.ending is Ending.STAYED:
        if in_second or not began_in_app:
            return OutcomeKind.BROWSER, Ending.IN_BROWSER, "the real browser shows the page"
        return OutcomeKind.WEBVIEW, Ending.STAYED, ended.reason
    return OutcomeKind.UNKNOWN, ended.ending, ended.reason


def _target(decision: Decision | None) -> str | None:
    if decision is None:
        return None
    link = apps.resolve_target(decision.url)
    if link is None or link.id is None:
        return None
    if link.service == "spotify":
        return f"spotify:{link.kind}:{link.id}"
    return link.canonical or f"{link.service}:{link.kind}:{link.id}"
