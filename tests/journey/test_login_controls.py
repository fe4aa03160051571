"""What a fan would tap to save the song, in an app and outside."""

import pytest

from dropcheck.engine.base import Box, Control, PageSurvey
from dropcheck.journey.controls import signature
from dropcheck.journey.login_controls import (
    WantedLogin,
    cancel_control,
    choose_login,
    guess_control,
    is_way_out,
    locked_control,
)

LOGIN = "https://accounts.spotify.com/authorize?client_id=1"


def control(text, href=None, **more):
    fields = {
        "ref": text,
        "tag": "a",
        "text": text,
        "href": href,
        "hints": (),
        "box": Box(0, 0, 10, 10),
        "visible": True,
        "in_view": True,
    }
    return Control(**{**fields, **more})


def page(*controls, **marks):
    named = {name.replace("_", "-"): ref for name, ref in marks.items()}
    return PageSurvey("https://smart.example/n", "", "", "", controls, blank=False, marks=named)


def asked(action="presave", service=None):
    return WantedLogin(action, service, lambda url: url.startswith("https://accounts.spotify.com/authorize"))


def chosen(controls, *, action="presave", service=None, in_app=False, tried=(), begun=False):
    found = choose_login(page(*controls), asked(action, service), tried, in_app=in_app, begun=begun)
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


def test_the_service_is_read_from_the_row_where_every_button_says_the_same():
    rows = [control("Pre-Save", ref=name, near=f"{name} Pre-Save") for name in ("Apple Music", "Spotify")]
    found = choose_login(page(*rows), asked(service="spotify"), (), in_app=False)
    assert found is not None
    assert found.ref == "Spotify"


@pytest.mark.parametrize("near", ["logo_spotify_onlight.svg", "spotify", "Spotify"])
def test_a_button_that_only_shows_a_services_name_or_logo_is_one(near):
    assert chosen([control("Go", near=near)], service="spotify") == "Go"
    store = control("Spotify", "https://open.spotify.com/artist/4Z8W4fKeB5YxbusRsdQVPb")
    assert chosen([store], service="spotify") is None


def test_youtube_music_is_not_youtube():
    assert chosen([control("YouTube Music")], service="youtube_music") == "YouTube Music"
    assert chosen([control("YouTube Music")], service="youtube") is None


def test_a_step_in_between_is_tapped_only_after_something_else():
    step = control("Agree and continue")
    assert chosen([step]) is None
    assert chosen([step], begun=True) == step.text


def test_a_button_that_waits_for_input_is_named_and_not_tapped():
    waits = control("Pre-save", enabled=False)
    assert chosen([waits]) is None
    assert locked_control(page(waits), asked()) is waits
    sends = control("Pre-save", ref="send")
    mail = page(sends, email_field="send")
    assert choose_login(mail, asked(), (), in_app=False) is None
    assert locked_control(mail, asked()) is sends
    assert locked_control(page(control("Pre-save")), asked()) is None


def test_a_button_nobody_can_read_is_tried_where_it_is_the_only_one():
    odd = control("Count me in", "https://smart.example/go")
    assert guess_control(page(odd, control("Privacy")), asked(), ()) is odd
    assert guess_control(page(odd), asked(), {signature(odd)}) is None
    other = control("About us", "https://smart.example/about")
    assert guess_control(page(odd, other), asked(), ()) is None
    first, second = control("Ja!"), control("Nee")
    assert guess_control(page(odd, first, second), asked(), ()) is first
    assert guess_control(page(odd, first, second), asked(), {signature(first)}) is second


@pytest.mark.parametrize(
    ("url", "out"),
    [
        ("x-safari-https://smart.example/n", True),
        ("intent://smart.example/n#Intent;scheme=https;end", True),
        ("instagram://extbrowser/?url=https%3A%2F%2Fsmart.example", True),
        ("https://smart.example/n", False),
        ("spotify:track:11dFghVXANMlKmJXsNCbNl", False),
    ],
)
def test_a_way_out_is_told_by_its_address(url, out):
    assert is_way_out(control("Pre-save", url)) is out


def test_what_lies_over_the_button_is_lifted_first():
    under = control("Pre-save", covered_by="div#gate")
    gate = control("Yes, enter")
    assert chosen([under, gate]) == gate.text
    assert chosen([under, gate], tried={signature(gate)}) == under.text
    assert chosen([control("Pre-save"), gate]) == "Pre-save"
