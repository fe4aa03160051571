"""What the built-in checks can be asked."""

from __future__ import annotations

from typing import get_args

import pytest

from dropcheck.apps.catalogue import catalogue
from dropcheck.check.options import App, EscapeOptions, PlacementOptions, SoundPageOptions, builtin_registry
from dropcheck.suite import Release
from dropcheck.suite.registry import CheckSpec

SHEET = Release.model_validate(
    {
        "spotify": "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl",
        "tiktok_sound": "https://www.tiktok.com/music/x-7300000000000000001",
    }
)


def test_every_app_an_escape_may_name_is_in_the_catalogue():
    assert set(get_args(App)) <= set(catalogue())


def test_all_checks_are_there_and_the_stores_ones_wait_for_the_release():
    specs = {spec.name: spec for spec in builtin_registry()}
    assert set(specs) == {
        "escape",
        "presave",
        "smart_link",
        "metadata",
        "artwork",
        "sound_page",
        "placement",
        "funnel",
    }
    assert {name for name, spec in specs.items() if spec.store} == {"metadata", "artwork", "sound_page"}
    assert {name for name, spec in specs.items() if spec.scope == "link"} == {
        "escape",
        "presave",
        "smart_link",
        "placement",
    }


def test_every_check_takes_its_defaults():
    for spec in builtin_registry():
        assert spec.options() == spec.options.model_validate({})


def test_options_take_what_they_leave_out_from_the_sheet():
    assert SoundPageOptions().resolved(SHEET).sound == SHEET.tiktok_sound
    assert PlacementOptions(contains="release.spotify").resolved(SHEET).contains == SHEET.spotify
    assert EscapeOptions(to="browser").resolved(Release()).opens is None


def test_a_limit_of_taps_is_strict_only_when_it_is_named():
    assert EscapeOptions(max_taps=1).resolved(SHEET).names_max_taps
    assert not EscapeOptions().resolved(SHEET).names_max_taps


def test_a_name_can_be_registered_once_and_must_be_writable():
    registry = builtin_registry()
    with pytest.raises(ValueError, match="already"):
        registry.add(CheckSpec("escape", EscapeOptions))
    with pytest.raises(ValueError, match="lower-case"):
        registry.add(CheckSpec("My Check", EscapeOptions))
