"""A tap followed to its outcome over both browsers of a phone, with engines whose pages do as told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.check.journeys import LINK, errand
from tests.journey.page import control, survey
from tests.journey.test_screen import FakeView

from dropcheck.engine.base import (
    EngineError,
    NavigationAttempt,
    PageEvent,
    PageEventKind,
    PageSurvey,
    ViewDelegate,
    ViewLostError,
    ViewSettings,
)
from dropcheck.handoff.rows import Play
from dropcheck.journey import screen as screen_module
from dropcheck.journey.associations import Associations, WellKnown
from dropcheck.journey.follow import Browsers, follow
from dropcheck.journey.model import Ending, Errand, Journey
from dropcheck.result import Cause, Ceiling, Escape, OutcomeKind, Where

INTENT_TO_APP = "intent://track/11dFghVXANMlKmJXsNCbNl#Intent;scheme=spotify;package=com.spotify.music;end"
INTENT_TO_CHROME = "intent://bio.example/mara#Intent;scheme=https;package=com.android.chrome;end"
OUT = control("Play on Spotify", "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl")
Finger = Callable[[ViewDelegate], Awaitable[Any]]


async def _nothing_there(_url: str) -> WellKnown:
    return WellKnown(0)


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_module, "PATIENCE_S", 0.2)
    monkeypatch.setattr(screen_module, "_REACTION_S", 0.05)
    monkeypatch.setattr(screen_module, "_LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr(screen_module, "_CLOCK_SLACK_S", 0.02)


class Opened(FakeView):
    """A view that lands on whatever it is told to start with."""

    def __init__(self, engine: PagesOf, delegate: ViewDelegate) -> None:
        super().__init__(engine.page, on_tap=lambda _control: engine.finger(delegate))
        self.engine, self.delegate = engine, delegate
        self.hidden = self.closed = False

    async def start(self, url: str) -> None:
        if self.engine.fails is not None:
            raise self.engine.fails
        answer = await self.delegate.navigation(NavigationAttempt(url, Cause.APP, False, 0))
        if answer.answer.value == "load":
            self.delegate.page_event(PageEvent(PageEventKind.LANDED, 0, url, self.engine.status))

    async def set_visibility(self, *, hidden: bool) -> None:
        self.hidden = hidden

    async def close(self) -> None:
        self.closed = True


class PagesOf:
    """An engine all of whose views show one page."""

    name, version = "told", "1"

    def __init__(
        self,
        page: PageSurvey,
        finger: str | None = None,
        *,
        status: int = 200,
        fails: EngineError | None = None,
    ) -> None:
        self.page, self.status, self.fails, self._leads = page, status, fails, finger
        self.opened: list[Opened] = []
        self.settings: list[ViewSettings] = []

    async def start(self) -> None:
        return

    async def open(self, settings: ViewSettings, delegate: ViewDelegate) -> Opened:
        self.settings.append(settings)
        self.opened.append(Opened(self, delegate))
        return self.opened[-1]

    async def finger(self, delegate: ViewDelegate) -> None:
        if self._leads is not None:
            await delegate.navigation(NavigationAttempt(self._leads, Cause.TAP, True, 0, page_url=LINK))

    async def close(self) -> None:
        return


async def followed(in_app: PagesOf, real: PagesOf | None = None, on: Errand | None = None) -> Journey:
    real = real or PagesOf(survey())
    asked = replace(on or errand("instagram-android"), within_s=5.0)
    journey = await follow(asked, Browsers(in_app, real), Associations(_nothing_there))  # type: ignore[arg-type]
    assert all(view.closed for engine in (in_app, real) for view in engine.opened), "every view is closed"
    return journey


async def test_a_tap_that_opens_the_app_ends_in_the_app_and_the_page_is_told_that_it_was_left() -> None:
    in_app = PagesOf(survey(OUT), INTENT_TO_APP)
    journey = await followed(in_app)
    outcome = journey.fails.outcome
    assert (outcome.kind, outcome.app, outcome.taps) == (OutcomeKind.APP, "spotify", 1)
    assert (outcome.escape, outcome.target) == (Escape.TAP, "spotify:track:11dFghVXANMlKmJXsNCbNl")
    assert in_app.opened[0].hidden


async def test_an_escape_to_the_real_browser_is_followed_there_with_a_jar_of_its_own() -> None:
    in_app, real = PagesOf(survey(OUT), INTENT_TO_CHROME), PagesOf(survey())
    journey = await followed(in_app, real, errand("instagram-android", to="browser"))
    assert len(in_app.opened) == len(real.opened) == 1
    assert journey.fails.outcome.kind is OutcomeKind.BROWSER
    assert journey.fails.ending is Ending.IN_BROWSER
    assert {hop.where for hop in journey.fails.hops} == {Where.IN_APP, Where.BROWSER}


async def test_a_page_that_goes_on_into_a_further_browser_is_out_of_sight_and_no_app() -> None:
    asked = errand("safari-ios", installed=("spotify", "chrome"))
    journey = await followed(PagesOf(survey(OUT), "googlechromes://bio.example/mara"), on=asked)
    assert (journey.fails.outcome.kind, journey.fails.ending) == (OutcomeKind.UNKNOWN, Ending.BLOCKED)


async def test_taps_are_counted_over_both_browsers() -> None:
    in_app = PagesOf(survey(OUT), INTENT_TO_CHROME)
    real = PagesOf(survey(OUT), INTENT_TO_APP)
    journey = await followed(in_app, real)
    assert (journey.fails.outcome.kind, journey.fails.outcome.taps) == (OutcomeKind.APP, 2)


async def test_a_page_nothing_leads_out_of_is_a_web_view_below_the_ceiling() -> None:
    journey = await followed(PagesOf(survey()))
    outcome = journey.fails.outcome
    assert (outcome.kind, outcome.escape) == (OutcomeKind.WEBVIEW, Escape.NONE)
    assert outcome.ceiling is Ceiling.BELOW


async def test_a_note_on_the_page_is_a_guided_way_out() -> None:
    journey = await followed(PagesOf(survey(view_text="Tap the dots, then Open in browser")))
    assert journey.fails.outcome.escape is Escape.GUIDED


@pytest.mark.parametrize(
    ("page", "status", "ending"),
    [(survey(), 404, Ending.HTTP_ERROR), (survey(blank=True), 200, Ending.BLANK)],
)
async def test_a_page_that_is_none_is_a_dead_end(page: PageSurvey, status: int, ending: Ending) -> None:
    journey = await followed(PagesOf(page, status=status))
    assert (journey.fails.outcome.kind, journey.fails.ending) == (OutcomeKind.DEAD_END, ending)


async def test_a_dead_end_in_the_real_browser_is_no_arrival() -> None:
    journey = await followed(
        PagesOf(survey(OUT), INTENT_TO_CHROME),
        PagesOf(survey(), status=500),
        errand("instagram-android", to="browser"),
    )
    assert journey.fails.outcome.kind is OutcomeKind.DEAD_END


@pytest.mark.parametrize("error", [EngineError("no page could be opened"), ViewLostError("it died")])
async def test_a_browser_of_ours_that_fails_says_nothing_about_the_link(error: EngineError) -> None:
    journey = await followed(PagesOf(survey(), fails=error))
    assert (journey.fails.outcome.kind, journey.fails.ending) == (OutcomeKind.UNKNOWN, Ending.ENGINE)
    assert journey.fails.reason == str(error)
    assert journey.fails.outcome.ceiling is Ceiling.UNKNOWN


async def test_where_contested_rows_are_met_the_tap_is_followed_both_ways() -> None:
    in_app = PagesOf(survey(OUT), f"x-safari-{LINK}")
    journey = await followed(in_app, on=errand("tiktok-ios", to="browser"))
    assert journey.works is not None
    assert (journey.fails.play, journey.works.play) == (Play.FAILS, Play.WORKS)
    assert journey.fails.outcome.kind is OutcomeKind.WEBVIEW
    assert journey.works.outcome.kind is OutcomeKind.BROWSER


async def test_where_none_is_met_it_is_followed_once() -> None:
    in_app = PagesOf(survey(OUT), INTENT_TO_APP)
    journey = await followed(in_app)
    assert journey.works is None
    assert len(in_app.opened) == 1
