"""What a fan would tap to save the song, in an app and outside."""

import pytest

from dropcheck.engine.base import Box, Control, PageSurvey
from dropcheck.journey.controls import signature
from dropcheck.journey.login_controls import WantedLogin, cancel_control, choose_login

LOGIN = "https://accounts.spotify.com/authorize?client_id=1"


def control(text, href=None, **more):
    base = {"visible": True, "in_view": True}
    return Control(text, "a", text, href, (), Box(0, 0, 10, 10), **{**base, **more})


def page(*controls):
    return PageSurvey("https://smart.example/n", "", "", "", controls, blank=False)


def chosen(controls, *, action="presave", service=None, in_app=False, tried=()):
    wanted = WantedLogin(
        action, service, lambda url: url.startswith("https://accounts.spotify.com/authorize")
    )
    found = choose_login(page(*controls), wanted, tried, in_app=in_app)
    return found.text if found else None


def test_in_an_app_the_way_out_comes_before_the_button():
    out = control("Continue in your browser", "instagram://extbrowser/?url=https%3A%2F%2Fsmart.example%2Fn")
    assert chosen([control("Pre-save", LOGIN), out], in_app=True) == out.text
    assert chosen([control("Pre-save", LOGIN), out]) == "Pre-save"


@pytest.mark.parametrize(
    ("action", "label"),
    [
        ("presave", "Pre-Save"),
        ("follow", "Follow Mara"),
        ("save", "Save to library"),
        ("playlist-add", "Add to playlist"),
    ],
)
def test_each_action_is_known_by_its_words(action, label):
    assert chosen([control("Shop", "https://shop.example"), control(label)], action=action) == label


def test_the_wanted_services_button_is_preferred_and_anothers_left_alone():
    both = [control("Pre-save on Deezer"), control("Pre-save on Spotify")]
    assert chosen(both, service="spotify") == "Pre-save on Spotify"
    assert chosen(both[:1], service="spotify") is None


def test_a_login_address_counts_whatever_the_label_says():
    assert chosen([control("Count me in", LOGIN)]) == "Count me in"


@pytest.mark.parametrize(
    "other",
    [
        control("Play on Spotify", "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"),
        control("Privacy policy of the pre-save"),
        control("Pre-save", visible=False),
        control("Pre-save", enabled=False),
    ],
)
def test_store_links_small_print_and_dead_controls_are_not_tapped(other):
    assert chosen([other]) is None


def test_what_was_tried_is_not_tapped_again():
    button = control("Pre-save")
    assert chosen([button], tried={signature(button)}) is None


@pytest.mark.parametrize(
    ("label", "says_no"), [("Cancel", True), ("[ Cancel ]", True), ("No thanks", True), ("Log in", False)]
)
def test_a_no_is_found_by_its_words(label, says_no):
    assert (cancel_control(page(control(label))) is not None) is says_no
