"""A page that goes on and on, told from one that comes to an end."""

from __future__ import annotations

from dropcheck.engine.base import NavigationAttempt
from dropcheck.journey.endless import MOST_DIALOGS, MOST_LOADS, MOST_RETURNS, MOST_WINDOWS, Endless
from dropcheck.result import Cause


def loads(endless: Endless, times: int, url: str = "https://bio.example/{}", **more: bool) -> Endless:
    gesture = more.pop("gesture", False)
    for number in range(times):
        endless.load(NavigationAttempt(url.format(number), Cause.SCRIPT, gesture, 0, **more))
    return endless


def test_a_long_chain_that_ends_is_none():
    assert not loads(Endless(), MOST_LOADS).is_it


def test_a_chain_to_ever_new_addresses_is_a_loop():
    assert loads(Endless(), MOST_LOADS + 1).is_looping


def test_a_page_that_comes_back_to_itself_is_a_loop_whatever_it_appends():
    assert not loads(Endless(), MOST_RETURNS, "https://bio.example/mara?{}").is_it
    assert loads(Endless(), MOST_RETURNS + 1, "https://bio.example/mara?{0}#{0}").is_looping


def test_a_page_the_fan_comes_back_to_by_tapping_is_none():
    assert not loads(Endless(), MOST_RETURNS + 1, "https://bio.example/mara", gesture=True).is_it


def test_a_page_with_many_frames_is_none():
    assert not loads(Endless(), 500, main_frame=False).is_it


def test_windows_without_end_are_a_storm_and_a_few_are_none():
    assert loads(Endless(), MOST_WINDOWS, new_window=True).storm is None
    assert loads(Endless(), MOST_WINDOWS + 1, new_window=True).storm == "the page opens windows without end"


def test_dialogs_without_end_are_a_storm_and_a_few_are_none():
    endless = Endless()
    for _ in range(MOST_DIALOGS):
        endless.dialog()
    assert endless.storm is None
    endless.dialog()
    assert endless.storm == "the page shows dialogs without end"
