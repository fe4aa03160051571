"""Follows a tap to a login: out of the app first, then to the service's own page in the real browser."""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import replace

from dropcheck.device.model import Profile
from dropcheck.engine.base import (
    STAY,
    Answer,
    EngineError,
    NavigationAnswer,
    NavigationAttempt,
    PageEvent,
    PageEventKind,
    PageSurvey,
    View,
    WindowPolicy,
)
from dropcheck.handoff.rows import Play, scheme_and_host
from dropcheck.journey.associations import Associations
from dropcheck.journey.controls import Wanted
from dropcheck.journey.failures import Ended
from dropcheck.journey.follow import Browsers, Playing, Visit
from dropcheck.journey.login_controls import WantedLogin, cancel_control
from dropcheck.journey.login_model import (
    Form,
    LoginAsked,
    LoginErrand,
    LoginJourney,
    LoginPlay,
    LoginVisit,
    PageSeen,
)
from dropcheck.journey.login_screen import LoginScreen
from dropcheck.journey.model import Ending
from dropcheck.journey.screen import Screen
from dropcheck.journey.side import Side
from dropcheck.journey.views import view_settings
from dropcheck.journey.walls import wall
from dropcheck.result import DecisionKind

#: After an answer to the login, this long for the way back to the service.
_WAY_BACK_S = 10.0
_SETTLE_S = 6.0
#: A login window that is still there after this long stays.
_WINDOW_WATCH_S = 1.5
#: Everything a page keeps for later, as one text; read only to look for a state in it, never shown.
_KEPT = "JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage), document.cookie])"
#: What stands where a login is still to be drawn.
_LOADING = re.compile(
    r"\W*(?:loading|please wait|one moment|just a (?:second|moment)|redirecting|laden|chargement|cargando)?\W*$",
    re.IGNORECASE,
)
_NOTHING_WANTED = Wanted(None, None, leaves_app=False)
_HAS_FIELDS = "document.querySelectorAll('input:not([type=hidden])').length > 0"


async def follow_to_login(
    errand: LoginErrand, browsers: Browsers, associations: Associations
) -> LoginJourney:
    """Follow a tap to the login; where contested rows were met, also as if they worked.

    Raises what starting an engine raises; a browser that fails on the way is an ending.
    """

    async def play(how: Play) -> LoginPlay:
        return await _LoginPlaying(errand, browsers, associations, how).play()

    journey = LoginJourney(await play(Play.FAILS))
    if journey.fails.playthrough.contested:
        journey.works = await play(Play.WORKS)
    plays = [journey.fails] + ([journey.works] if journey.works is not None else [])
    if errand.errand.profile.in_app and any(p.browser is None for p in plays):
        journey.control = await visit_alone(errand, browsers, associations)
    reached = [p.browser for p in plays if p.browser is not None]
    if any(visit.asked for visit in reached) and not errand.agrees:
        journey.again = (await _alone(errand, browsers, associations, stops=True)).browser
    inside = [play.in_app for play in plays if play.in_app is not None]
    if any(visit.passed_over for visit in inside) and not any(visit.asked for visit in inside):
        # Told the kind way: a contested row that would let the button lead out does so.
        how = Play.WORKS if journey.works is not None else Play.FAILS
        straight = replace(errand, errand=replace(errand.errand, on_hop=None, keep_screenshot=None))
        playing = _LoginPlaying(straight, browsers, associations, how, leaves_first=False)
        journey.button = await playing.play_inside()
    return journey


async def visit_alone(errand: LoginErrand, browsers: Browsers, associations: Associations) -> LoginPlay:
    """Follow the link in the real browser only, as who was never in the app."""
    return await _alone(errand, browsers, associations, stops=False)


async def _alone(
    errand: LoginErrand, browsers: Browsers, associations: Associations, *, stops: bool
) -> LoginPlay:
    own = errand.errand
    profile = own.browser or own.profile
    alone = replace(
        errand,
        errand=replace(own, profile=profile, browser=None, variant=None, on_hop=None, keep_screenshot=None),
    )
    real = Browsers(in_app=browsers.real if own.browser is not None else browsers.in_app, real=browsers.real)
    playing = _LoginPlaying(alone, real, associations, Play.FAILS, stops=stops)
    return await playing.play()


