"""Titles: what is taken apart, and what no title may do to the parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.catalog.match import Match
from dropcheck.catalog.title import compare_titles, parse_title

E, S, D, U = Match.EXACT, Match.STYLE, Match.DIFFERENT, Match.UNKNOWN


@pytest.mark.parametrize(
    ("text", "base", "featured", "version"),
    [
        ("Neon Hours", "Neon Hours", (), None),
        ("Neon Hours - Sped Up", "Neon Hours", (), "Sped Up"),
        ("Neon Hours (Sped Up)", "Neon Hours", (), "Sped Up"),
        ("Neon Hours (feat. Kai & Lo) [Radio Edit]", "Neon Hours", ("Kai", "Lo"), "Radio Edit"),
        ("Neon Hours ft. Kai", "Neon Hours", ("Kai",), None),
        ("Neon Hours (with Kai)", "Neon Hours", ("Kai",), None),
        ("Neon Hours (con Kai y Lo)", "Neon Hours", ("Kai", "Lo"), None),
        ("Neon Hours （リミックス）", "Neon Hours", (), "リミックス"),
        ("Neon Hours (Original Mix)", "Neon Hours", (), None),
        ("Neon Hours - Single", "Neon Hours", (), None),
        ("Neon Hours - Live at Vega / 2011 Remaster", "Neon Hours", (), "Live at Vega / 2011 Remaster"),
        ("(I Can't Get No) Hours", "(I Can't Get No) Hours", (), None),
        ("Live Forever", "Live Forever", (), None),
        ("Remix", "Remix", (), None),
        ("(feat. Kai)", "(feat. Kai)", (), None),
        ("A - B", "A - B", (), None),
        ("夜の時間", "夜の時間", (), None),
    ],
)
def test_a_title_is_taken_apart(text: str, base: str, featured: tuple[str, ...], version: str | None) -> None:
    title = parse_title(text)
    assert (title.base, title.featured, title.version) == (base, featured, version)


@pytest.mark.parametrize(
    ("expected", "seen", "base", "version"),
    [
        ("Neon Hours", "Neon Hours", E, E),
        ("Neon Hours", "neon hours", S, E),
        ("Neon Hours", "Neon Hours - Sped Up", E, D),
        ("Neon Hours (Sped Up)", "Neon Hours", E, D),
        ("Neon Hours (Sped Up)", "Neon Hours - Sped Up", E, E),
        ("Neon Hours (2011 Remaster)", "Neon Hours - Remastered 2011", E, S),
        ("Neon Hours", "Neon Hours (Album Version)", E, E),
        ("Neon Hours (Live)", "Neon Hours (Acoustic)", E, D),
        ("Night Lines (Deluxe)", "Night Lines (Deluxe Edition)", E, S),
        ("Night Lines", "Night Lines (Deluxe)", E, D),
        ("Neon Hours (Slowed + Reverb)", "Neon Hours - slowed & reverb", E, S),
        ("Neon Hours - Remastered 2024", "Neon Hours (2024 Remaster)", E, S),
        ("Neon Hours – Live", "Neon Hours - Live", E, E),
        ("Neon Hours", "Ｎｅｏｎ　Ｈｏｕｒｓ", S, E),
        ("Neon Hours", "Neon Hour", D, E),
        ("Neon Hours", "Neon Hours (feat. Kai)", E, E),
    ],
)
def test_titles_are_compared_part_by_part(expected: str, seen: str, base: Match, version: Match) -> None:
    found = compare_titles(expected, seen)
    assert (found.base, found.version) == (base, version)


def test_a_feature_nobody_credited_is_extra_and_a_comma_in_a_name_is_no_second_one() -> None:
    assert compare_titles("Hours", "Hours (feat. Kai)", artists=("Mara",)).extra_featured == ("Kai",)
    comma = compare_titles("Hours", "Hours (feat. Kai, The Tide)", artists=("Mara", "Kai, The Tide"))
    assert comma.extra_featured == ()


def test_a_feature_only_the_sheet_names_is_missing() -> None:
    assert compare_titles("Hours (feat. Kai)", "Hours").missing_featured == ("Kai",)
    assert compare_titles("Hours (feat. Kai)", "Hours [ft. KAI & Lo]").missing_featured == ()


def test_a_localized_title_is_right_too() -> None:
    assert compare_titles("Night Hours", "夜の時間", localized=("夜の時間",)).base is E


@given(st.text(max_size=80))
def test_no_title_breaks_the_parser_and_each_equals_itself(text: str) -> None:
    title = parse_title(text)
    assert title.text == text
    found = compare_titles(text, text)
    assert (found.base, found.version, found.extra_featured) == (E, E, ())


PARTS = st.text("abcdefgh XYZéñ", min_size=1, max_size=12).filter(
    lambda text: text.strip() and text == text.strip()
)


@given(
    PARTS.filter(lambda text: " x " not in text), st.sampled_from(["Remix", "Sped Up", "Live", "Radio Edit"])
)
def test_spotifys_dash_and_apples_brackets_are_one_title(base: str, version: str) -> None:
    found = compare_titles(f"{base} - {version}", f"{base} ({version})")
    assert (found.base, found.version) == (E, E)
    assert compare_titles(base, f"{base} ({version})").version is D


NAMES = st.text("abcdefgéñçşĐあ国", min_size=2, max_size=10)
MARKERS = st.sampled_from(["feat. ", "ft. ", "Featuring ", "with ", "FEAT "])


@given(
    NAMES,
    st.lists(NAMES, min_size=1, max_size=4, unique=True),
    MARKERS,
    st.sampled_from(["()", "[]", "（）"]),
)
def test_features_in_brackets_come_back_one_by_one(
    base: str, names: list[str], marker: str, pair: str
) -> None:
    joined = ", ".join(names[:-1]) + " & " + names[-1] if len(names) > 1 else names[0]
    title = parse_title(f"{base} {pair[0]}{marker}{joined}{pair[1]}")
    assert (title.base, title.featured, title.version) == (base, tuple(names), None)


@given(NAMES, NAMES, st.sampled_from(["Remix", "Sped Up", "Live at Vega", "2011 Remaster", "リミックス"]))
def test_a_feature_and_a_version_are_told_apart_in_either_order(base: str, name: str, version: str) -> None:
    one = parse_title(f"{base} (feat. {name}) [{version}]")
    two = parse_title(f"{base} [{version}] (feat. {name})")
    three = parse_title(f"{base} (feat. {name}) - {version}")
    assert {(title.base, title.featured, title.version) for title in (one, two, three)} == {
        (base, (name,), version)
    }


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_same_two_titles_compare_alike_from_either_side(one: str, two: str) -> None:
    there, back = compare_titles(one, two), compare_titles(two, one)
    assert (there.base, there.version) == (back.base, back.version)
    assert bool(there.extra_featured) == bool(back.missing_featured)
