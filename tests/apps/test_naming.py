"""The services that words speak of."""

import pytest

from dropcheck.apps import services_named


@pytest.mark.parametrize(
    ("words", "services"),
    [
        ("Play on Spotify", ("spotify",)),
        ("APPLE-MUSIC", ("apple_music",)),
        ("AppleMusic", ("apple_music",)),
        ("YouTube Music", ("youtube_music",)),
        ("Spotify or Apple Music", ("apple_music", "spotify")),
        ("Sound Cloud", ("soundcloud",)),
        ("Watch on YouTube", ()),
        ("Listen now", ()),
        ("", ()),
    ],
)
def test_a_service_is_named_whatever_the_spelling(words: str, services: tuple[str, ...]) -> None:
    assert services_named(words) == services
