"""Which row of a profile speaks of a navigation, and how what nobody has settled is played."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dropcheck.device.load import load_profiles
from dropcheck.device.model import Mechanism, Row, Topic, When
from dropcheck.handoff.model import Navigation
from dropcheck.handoff.rows import Facts, Play, RowReader, scheme_and_host
from dropcheck.result import Cause, Confidence


def reader(*rows: Row, play: Play = Play.FAILS, app_version: str = "444.1.0") -> RowReader:
    profile = load_profiles()["instagram-ios"]
    return RowReader(profile.model_copy(update={"rows": rows, "app_version": app_version}), play)


def row(name: str = "x/row", does: Mechanism = Mechanism.PASSES_TO_OS, **fields: Any) -> Row:
    given = {
        "topic": Topic.SCHEME,
        "confidence": Confidence.SEVERAL,
        "date": dt.date(2026, 11, 1),
        "source": ("seen",),
    }
    return Row(id=name, does=does, **{**given, **fields})


TAP = Navigation("spotify:track:1", Cause.TAP, gesture=True)
SCRIPT = Navigation("spotify:track:1", Cause.SCRIPT, gesture=False)


@pytest.mark.parametrize(
    ("when", "navigation", "facts", "speaks"),
    [
        (When(), TAP, Facts("spotify"), True),
        (When(schemes=("spotify",)), TAP, Facts("spotify"), True),
        (When(schemes=("music",)), TAP, Facts("spotify"), False),
        (When(schemes=("*",)), TAP, Facts("anything"), True),
        (When(hosts=("extbrowser",)), TAP, Facts("instagram", "extbrowser"), True),
        (When(hosts=("extbrowser",)), TAP, Facts("instagram", "user"), False),
        (When(packages=("none",)), TAP, Facts("intent", "", None), True),
        (When(packages=("none",)), TAP, Facts("intent", "", "com.spotify.music"), False),
        (When(by=(Cause.FRAME,)), TAP, Facts("spotify"), False),
        (When(gesture=False), TAP, Facts("spotify"), False),
        (When(gesture=False), SCRIPT, Facts("spotify"), True),
        (When(dead_intent_form=True), TAP, Facts("intent", dead_intent_form=False), False),
        (When(app_version=">=444"), TAP, Facts("spotify"), True),
        (When(app_version=">=424,<444"), TAP, Facts("spotify"), False),
    ],
)
def test_a_row_speaks_of_what_its_when_names(
    when: When, navigation: Navigation, facts: Facts, speaks: bool
) -> None:
    found = reader(row(when=when)).find(Topic.SCHEME, navigation, facts)
    assert (found is not None) is speaks


def test_the_first_row_that_fits_decides() -> None:
    rows = (row("x/first", Mechanism.DROPS), row("x/second"))
    found = reader(*rows).find(Topic.SCHEME, TAP, Facts("spotify"))
    assert found is not None
    assert found.row.id == "x/first"


@pytest.mark.parametrize("confidence", [Confidence.CONTESTED, Confidence.ASSUMED])
def test_what_nobody_has_settled_is_played_as_it_is_asked_and_written_down(confidence: Confidence) -> None:
    open_row = row("x/open", confidence=confidence, fails_as=Mechanism.DROPS, asks=True)
    told = {}
    for play in Play:
        rows = reader(open_row, play=play)
        found = rows.find(Topic.SCHEME, TAP, Facts("spotify"))
        assert found is not None
        told[play] = (found.mechanism, found.asks)
        assert list(rows.met) == ["x/open"]
    assert told == {Play.FAILS: (Mechanism.DROPS, False), Play.WORKS: (Mechanism.PASSES_TO_OS, True)}


@pytest.mark.parametrize("confidence", [c for c in Confidence if c.decides])
def test_what_somebody_has_seen_holds_in_either_play(confidence: Confidence) -> None:
    for play in Play:
        rows = reader(row(confidence=confidence), play=play)
        assert rows.holds("catalogue/x", confidence)
        assert rows.met == {}


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("HTTPS://Bio.Example:443/x", ("https", "bio.example")),
        ("spotify:track:1", ("spotify", "")),
        ("instagram://extbrowser/?url=x", ("instagram", "extbrowser")),
        ("//bio.example/x", ("", "")),
        ("https://[::1", ("https", "")),
        ("", ("", "")),
    ],
)
def test_the_scheme_and_the_host_of_any_address(url: str, parts: tuple[str, str]) -> None:
    assert scheme_and_host(url) == parts
