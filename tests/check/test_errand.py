"""What a case sends a fan to do."""

from __future__ import annotations

import pytest
from tests.check.journeys import TRACK

from dropcheck.check.errand import phone_of
from dropcheck.suite import Case, CheckOptions, Release


@pytest.mark.parametrize(
    ("phone", "installed"),
    [
        (None, {"spotify", "apple_music"}),
        ("no-spotify", {"apple_music"}),
        ("no-apple-music", {"spotify"}),
        ("with-deezer", {"spotify", "apple_music", "deezer"}),
        ("no-spotify+with-youtube-music", {"apple_music", "youtube_music"}),
    ],
)
def test_a_phone_is_the_default_one_but_for_the_apps_its_name_tells(phone, installed):
    case = Case(
        id="s/l/p/escape",
        suite="s",
        check="escape",
        options=CheckOptions(),
        release=Release(spotify=TRACK),
        phone=phone,
    )
    assert phone_of(case).installed == installed
