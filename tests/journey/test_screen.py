"""One side of the phone, with a page that does as told: patience, taps, walls and what ends a story."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.check.journeys import LINK, errand
from tests.journey.page import control, survey

from dropcheck.engine.base import (
    Answer,
    Control,
    NavigationAttempt,
    PageClosedError,
    PageEvent,
    PageEventKind,
    PageHungError,
    PageSurvey,
    ViewLostError,
)
from dropcheck.handoff.model import Phone
from dropcheck.handoff.rows import Play
from dropcheck.journey import screen as screen_module
from dropcheck.journey.associations import Associations, WellKnown
from dropcheck.journey.controls import Wanted
from dropcheck.journey.model import Ending, Errand, Seen
from dropcheck.journey.screen import Screen
from dropcheck.journey.side import Side, Story
from dropcheck.result import Basis, Cause, DecisionKind

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
INTENT = "intent://track/x#Intent;scheme=spotify;package=com.spotify.music;end"
SCHEME = "spotify:track:11dFghVXANMlKmJXsNCbNl"


async def _nothing_there(_url: str) -> WellKnown:
    return WellKnown(0)


class FakeView:
    """A page that is quiet at once and shows `pages`, one after the other; `on_tap` is what a finger causes."""

    def __init__(self, *pages: PageSurvey, on_tap: Callable[[Control], Any] | None = None) -> None:
        self.pages = list(pages)
        self.on_tap = on_tap
        self.tapped: list[str] = []

    async def settle(self, bound_s: float) -> bool:
        return True

    async def survey(self) -> PageSurvey:
        return self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]

    async def find(self, selector: str, bound_s: float) -> Control | None:
        return next((c for c in self.pages[0].controls if c.text == selector), None)

    async def tap(self, control: Control, bound_s: float = 5.0) -> bool:
        self.tapped.append(control.text)
        if self.on_tap is not None:
            await self.on_tap(control)
        return True

    async def screenshot(self) -> bytes | None:
        return b"png"


class Stage:
    """A side, its story and a screen over a fake page."""

    def __init__(
        self, view: FakeView, on: Errand, *, selectors: tuple[str, ...] = (), left_s: float = 20
    ) -> None:
        self.story = Story(on, Play.FAILS)
        self.side = Side(self.story, on.profile, Phone(), Associations(_nothing_there), frozenset())
        self.screen = Screen(
            view,  # type: ignore[arg-type]
            self.side,
            self.story,
            Wanted(on.app, on.opens, leaves_app=on.profile.in_app),
            list(selectors),
            deadline=time.monotonic() + left_s,
            tap_at_all=on.to == "app" or on.profile.in_app,
        )

    async def tries(
        self, url: str, by: Cause = Cause.SCRIPT, *, gesture: bool = False, **more: Any
    ) -> Answer:
        attempt = NavigationAttempt(url, by, gesture, 0, page_url=LINK, **more)
        return (await self.side.navigation(attempt)).answer

    def fails(self, code: str) -> None:
        self.side.page_event(PageEvent(PageEventKind.FAILED, 0, LINK, detail={"code": code, "reason": code}))

    def lands(self, status: int = 200, url: str = LINK) -> None:
        self.side.page_event(PageEvent(PageEventKind.LANDED, 0, url, status))


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_module, "PATIENCE_S", 0.3)
    monkeypatch.setattr(screen_module, "_REACTION_S", 0.05)
    monkeypatch.setattr(screen_module, "_LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr(screen_module, "_CLOCK_SLACK_S", 0.02)


async def _arrived(stage: Stage, status: int = 200) -> None:
    await stage.tries(LINK, Cause.APP)
    stage.lands(status)


async def test_a_page_without_a_way_out_is_trapped_after_patience():
    stage = Stage(FakeView(survey()), errand())
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.STAYED
    assert stage.story.taps == 0


async def test_time_that_runs_out_before_patience_is_our_own_time_out_and_no_trap():
    stage = Stage(FakeView(survey()), errand(), left_s=0.1)
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.TIMED_OUT


async def test_nothing_at_all_is_a_time_out():
    stage = Stage(FakeView(survey()), errand(), left_s=0.1)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.TIMED_OUT


async def test_the_button_is_tapped_and_the_hand_off_ends_the_story():
    async def finger(control: Control) -> None:
        await stage.tries(INTENT, Cause.TAP, gesture=True)

    view = FakeView(survey(control("Play on Spotify", TRACK)), on_tap=finger)
    stage = Stage(view, errand("instagram-android"))
    await _arrived(stage)
    assert await stage.screen.follow() is None
    assert (view.tapped, stage.story.taps) == (["Play on Spotify"], 1)
    assert stage.side.escaped is not None
    assert stage.side.escaped.gesture


async def test_a_hand_off_under_way_before_the_finger_came_down_costs_no_tap():
    async def too_late(control: Control) -> None:
        await stage.tries(INTENT)

    stage = Stage(
        FakeView(survey(control("Play on Spotify", TRACK)), on_tap=too_late), errand("instagram-android")
    )
    await _arrived(stage)
    assert await stage.screen.follow() is None
    assert stage.story.taps == 0
    assert Seen.TAPPED not in [seen.what for seen in stage.story.seen]


async def test_a_button_that_comes_late_without_a_navigation_is_still_tapped():
    view = FakeView(survey(), survey(), survey(control("Play on Spotify", TRACK)))
    stage = Stage(view, errand())
    await _arrived(stage)
    await stage.screen.follow()
    assert view.tapped == ["Play on Spotify"]


async def test_a_note_that_comes_late_still_guides():
    view = FakeView(survey(), survey(), survey(view_text="Tap the dots, then Open in browser"))
    stage = Stage(view, errand())
    await _arrived(stage)
    await stage.screen.follow()
    assert stage.side.guide == "Tap the dots, then Open in browser"


async def test_a_button_without_effect_is_tapped_once():
    view = FakeView(survey(control("Play on Spotify", TRACK)))
    stage = Stage(view, errand())
    await _arrived(stage)
    await stage.screen.follow()
    assert view.tapped == ["Play on Spotify"]


async def test_the_suites_own_selectors_are_tapped_in_order_and_nothing_else():
    page = survey(control("Play on Spotify", TRACK), control("first"), control("second"))
    view = FakeView(page)
    stage = Stage(view, errand(), selectors=("first", "second"))
    await _arrived(stage)
    await stage.screen.follow()
    assert view.tapped[:2] == ["first", "second"]


async def test_a_banner_over_the_button_is_dismissed_first_and_counted():
    accept = control("Accept all")
    page = survey(
        control("Play on Spotify", TRACK, covered_by="a banner"), accept, marks={"cookie-banner": accept.ref}
    )
    view = FakeView(page)
    stage = Stage(view, errand())
    await _arrived(stage)
    await stage.screen.follow()
    assert view.tapped == ["Accept all", "Play on Spotify"]
    assert stage.story.taps == 2
    assert {Seen.BANNER_COVERED, Seen.COOKIE_BANNER} <= {seen.what for seen in stage.story.seen}


async def test_a_tap_that_came_before_the_pages_scripts_is_made_once_more_and_counts_once(monkeypatch):
    monkeypatch.setattr(screen_module, "_ONCE_MORE_S", 0.1)

    async def finger(control: Control) -> None:
        if len(view.tapped) == 2:
            await stage.tries(INTENT, Cause.SCRIPT, gesture=True)

    view = FakeView(survey(control("Play on Spotify")), on_tap=finger)
    stage = Stage(view, errand("instagram-android"))
    await _arrived(stage)
    assert await stage.screen.follow() is None
    assert (len(view.tapped), stage.story.taps) == (2, 1)


async def test_a_tap_that_nothing_ever_comes_of_is_made_no_third_time(monkeypatch):
    monkeypatch.setattr(screen_module, "_ONCE_MORE_S", 0.1)
    view = FakeView(survey(control("Play on Spotify")))
    stage = Stage(view, errand())
    await _arrived(stage)
    await stage.screen.follow()
    assert (len(view.tapped), stage.story.taps) == (2, 1)


async def test_a_text_that_only_looked_like_a_button_is_no_step_of_the_fans():
    view = FakeView(survey(labels=(control("Out now on Spotify"),)))
    stage = Stage(view, errand())
    await _arrived(stage)
    await stage.screen.follow()
    assert view.tapped == ["Out now on Spotify"]
    assert stage.story.taps == 0
    assert Seen.TAPPED not in [seen.what for seen in stage.story.seen]


async def test_a_text_that_a_script_listens_to_is_a_button():
    async def finger(control: Control) -> None:
        await stage.tries(INTENT, Cause.SCRIPT, gesture=True)

    view = FakeView(survey(labels=(control("Spotify"),)), on_tap=finger)
    stage = Stage(view, errand("instagram-android"))
    await _arrived(stage)
    assert await stage.screen.follow() is None
    assert stage.story.taps == 1


async def test_what_lay_under_something_is_tapped_again_once_it_is_free():
    song, free = control("Play on Spotify", TRACK, covered_by="a splash"), control("Play on Spotify", TRACK)
    view = FakeView(survey(song), survey(song), survey(free))
    misses = iter([False])

    async def tap(control: Control, bound_s: float = 5.0) -> bool:
        view.tapped.append(control.text)
        return next(misses, True)

    view.tap = tap  # type: ignore[method-assign]
    stage = Stage(view, errand())
    await _arrived(stage)
    await stage.screen.follow()
    assert view.tapped == ["Play on Spotify", "Play on Spotify"]
    assert stage.story.taps == 1


@pytest.mark.parametrize(
    ("status", "marks", "ending"),
    [
        (404, {}, Ending.HTTP_ERROR),
        (503, {}, Ending.HTTP_ERROR),
        (401, {}, Ending.BLOCKED),
        (403, {}, Ending.HTTP_ERROR),
        (403, {"captcha": ""}, Ending.BLOCKED),
        (429, {}, Ending.BLOCKED),
        (200, {"captcha": ""}, Ending.BLOCKED),
        (404, {"captcha": ""}, Ending.BLOCKED),
        (200, {"password-field": ""}, Ending.BLOCKED),
    ],
)
async def test_walls_and_errors_end_the_story_at_once(status, marks, ending):
    stage = Stage(FakeView(survey(control("Shop", "https://shop.example/"), marks=marks)), errand())
    await _arrived(stage, status)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is ending


async def test_a_region_wall_is_no_verdict_on_the_link():
    stage = Stage(FakeView(survey(view_text="Sorry, this is not available in your country")), errand())
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.BLOCKED


async def test_a_blank_page_is_told_as_blank():
    stage = Stage(FakeView(survey(blank=True)), errand())
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.BLANK


@pytest.mark.parametrize("blank", [True, False])
async def test_a_page_that_keeps_a_part_of_itself_closed_is_for_a_person_to_look_at(blank):
    stage = Stage(FakeView(survey(blank=blank, marks={"unread-tree": ""})), errand())
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.BLOCKED


async def test_a_document_that_could_not_be_had_ends_the_story():
    stage = Stage(FakeView(survey()), errand())
    await stage.tries(LINK, Cause.APP)
    stage.fails("ERR_CONNECTION_RESET")
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.UNREACHABLE


async def test_a_page_that_breaks_off_is_no_trap_when_nothing_leads_out_of_what_came():
    stage = Stage(FakeView(survey()), errand())
    await _arrived(stage)
    stage.fails("ERR_CONTENT_LENGTH_MISMATCH")
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.UNREACHABLE
    assert "in the middle of the page" in ended.reason


async def test_a_page_that_breaks_off_still_leads_out_where_its_button_had_come():
    async def finger(control: Control) -> None:
        await stage.tries(INTENT, Cause.TAP, gesture=True)

    view = FakeView(survey(control("Play on Spotify", TRACK)), on_tap=finger)
    stage = Stage(view, errand("instagram-android"))
    await _arrived(stage)
    stage.fails("ERR_CONTENT_LENGTH_MISMATCH")
    assert await stage.screen.follow() is None


async def test_a_page_that_is_still_coming_is_waited_for_beyond_patience():
    coming, whole = survey(arriving=True), survey(control("Play on Spotify", TRACK))
    view = FakeView(*[coming] * 12, whole)
    stage = Stage(view, errand())
    await _arrived(stage)
    await stage.screen.follow()
    assert view.tapped == ["Play on Spotify"]


@pytest.mark.parametrize("blank", [True, False])
async def test_a_page_that_never_comes_whole_is_our_time_out_and_neither_blank_nor_a_trap(blank):
    stage = Stage(FakeView(survey(blank=blank, arriving=True)), errand(), left_s=1)
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.TIMED_OUT
    assert "only a part of the page" in ended.reason


async def test_a_page_that_reloads_itself_for_ever_in_the_real_browser_is_no_arrival():
    class Reloading(FakeView):
        async def survey(self) -> PageSurvey:
            reloads.append(asyncio.ensure_future(_arrived(stage)))
            return await super().survey()

    reloads: list[asyncio.Future[None]] = []
    stage = Stage(Reloading(survey()), errand("safari-ios", to="browser"))
    await _arrived(stage)
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.LOOP


async def test_a_page_that_leads_on_to_another_is_shown_once_that_one_stands(monkeypatch):
    monkeypatch.setattr(screen_module, "_STILL_S", 0.05)
    stage = Stage(FakeView(survey()), errand("safari-ios", to="browser"))
    await _arrived(stage)
    await stage.tries("https://second.example/")
    stage.lands(url="https://second.example/")
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.STAYED


async def test_data_shown_as_text_is_no_page():
    stage = Stage(FakeView(survey(view_text="\ufffd" * 80)), errand("safari-ios", to="browser"))
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.BAD_ANSWER


async def test_a_part_of_a_page_in_the_real_browser_is_no_arrival():
    stage = Stage(FakeView(survey(arriving=True)), errand("safari-ios", to="browser"), left_s=1)
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.TIMED_OUT


async def test_a_server_that_says_nothing_is_named_even_where_the_engine_can_tell_nothing_of_the_page():
    class Silent(FakeView):
        async def survey(self) -> PageSurvey:
            raise PageHungError("the page does not answer")

    stage = Stage(Silent(), errand(), left_s=0.1)
    await stage.tries(LINK, Cause.APP)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.TIMED_OUT
    assert ended.reason.startswith("no page came from bio.example within")


async def test_a_page_whose_scripts_never_end_is_frozen_and_no_failure_of_the_browser():
    class Frozen(FakeView):
        async def survey(self) -> PageSurvey:
            raise PageHungError("the page does not answer")

    stage = Stage(Frozen(), errand())
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.FROZEN


@pytest.mark.parametrize("told_before", [True, False])
async def test_a_page_that_closed_itself_is_told_so_whether_or_not_the_engine_said_so_first(
    told_before, monkeypatch
):
    monkeypatch.setattr(screen_module, "_CLOSING_S", 0.1)

    class Closed(FakeView):
        async def survey(self) -> PageSurvey:
            if told_before:
                stage.side.page_event(PageEvent(PageEventKind.CLOSED, 0, LINK))
            raise PageClosedError("the page closed itself")

    stage = Stage(Closed(), errand())
    await _arrived(stage)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.CLOSED


async def test_a_window_that_went_with_its_browser_is_no_page_that_closed_itself():
    class Gone(FakeView):
        async def survey(self) -> PageSurvey:
            stage.side.page_event(PageEvent(PageEventKind.LOST, 0))
            raise PageClosedError("the page closed itself")

    stage = Stage(Gone(), errand())
    await _arrived(stage)
    with pytest.raises(ViewLostError):
        await stage.screen.follow()


@pytest.mark.parametrize(
    ("event", "ending"),
    [
        (PageEventKind.CLOSED, Ending.CLOSED),
        (PageEventKind.CRASHED, Ending.CRASHED),
        (PageEventKind.DOWNLOAD, Ending.DOWNLOAD),
        (PageEventKind.AUTH, Ending.BLOCKED),
    ],
)
async def test_what_a_page_does_to_itself(event, ending):
    stage = Stage(FakeView(survey()), errand())
    await stage.tries(LINK, Cause.APP)
    stage.side.page_event(PageEvent(event, 0, LINK))
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is ending


async def test_a_download_beside_a_page_ends_nothing():
    stage = Stage(FakeView(survey()), errand())
    await _arrived(stage)
    stage.side.page_event(PageEvent(PageEventKind.DOWNLOAD, 0, LINK))
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.STAYED


async def test_a_chain_without_end_is_a_loop():
    stage = Stage(FakeView(survey()), errand())
    for step in range(50):
        await stage.tries(f"https://go.example/{step}", Cause.REDIRECT)
    ended = await stage.screen.follow()
    assert ended is not None
    assert ended.ending is Ending.LOOP


async def test_every_attempt_is_a_hop_with_its_rule_and_a_plain_load_was_observed():
    stage = Stage(FakeView(survey()), errand())
    await _arrived(stage)
    await stage.tries(SCHEME, Cause.TAP, gesture=True)
    load, scheme = stage.story.hops
    assert (load.decision, load.basis, load.status) == (DecisionKind.LOADS, Basis.OBSERVED, 200)
    assert (scheme.decision, scheme.basis) == (DecisionKind.REFUSED, Basis.MODELLED)
    assert [hop.n for hop in stage.story.hops] == [1, 2]


async def test_the_answer_of_a_second_window_stands_beside_its_own_hop():
    stage = Stage(FakeView(survey()), errand("chrome-android"))
    await _arrived(stage)
    await stage.tries("https://other.example/", Cause.POPUP, gesture=True, new_window=True)
    stage.side.page_event(PageEvent(PageEventKind.LANDED, 1, "https://other.example/", 404))
    assert [hop.status for hop in stage.story.hops] == [200, 404]


async def test_a_contested_rule_is_remembered_and_played_as_told():
    stage = Stage(FakeView(survey()), errand("tiktok-ios"))
    await _arrived(stage)
    assert await stage.tries(f"x-safari-{LINK}", Cause.TAP, gesture=True) is Answer.STAY
    assert stage.side.escaped is None
    assert "tiktok-ios/x-safari" in stage.story.contested


async def test_after_the_escape_the_page_moves_nothing_any_more():
    stage = Stage(FakeView(survey()), errand("instagram-android"))
    await _arrived(stage)
    await stage.tries(INTENT)
    hops = len(stage.story.hops)
    assert await stage.tries(TRACK) is Answer.STAY
    assert len(stage.story.hops) == hops


async def test_the_page_sees_nothing_of_the_apps_question_and_a_timer_under_it_is_told():
    stage = Stage(FakeView(survey()), errand("instagram-ios"))
    await _arrived(stage)
    await stage.tries("instagram://extbrowser/?url=https%3A%2F%2Fbio.example%2F", Cause.TAP, gesture=True)
    assert stage.side.sheet_is_up
    await stage.tries(TRACK)
    assert Seen.TIMER_UNDER_SHEET in [seen.what for seen in stage.story.seen]
    stage.side.close()
