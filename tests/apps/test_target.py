"""What is inside a URL that is handed over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.apps import parse, resolve_target, same_item, unwrap

TRACK = "4uLU6hMCjMI75M1A2tKUQC"
WEB = f"https://open.spotify.com/track/{TRACK}"
ENCODED = f"https%3A%2F%2Fopen.spotify.com%2Ftrack%2F{TRACK}%3Fsi%3Da"

#: What spotify.link answers Chrome on Android with (in-app reference 4.4).
BRANCH = (
    "intent://open?link_click_id=123#Intent;scheme=spotify;package=com.spotify.music;"
    "S.browser_fallback_url=market%3A%2F%2Fdetails%3Fid%3Dcom.spotify.music;B.branch_intent=true;end"
)


@pytest.mark.parametrize(
    "url",
    [
        WEB,
        f"spotify:track:{TRACK}",
        f"intent://track/{TRACK}#Intent;scheme=spotify;package=com.spotify.music;end",
        f"intent:track:{TRACK}#Intent;scheme=spotify;end",
        f"intent://open.spotify.com/track/{TRACK}?si=a#Intent;scheme=https;package=com.spotify.music;end",
        f"intent:{WEB}#Intent;package=com.spotify.music;end",
        f"android-app://com.spotify.music/spotify/track/{TRACK}",
        f"android-app://com.spotify.music/https/open.spotify.com/track/{TRACK}#Intent;action=x;end",
        f"x-safari-https://open.spotify.com/track/{TRACK}",
        f"x-safari-https:https://open.spotify.com/track/{TRACK}",
        f"x-safari-https:{ENCODED}",
        f"googlechromes://open.spotify.com/track/{TRACK}",
        f"googlechrome://navigate?url={ENCODED}",
        f"googlechrome-x-callback://x-callback-url/open/?url={ENCODED}",
        f"firefox://open-url?url={ENCODED}",
        f"instagram://extbrowser/?url={ENCODED}",
        f"barcelona://extbrowser/?url={ENCODED}",
        f"market://details?id=com.spotify.music&url=spotify%3Atrack%3A{TRACK}",
        f"https://play.google.com/store/apps/details?id=com.spotify.music&referrer={ENCODED}",
        f"instagram://extbrowser/?url=intent%3A%2F%2Ftrack%2F{TRACK}%23Intent%3Bscheme%3Dspotify%3Bend",
    ],
)
def test_the_song_inside_is_found(url: str) -> None:
    assert same_item(resolve_target(url), parse(WEB)) is True


@pytest.mark.parametrize(
    "url",
    [
        BRANCH,
        "market://details?id=com.spotify.music",
        "market://details?id=com.spotify.music&referrer=utm_source%3Dx",
        "itms-apps://itunes.apple.com/us/app/spotify/id324684580",
        "instagram://user?username=mara",
        "intent:#Intent;end",
        "intent://x#Intent;SEL;scheme=spotify;end",
        f"instagram://user?url={ENCODED}",
    ],
)
def test_no_song_inside_is_none(url: str) -> None:
    assert resolve_target(url) is None


def test_an_intents_fallback_counts_only_without_the_app() -> None:
    url = (
        f"intent://home#Intent;scheme=spotify;package=com.spotify.music;S.browser_fallback_url={ENCODED};end"
    )
    assert resolve_target(url) is None
    assert same_item(resolve_target(url, app_installed=False), parse(WEB)) is True


def test_the_apple_music_scheme_names_the_same_song_as_the_web_link() -> None:
    inside = resolve_target("music://music.apple.com/us/album/neon-hours/1?i=2")
    assert same_item(inside, parse("https://music.apple.com/de/song/2")) is True


def test_a_player_frame_yields_what_it_plays() -> None:
    found = resolve_target("https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/a/b")
    assert found == parse("https://soundcloud.com/a/b")


def test_a_short_link_stays_a_short_link() -> None:
    found = resolve_target("x-safari-https://spotify.link/abc")
    assert found is not None
    assert found.is_short


def test_a_wrapper_around_itself_ends() -> None:
    url = "x"
    for _ in range(30):
        url = f"x-safari-https://x-safari-https://{url}"
    assert resolve_target(url) is None


@given(
    st.text()
    | st.builds(
        str.__add__,
        st.sampled_from(
            ["intent:", "android-app://", "market://details?", "instagram://extbrowser/?url=", "itms-apps:"]
        ),
        st.text(),
    )
)
def test_never_raises(url: str) -> None:
    resolve_target(url)
    unwrap(url, app_installed=False)
