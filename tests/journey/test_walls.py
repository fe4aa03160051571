"""What stands between a visitor and the page, and what only looks like it."""

from __future__ import annotations

import pytest
from tests.journey.page import control, survey

from dropcheck import apps
from dropcheck.journey.controls import Wanted
from dropcheck.journey.walls import login_wall, wall

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
SONG = Wanted("spotify", apps.resolve_target(TRACK), leaves_app=True)
PRESAVE = Wanted(None, None, leaves_app=False)
LISTEN = control("Listen on Spotify", TRACK)


@pytest.mark.parametrize("status", [401, 407, 429, 451, 999])
def test_a_server_that_turns_a_visitor_away_is_a_wall_whatever_it_shows(status):
    assert str(status) in (wall(survey(LISTEN), status, SONG) or "")


@pytest.mark.parametrize(
    "words",
    [
        "Access Denied. You don't have permission to access this page. Reference #18.2d",
        "Sorry, you have been blocked. Attention Required! | Cloudflare",
        "The request could not be satisfied. Request blocked.",
        "Please verify that you are not a robot.",
        "Our systems have detected unusual traffic from your network.",
        "Pardon Our Interruption",
    ],
)
def test_an_answer_that_speaks_of_robots_is_a_wall(words):
    for status in (403, 405, 503):
        assert f"({status})" in (wall(survey(text=words), status, SONG) or "")
    assert wall(survey(text=words), 404, SONG) is None


@pytest.mark.parametrize(
    "words",
    ["Forbidden", "403 Forbidden nginx", "Not yet.", "This link is private.", "503 Service Unavailable"],
)
@pytest.mark.parametrize("status", [403, 405, 503])
def test_a_plain_refusal_is_an_error_that_fans_see_too(words, status):
    assert wall(survey(text=words), status, SONG) is None


@pytest.mark.parametrize("status", [200, 403, 503])
def test_an_answer_that_calls_itself_a_challenge_is_a_wall(status):
    assert str(status) in (wall(survey(LISTEN), status, SONG, challenged=True) or "")


def test_a_captcha_is_a_wall_unless_the_way_on_is_free():
    assert wall(survey(marks={"captcha": ""}), 200, SONG)
    assert wall(survey(control(LISTEN.text, TRACK, covered_by="a captcha"), marks={"captcha": ""}), 200, SONG)
    assert wall(survey(LISTEN, marks={"captcha": ""}), 200, SONG) is None
    assert wall(survey(LISTEN, marks={"captcha": ""}), 503, SONG)


@pytest.mark.parametrize(
    "words",
    [
        "Sorry, this content is not available in your country.",
        "This isn't available in your region",
        "Este contenido no está disponible en tu país.",
        "Ce contenu n’est pas disponible dans votre pays.",
        "Dieses Video ist in deinem Land nicht verfügbar.",
        "Questo brano non è disponibile nel tuo paese.",
        "お住まいの地域ではご利用いただけません",
    ],
)
def test_a_region_wall_is_read_in_the_languages_fans_meet_it_in(words):
    assert wall(survey(view_text=words), 200, SONG)
    assert wall(survey(LISTEN, view_text=words), 200, SONG) is None


@pytest.mark.parametrize(
    "words", ["Out now in your country", "Available in your region", "Tour dates near you"]
)
def test_a_word_about_a_country_is_no_region_wall(words):
    assert wall(survey(view_text=words), 200, SONG) is None


@pytest.mark.parametrize(
    "page",
    [
        survey(control("Log in"), marks={"password-field": ""}),
        survey(control("Continue"), view_text="Log in to continue"),
        survey(control("Log in with Spotify"), view_text="You must be logged in"),
    ],
)
def test_a_page_that_only_asks_for_a_login_is_a_wall(page):
    assert login_wall(page, SONG)
    assert login_wall(page, PRESAVE)


def test_a_login_beside_the_way_on_is_no_wall():
    assert login_wall(survey(LISTEN, control("Log in"), marks={"password-field": ""}), SONG) is None
    assert login_wall(survey(control("Pre-save"), marks={"password-field": ""}), PRESAVE) is None
    assert login_wall(survey(control("Log in"), view_text="Neon Hours"), SONG) is None
