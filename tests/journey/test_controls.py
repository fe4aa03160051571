"""What a fan would tap: the control that leads to the song, else the one that leads out."""

from __future__ import annotations

import pytest
from tests.journey.page import control, survey

from dropcheck import apps
from dropcheck.journey.controls import Wanted, choose, signature

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
OTHER = "https://open.spotify.com/track/3n3Ppam7vgaVa1iaRUc9Lp"
SPOTIFY = Wanted("spotify", apps.resolve_target(TRACK), leaves_app=True)
PAGE = Wanted(None, None, leaves_app=True)


def _chosen(*controls, wanted=SPOTIFY, tried=()):
    found = choose(survey(*controls), wanted, tried)
    return found.text if found else None


def test_the_song_itself_comes_before_everything():
    page = (
        control("Follow me on Spotify", "https://open.spotify.com/artist/4Z8W4fKeB5YxbusRsdQVPb"),
        control("Play on Spotify", TRACK),
        control("Open in browser", "x-safari-https://bio.example/"),
    )
    assert _chosen(*page) == "Play on Spotify"


@pytest.mark.parametrize(
    "escape",
    [
        "instagram://extbrowser/?url=https%3A%2F%2Fbio.example",
        "barcelona://extbrowser/?url=https%3A%2F%2Fbio.example",
        "x-safari-https://bio.example/",
        "intent://bio.example/#Intent;scheme=https;end",
        "googlechromes://bio.example/",
        "brave://open-url?url=https%3A%2F%2Fbio.example",
        "microsoft-edge-http://bio.example/",
    ],
)
def test_a_way_out_comes_before_another_song(escape):
    assert _chosen(control("My other song", OTHER), control("Here", escape)) == "Here"


def test_another_services_button_is_never_tapped():
    page = (
        control("Listen on Apple Music", "https://music.apple.com/us/song/1440833060"),
        control("Deezer", None),
        control("YouTubeMusic", None),
    )
    assert _chosen(*page) is None


def test_a_button_that_names_the_app_is_tapped_though_its_link_is_hidden():
    assert _chosen(control("Newsletter"), control("Spotify")) == "Spotify"


def test_legal_links_and_sign_ups_are_left_alone():
    for label in ("Privacy policy", "Cookie settings", "Log in", "Subscribe to my newsletter", "Impressum"):
        assert _chosen(control(label, "https://bio.example/x")) is None


@pytest.mark.parametrize(
    "label",
    ["Pre-save now", "Presave", "Pré-salvar", "プリセーブ", "Pre-add on Apple Music", "Jetzt vormerken"],
)
def test_a_pre_save_is_what_a_page_without_an_app_is_for(label):
    assert _chosen(control("Shop", "https://shop.example/"), control(label), wanted=PAGE) == label


def test_what_cannot_be_tapped_is_not_chosen():
    assert _chosen(control("Play", TRACK, visible=False)) is None
    assert _chosen(control("Play", TRACK, enabled=False)) is None


def test_what_is_in_view_comes_before_what_is_below():
    assert _chosen(control("Below", TRACK, in_view=False), control("Above", TRACK)) == "Above"


def test_of_equals_the_first_is_tapped_and_never_twice():
    first, second = control("Play one", TRACK), control("Play two", TRACK)
    assert _chosen(first, second) == "Play one"
    assert _chosen(first, second, tried=[signature(first)]) == "Play two"
    assert _chosen(first, second, tried=[signature(first), signature(second)]) is None


def test_a_control_is_the_same_after_the_page_was_read_again():
    assert signature(control(" Play ", TRACK, ref="a")) == signature(control("Play", TRACK, ref="b"))


def test_an_address_in_a_handler_counts_like_a_link():
    assert _chosen(control("Go", None, hints=("spotify:track:11dFghVXANMlKmJXsNCbNl",))) == "Go"


def test_an_empty_page_has_nothing_to_tap():
    assert _chosen() is None


def test_the_only_button_of_a_page_is_tapped_whatever_it_says():
    assert _chosen(control("Break out!"), wanted=PAGE) == "Break out!"
    assert _chosen(control("Break out!"), control("Menu"), wanted=PAGE) is None
    assert _chosen(control("Share"), wanted=PAGE) is None
    assert _chosen(control("Apple Music")) is None
    assert _chosen(control("Shop", "https://shop.example/")) is None
    player = survey(control("Play preview"), url=TRACK)
    assert choose(player, SPOTIFY) is None


@pytest.mark.parametrize(
    "label", ["今すぐ聴く", "지금 듣기", "Posłuchaj teraz", "Слушать", "▶", "האזינו עכשיו", "Şimdi dinle"]
)
def test_a_button_in_any_language_is_tapped_before_the_page_is_given_up(label):
    assert _chosen(control("お問い合わせ"), control("Kontakt"), control("☰"), control(label)) == label


@pytest.mark.parametrize("label", ["共有", "문의하기", "♥", "✕"])
def test_buttons_that_share_close_or_like_are_left_alone_in_any_script(label):
    assert _chosen(control("Menu"), control(label)) is None


def test_a_gate_over_the_song_is_lifted_first():
    song = control("Play on Spotify", TRACK, covered_by="a gate")
    assert (
        _chosen(song, control("Shop", "https://shop.example/"), control("Yes, continue")) == "Yes, continue"
    )
    assert _chosen(song, control("Yes, continue", covered_by="a gate")) == "Play on Spotify"
    assert _chosen(control("Play on Spotify", TRACK), control("Yes, continue")) == "Play on Spotify"


def test_a_text_that_names_the_app_is_tapped_where_no_control_does():
    page = survey(control("Shop", "https://shop.example/"), labels=(control("Spotify"), control("Out now")))
    found = choose(page, SPOTIFY)
    assert found is not None
    assert found.text == "Spotify"
    assert choose(page, SPOTIFY, [signature(found)]) is None
    assert choose(survey(control("Play", TRACK), labels=(control("Spotify"),)), SPOTIFY).text == "Play"  # type: ignore[union-attr]