class _LoginSide(Side):
    """Takes note of logins and windows, beside deciding."""

    def __init__(self, playing: _LoginPlaying, profile: Profile, synthetic: frozenset[str]) -> None:
        super().__init__(playing.story, profile, playing.errand.phone, playing.associations, synthetic)
        self.visit = LoginVisit(self.where)
        self._playing = playing
        self._windows = view_settings(profile, playing.story.play)
        self._taps_before = playing.story.taps

    async def navigation(self, attempt: NavigationAttempt) -> NavigationAnswer:
        """Decide as a phone does, and write down what asks for a login."""
        signs, visit = self._playing.login.signs, self.visit
        asks = signs.asks(attempt.url)
        before = len(self._playing.story.hops)
        if asks and self._playing.stops:
            visit.asked.append(LoginAsked(attempt.url, before, Form.TOP, loads=False))
            self._changed.set()
            return STAY
        answer = await super().navigation(attempt)
        visit.urls.append(attempt.url)
        if attempt.new_window and (asks or self._is_of_a_tap(attempt)):
            self._note_window(attempt, answer)
        if asks:
            self._note_login(attempt, answer)
        if any(_leads_back(attempt.url, signs.returns_to(seen.url)) for seen in visit.asked):
            visit.returned = True
        return answer

    def _is_of_a_tap(self, attempt: NavigationAttempt) -> bool:
        """Whether a finger may stand behind a window; one that opens before any tap is an ad's or a chat's."""
        return attempt.gesture or self._playing.story.taps > self._taps_before

    def _note_window(self, attempt: NavigationAttempt, answer: NavigationAnswer) -> None:
        policy = (
            self._windows.windows_with_gesture if attempt.gesture else self._windows.windows_without_gesture
        )
        if policy is WindowPolicy.REPLACES:
            self.visit.window_replaced = True
        elif policy is WindowPolicy.NULL or (answer.answer is Answer.STAY and self.escaped is None):
            self.visit.window_refused = True

    def _note_login(self, attempt: NavigationAttempt, answer: NavigationAnswer) -> None:
        form = Form.TOP
        if not attempt.main_frame:
            form = Form.FRAME
        elif attempt.new_window or attempt.view > 0:
            form = Form.POPUP
        loads = answer.answer is Answer.LOAD and not (form is Form.POPUP and self.visit.window_refused)
        self.visit.asked.append(LoginAsked(attempt.url, len(self._playing.story.hops), form, loads))

    def page_event(self, event: PageEvent) -> None:
        """Take note of a window that closed itself, beside the rest."""
        if event.kind is PageEventKind.CLOSED and event.view > 0 and not self.visit.answered:
            self.visit.window_closed = True
        super().page_event(event)


