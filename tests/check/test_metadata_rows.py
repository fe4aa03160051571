"""The sheet beside one store's item: items as stores really show them, and what each must come to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from dropcheck.catalog.credits import Credit
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.match import Match
from dropcheck.catalog.values import partial_date
from dropcheck.check.metadata_rows import Comparer, Row
from dropcheck.check.options import Tolerances
from dropcheck.suite.sheet import Release

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
SHEET: dict[str, Any] = {
    "title": "Neon Hours",
    "artists": [{"name": "Mara Vale", "spotify": "4Z8W4fKeB5YxbusRsdQVPb"}],
    "released": "2026-11-20T00:00:00-05:00",
    "duration": "2:58",
    "explicit": False,
}
MARA = Credit("Mara Vale", "4Z8W4fKeB5YxbusRsdQVPb")
KAI = Credit("Kai, The Tide", "6KaiTheTideArtistId001")
ITEM = ItemFacts(
    service="spotify", kind="track", id="11dFghVXANMlKmJXsNCbNl", url="https://open.spotify.com/track/x",
    read_at=NOW, title="Neon Hours", credits=(MARA,), released=partial_date("2026-11-20"), length_s=178.2,
    explicit=False, via={"*": "Web API"},
)  # fmt: skip
ALBUM = replace(ITEM, kind="album", length_s=None, explicit=None)
FEATURED = [{"name": "Mara Vale"}, {"name": "Kai, The Tide", "role": "featured"}]


def rows(sheet: dict[str, Any], item: ItemFacts) -> list[Row]:
    made = Release.model_validate(
        {key: value for key, value in {**SHEET, **sheet}.items() if value is not None}
    )
    return Comparer(made, Tolerances(), NOW).rows(item)


def rules(sheet: dict[str, Any], item: ItemFacts) -> set[str]:
    return {row.rule for row in rows(sheet, item) if row.rule is not None}


def apple(text: str, first_id: str | None = None) -> dict[str, Any]:
    return {"service": "apple_music", "credits": (), "credit_text": text, "credit_id": first_id}


@pytest.mark.parametrize(
    ("sheet", "item", "expected"),
    [
        # Features: in the title, in the credit, in neither.
        ({"artists": FEATURED}, {"credits": (Credit("Mara Vale"), KAI)}, set()),
        ({"artists": FEATURED}, {"credits": (Credit("Mara Vale"),), "title": "Neon Hours (feat. Kai, The Tide)"},
         set()),
        ({"artists": FEATURED}, {}, {"metadata/artists-different"}),
        ({"title": "Neon Hours (feat. Kai)"}, {}, {"metadata/artists-different"}),
        ({"title": "Neon Hours (feat. Kai)"}, {"credits": (MARA, Credit("Kai"))}, {"metadata/artists-different"}),
        ({}, {"title": "Neon Hours (feat. Kai)"}, {"metadata/feature-added"}),
        ({"artists": FEATURED}, apple("Mara Vale & Kai, The Tide"), set()),
        ({"artists": FEATURED}, apple("Mara Vale") | {"title": "Neon Hours (feat. Kai, The Tide)"}, set()),
        ({"artists": FEATURED}, apple("Kai, The Tide & Mara Vale"), {"metadata/artists-different"}),
        ({}, apple("Mara Vale Tribute Band"), {"metadata/artists-different"}),
        ({}, apple("MARA VALE"), {"metadata/artists-style"}),
        # Punctuation, width and letters that look the same.
        ({"title": "Rock’n’Roll – Hours"}, {"title": "Rock'n'Roll - Hours"}, {"metadata/title-style"}),
        ({"title": "“Neon” Hours…"}, {"title": '"Neon" Hours...'}, {"metadata/title-style"}),
        ({}, {"title": "Ｎｅｏｎ Ｈｏｕｒｓ"}, {"metadata/title-style"}),
        ({"title": "Neon Hours 🌃"}, {}, {"metadata/title-different"}),
        ({"title": "Neon ❤️"}, {"title": "Neon ❤"}, {"metadata/title-style"}),
        ({"title": "שלום"}, {"title": "\u200fשלום\u200f"}, {"metadata/title-style"}),
        ({}, {"title": "Nеon Hours"}, {"metadata/title-different"}),
        ({"title": "Beyoncé"}, {"title": "Beyonce"}, {"metadata/title-style"}),
        # Versions.
        ({}, {"title": "Neon Hours - Remastered 2024"}, {"metadata/version-different"}),
        ({"version": "2024 Remaster"}, {"title": "Neon Hours - Remastered 2024"}, {"metadata/title-style"}),
        ({"version": "Sped Up"}, {}, {"metadata/version-different"}),
        ({"version": "Sped Up"}, {"title": "Neon Hours (Sped Up)"}, set()),
        ({}, {"title": "Neon Hours (Deluxe)", "service": "apple_music"}, {"metadata/version-different"}),
        ({}, {"title": "Neon Hours - Single", "service": "apple_music"}, set()),
        ({}, {"title": "Neon Hours - EP", "service": "apple_music"}, set()),
        # Dates at their precision.
        ({}, {"released": partial_date("2026")}, set()),
        ({}, {"released": partial_date("2026-11")}, set()),
        ({}, {"released": partial_date("2026-12")}, {"metadata/date-different"}),
        ({"released": "2026-11-20T00:00:00+13:00"}, {"released": partial_date("2026-11-19")}, set()),
        ({"released": "2026-11-20T00:00:00-08:00"}, {"released": partial_date("2026-11-19")},
         {"metadata/date-different"}),
        ({"released": "2026-11-20", "original_release": "1999-05-01"}, {"released": partial_date("1999-05-01")},
         set()),
        # Flags and lengths.
        ({"explicit": True}, {}, {"metadata/explicit-different"}),
        ({"explicit": "clean"}, {}, set()),
        ({"explicit": "clean"}, {"service": "apple_music"}, {"metadata/explicit-unlike"}),
        ({}, {"length_s": 181.0, "whole_seconds": True}, set()),
        ({}, {"length_s": 181.0}, {"metadata/duration-near"}),
        ({}, {"length_s": 141.0}, {"metadata/duration-different"}),
        # Lines with their marks, and without.
        ({"p_line": "℗ 2026 Night Bus"}, {"p_line": "2026 Night Bus"}, set()),
        ({"p_line": "(P) Capitol"}, {"p_line": "℗ Capitol"}, set()),
        ({"p_line": "Capitol"}, {"p_line": "apitol"}, {"metadata/label-different"}),
        ({"label": "Night Bus"}, {"label": "NIGHT BUS"}, {"metadata/label-style"}),
        # The right name on a stranger's page.
        ({}, {"credits": (Credit("Mara Vale", "0NamesakeOfMaraVale001"),)}, {"metadata/wrong-artist-page"}),
        ({"artists": [{"name": "Mara Vale", "namesakes": "https://open.spotify.com/artist/0NamesakeOfMaraVale001?si=1"}]},
         {"credits": (Credit("Mara Vale", "0NamesakeOfMaraVale001"),)}, {"metadata/wrong-artist-page"}),
        # What the store doesn't say is no mismatch.
        ({}, {"title": None, "credits": (), "released": None, "length_s": None, "explicit": None}, set()),
    ],
)  # fmt: skip
def test_an_item_breaks_exactly_the_rules_it_breaks(
    sheet: dict[str, Any], item: dict[str, Any], expected: set[str]
) -> None:
    assert rules(sheet, replace(ITEM, **item)) == expected


def test_what_a_store_does_not_say_is_skipped_with_the_reason() -> None:
    silent = replace(ITEM, released=None, unasked={"isrc": "only the Web API gives this"})
    found = {row.field: row for row in rows({"isrc": "QZABC2600001"}, silent)}
    assert (found["isrc"].skipped, found["isrc"].note) == (True, "only the Web API gives this")
    assert (found["released"].match, found["released"].note) == (Match.UNKNOWN, "not told")


def track(title: str, **more: Any) -> ItemFacts:
    return replace(ITEM, id=title, title=title, **more)


ONE, TWO, THREE = ({"title": name} for name in ("One", "Two", "Three"))


@pytest.mark.parametrize(
    ("tracks", "listed", "count", "expected"),
    [
        ([ONE, TWO], ("One", "Two"), 2, set()),
        ([ONE, TWO], ("Two", "One"), 2, {"metadata/track-order"}),
        # A missing track is told once, not by every track after it.
        ([ONE, TWO, THREE], ("One", "Three"), 2, {"metadata/track-count"}),
        ([ONE], ("One", "Two"), 2, {"metadata/track-count"}),
        ([ONE, TWO], ("One", "Zwei"), 2, {"metadata/title-different"}),
        # A list that may be cut short is compared as far as it goes.
        ([ONE, TWO, THREE], ("One", "Two"), None, set()),
        # The song and its own version on one EP.
        ([{"title": "One"}, {"title": "One", "version": "Sped Up"}], ("One", "One - Sped Up"), 2, set()),
        ([{"title": "One"}, {"title": "One", "version": "Sped Up"}], ("One - Sped Up", "One"), 2,
         {"metadata/track-order"}),
        # Numbers written on the sheet go before the order of its list.
        ([{"title": "Two", "position": 2}, {"title": "One", "position": 1}], ("One", "Two"), 2, set()),
        ([{"title": "Two", "disc": 2, "position": 1}, {"title": "One", "position": 1}], ("One", "Two"), 2, set()),
    ],
)  # fmt: skip
def test_an_albums_tracks_are_compared_in_their_order(
    tracks: list[dict[str, Any]], listed: tuple[str, ...], count: int | None, expected: set[str]
) -> None:
    sheet = {"duration": None, "explicit": None, "tracks": tracks}
    album = replace(ALBUM, track_count=count, tracks=tuple(track(name) for name in listed))
    assert rules(sheet, album) == expected
