"""What the finger does on the way to a login: the way out, the suite's own button, what looks like it."""

from __future__ import annotations

import time

import pytest
from tests.check.journeys import LINK, errand
from tests.journey.page import control, survey
from tests.journey.test_screen import FakeView, _nothing_there

from dropcheck.engine.base import PageEvent, PageEventKind, PageSurvey
from dropcheck.handoff.model import Phone
from dropcheck.handoff.rows import Play
from dropcheck.journey import screen as screen_module
from dropcheck.journey.associations import Associations
from dropcheck.journey.controls import Wanted
from dropcheck.journey.login_controls import WantedLogin
from dropcheck.journey.login_model import Form, LoginAsked, LoginVisit
from dropcheck.journey.login_screen import LoginScreen
from dropcheck.journey.model import Ending
from dropcheck.journey.side import Side, Story
from dropcheck.result import Where

LOGIN = "https://accounts.spotify.com/authorize?client_id=1"
OUT = "instagram://extbrowser/?url=https%3A%2F%2Fsmart.example%2Fn"


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_module, "PATIENCE_S", 0.2)
    monkeypatch.setattr(screen_module, "_REACTION_S", 0.02)
    monkeypatch.setattr(screen_module, "_LOOK_AGAIN_S", 0.02)
    monkeypatch.setattr(screen_module, "_CLOCK_SLACK_S", 0.01)


async def tapped(
    page: PageSurvey, *buttons: str, leaves_first: bool = True, stops: bool = False, asked: bool = False
) -> tuple[list[str], LoginVisit]:
    """Follow a page that does nothing and return what was tapped, in order."""
    view, on = FakeView(page), errand()
    story = Story(on, Play.FAILS)
    side = Side(story, on.profile, Phone(), Associations(_nothing_there), frozenset())
    screen = LoginScreen(
        view,  # type: ignore[arg-type]
        side,
        story,
        Wanted(None, None, leaves_app=True),
        [],
        deadline=time.monotonic() + 20,
    )
    visit = LoginVisit(Where.IN_APP)
    if asked:
        visit.asked.append(LoginAsked(LOGIN, 1, Form.TOP, loads=False))
    wanted = WantedLogin("presave", None, lambda url: url.startswith(LOGIN))
    screen.seek(wanted, visit, list(buttons), leaves_first=leaves_first, stops=stops)
    side.page_event(PageEvent(PageEventKind.LANDED, 0, LINK, 200))
    ended = await screen.follow()
    assert ended is not None
    assert ended.ending is Ending.STAYED
    return view.tapped, visit


async def test_the_way_out_comes_first_and_the_button_it_stands_beside_is_remembered():
    taps, visit = await tapped(survey(control("Pre-save"), control("Continue in your browser", OUT)))
    assert taps == ["Continue in your browser", "Pre-save"]
    assert visit.passed_over is not None
    assert visit.passed_over.text == "Pre-save"
    assert visit.exit_in_view


async def test_a_fan_who_goes_straight_for_the_button_leaves_the_way_out_alone():
    page = survey(control("Pre-save"), control("Continue in your browser", OUT))
    taps, visit = await tapped(page, leaves_first=False)
    assert taps == ["Pre-save"]
    assert visit.tapped_button


async def test_the_suites_own_button_is_tapped_after_the_way_out_and_before_any_guess():
    page = survey(control("Pre-save"), control("odd"), control("Continue in your browser", OUT))
    taps, _ = await tapped(page, "odd")
    assert taps[:2] == ["Continue in your browser", "odd"]


async def test_a_suites_button_that_is_not_there_stops_nothing():
    taps, _ = await tapped(survey(control("Pre-save")), "nowhere")
    assert taps == ["Pre-save"]


async def test_a_guess_is_no_save_button():
    taps, visit = await tapped(survey(control("Count me in")))
    assert (taps, visit.tapped_button) == (["Count me in"], False)


async def test_what_could_not_be_read_or_tapped_is_remembered():
    locked = control("Pre-save", enabled=False)
    taps, visit = await tapped(survey(locked, marks={"foreign-frame": "", "email-field": ""}))
    assert taps == []
    assert visit.locked is locked
    assert visit.has_foreign_frame
    assert visit.has_email_field


async def test_who_wants_only_the_logins_address_stops_when_it_is_known():
    taps, _ = await tapped(survey(control("Pre-save")), stops=True, asked=True)
    assert taps == []