class _LoginPlaying(Playing):
    screen_type = LoginScreen

    def __init__(
        self,
        login: LoginErrand,
        browsers: Browsers,
        associations: Associations,
        play: Play,
        *,
        stops: bool = False,
        leaves_first: bool = True,
    ) -> None:
        super().__init__(login.errand, browsers, associations, play)
        self.login = login
        self.stops = stops
        self.leaves_first = leaves_first
        self.storage_state = login.storage_state

    async def play(self) -> LoginPlay:
        errand = self.errand
        in_app, browser, by_guide = None, None, False
        first, second = None, None
        try:
            first = await self.visit(errand.profile, errand.url)
            seen = _login_visit(first)
            if not errand.profile.in_app:
                return LoginPlay(self.conclude(first, None), None, seen)
            in_app = seen
            onward = self._onward(first)
            if onward is not None and errand.browser is not None:
                by_guide = first.side.escaped is None
                second = await self.visit(errand.browser, onward)
                browser = _login_visit(second)
        except EngineError as error:
            return LoginPlay(self.engine_failed(error), in_app, browser)
        # Reached by the menu, the outcome stays that of the app's own view.
        playthrough = self.conclude(first, None if by_guide else second)
        return LoginPlay(playthrough, in_app, browser, by_guide)

    async def play_inside(self) -> LoginPlay:
        """Follow the tap in the in-app browser only."""
        try:
            first = await self.visit(self.errand.profile, self.errand.url)
        except EngineError as error:
            return LoginPlay(self.engine_failed(error), None, None)
        return LoginPlay(self.conclude(first, None), _login_visit(first), None)

    def _onward(self, first: Visit) -> str | None:
        """Where the real browser goes on: where the escape led, or by the menu where the page shows how."""
        escaped = first.side.escaped
        if escaped is not None:
            final = escaped.decision.final
            return final.url if final.kind is DecisionKind.OPENS_BROWSER else None
        stayed = first.ended is not None and first.ended.ending is Ending.STAYED
        if stayed and first.side.guide is not None and _login_visit(first).login is None:
            return first.url
        return None

    def side(self, profile: Profile, synthetic: frozenset[str]) -> Side:
        """Return a side that looks out for logins."""
        return _LoginSide(self, profile, synthetic)

    def screen(self, view: View, side: Side, profile: Profile) -> Screen:
        """Return a screen that taps what saves the song and stops at the login."""
        assert isinstance(side, _LoginSide)
        in_app = profile.in_app
        screen = super().screen(view, side, profile)
        assert isinstance(screen, LoginScreen)
        own = self.errand.selectors if in_app or self.errand.browser is None else ()
        screen.selectors = list(own if in_app else self.login.selectors or own)
        screen.seek(
            WantedLogin(self.login.action, self.login.service, self.login.signs.asks),
            side.visit,
            list(self.login.selectors) if in_app else [],
            leaves_first=in_app and self.leaves_first,
            stops=self.stops,
        )
        screen.tap_at_all = not self.login.looks_only
        screen.arrived = lambda survey: self._arrived(survey, side)
        screen.deadline = time.monotonic() + self.errand.within_s
        return screen

    def _arrived(self, survey: PageSurvey, side: _LoginSide) -> Ended | None:
        signs, visit = self.login.signs, side.visit
        page = _page(survey, side)
        if signs.is_challenge(survey.url):
            visit.login = replace(page, is_captcha=True)
            return Ended(Ending.BLOCKED, "the login checks for robots; a person has to look")
        if visit.returned and not self._at_login(survey.url, visit):
            visit.after_yes = page
            return Ended(Ending.STAYED, "the login came back to the service")
        if self._at_login(survey.url, visit):
            visit.login = page
            if page.is_captcha:
                return Ended(Ending.BLOCKED, "a captcha stands before the login; a person has to look")
            if _is_still_empty(page):
                # Drawn by a script: the screen's own patience says when to give up.
                return None
            return Ended(Ending.STAYED, "the login shows")
        visit.page = page
        return None

    def _at_login(self, url: str, visit: LoginVisit) -> bool:
        # The pages of a login server nobody has heard of are those of the host that was asked.
        host = scheme_and_host(url)[1]
        asked = any(
            seen.form is not Form.FRAME and host == scheme_and_host(seen.url)[1] for seen in visit.asked
        )
        return asked or self.login.signs.on_site(url) or self.login.signs.asks(url)

    async def look_back(self, screen: Screen) -> None:
        """Read what the page kept; at the login, answer as far as that was asked for."""
        side = screen.side
        assert isinstance(side, _LoginSide)
        visit, view = side.visit, screen.view
        if visit.login is None:
            with contextlib.suppress(EngineError):
                visit.kept = str(await view.evaluate(_KEPT) or "")
        elif not visit.login.has_fields:
            with contextlib.suppress(EngineError):
                visit.login = replace(visit.login, has_fields=bool(await view.evaluate(_HAS_FIELDS)))
        if side.profile.in_app or visit.login is None or self.stops:
            return
        if visit.asked and visit.asked[-1].form is Form.POPUP:
            await _watch_window(side)
        visit.answered = True
        with contextlib.suppress(EngineError):
            if self.login.agrees:
                await self._agree(screen, visit)
            elif self.login.cancels:
                await self._cancel(screen, visit)

    async def _cancel(self, screen: Screen, visit: LoginVisit) -> None:
        control = cancel_control(await screen.view.survey())
        if control is not None and await screen.view.tap(control):
            visit.after_no = await self._way_back(screen, visit)

    async def _agree(self, screen: Screen, visit: LoginVisit) -> None:
        # The consent button's test id is stable in public automation (services reference 2.4).
        control = await screen.view.find("[data-testid='auth-accept']", 3.0)
        visit.consent_shown = control is not None
        if control is not None and await screen.view.tap(control):
            visit.after_yes = await self._way_back(screen, visit)

    async def _way_back(self, screen: Screen, visit: LoginVisit) -> PageSeen | None:
        end = time.monotonic() + _WAY_BACK_S
        while time.monotonic() < end:
            await screen.side.changed(1.0)
            await screen.view.settle(_SETTLE_S)
            survey = await screen.view.survey()
            if not self._at_login(survey.url, visit):
                return _page(survey, screen.side)
        return None


async def _watch_window(side: _LoginSide) -> None:
    """Give a page that closes its own login window the time to do so."""
    end = time.monotonic() + _WINDOW_WATCH_S
    while not side.visit.window_closed and (left := end - time.monotonic()) > 0:
        await side.changed(left)


def _login_visit(visit: Visit) -> LoginVisit:
    side = visit.side
    assert isinstance(side, _LoginSide)
    seen = side.visit
    seen.ended = visit.ended
    seen.handed = side.escaped.decision.final if side.escaped is not None else None
    return seen


def _page(survey: PageSurvey, side: Side) -> PageSeen:
    return PageSeen(
        survey.url,
        side.status,
        survey.text[:4000],
        survey.blank,
        is_captcha="captcha" in survey.marks,
        has_fields="password-field" in survey.marks,
        controls=survey.controls,
        wall=wall(survey, side.status or 200, _NOTHING_WANTED, challenged=side.is_challenged),
    )


def _is_still_empty(page: PageSeen) -> bool:
    return page.blank or (not page.has_fields and not page.controls and _LOADING.match(page.text) is not None)


def _leads_back(url: str, redirect: str | None) -> bool:
    if not redirect:
        return False
    bare = redirect.partition("?")[0].partition("#")[0]
    return url.partition("?")[0].partition("#")[0] == bare
