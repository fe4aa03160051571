"""The public path of music links."""

from __future__ import annotations

from dropcheck import apps
from dropcheck.catalog import music_link


def test_the_public_path_is_the_same_function() -> None:
    assert music_link.parse is apps.parse
    found = music_link.parse("https://open.spotify.com/track/4uLU6hMCjMI75M1A2tKUQC")
    assert isinstance(found, music_link.MusicLink)
    assert found.service == "spotify"
