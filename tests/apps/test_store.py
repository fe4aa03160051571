"""Links into the app stores."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.apps import StoreLink, store_link


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("market://details?id=com.spotify.music", StoreLink("play_store", "com.spotify.music", "spotify")),
        (
            "market://details/?id=com.spotify.music&referrer=x",
            StoreLink("play_store", "com.spotify.music", "spotify"),
        ),
        (
            "https://play.google.com/store/apps/details?hl=de&id=com.apple.android.music",
            StoreLink("play_store", "com.apple.android.music", "apple_music"),
        ),
        ("market://details?id=com.example.thing", StoreLink("play_store", "com.example.thing", None)),
        (
            "https://apps.apple.com/us/app/spotify/id324684580?mt=8",
            StoreLink("app_store", "324684580", "spotify"),
        ),
        ("https://apps.apple.com/app/id1108187390", StoreLink("app_store", "1108187390", "apple_music")),
        ("https://itunes.apple.com/us/app/x/id292738169", StoreLink("app_store", "292738169", "deezer")),
        ("itms-apps://itunes.apple.com/us/app/appname/id123", StoreLink("app_store", "123", None)),
        ("itms-apps://apple.com/app/id324684580", StoreLink("app_store", "324684580", "spotify")),
        (
            "itms-apps://itunes.apple.com/WebObjects/MZStore.woa/wa/viewSoftware?id=324684580",
            StoreLink("app_store", "324684580", "spotify"),
        ),
    ],
)
def test_names_the_store_and_the_app(url: str, expected: StoreLink) -> None:
    assert store_link(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "market://search?q=spotify",
        "market://details",
        "market://details?id=spotify;rm",
        "https://play.google.com/store/search?q=spotify",
        "https://play.google.com.evil.example/store/apps/details?id=com.spotify.music",
        "https://evil.example/app/id324684580",
        "https://itunes.apple.com/us/album/x/id1",
        "itmss://itunes.apple.com/us/album/x/id1",
        "https://music.apple.com/us/album/app/1",
        "spotify:track:4uLU6hMCjMI75M1A2tKUQC",
        "",
    ],
)
def test_anything_else_is_no_store_link(url: str) -> None:
    assert store_link(url) is None


@given(
    st.text()
    | st.text().map(lambda text: f"market://details?id={text}")
    | st.text().map("itms-apps:".__add__)
)
def test_never_raises(url: str) -> None:
    store_link(url)
