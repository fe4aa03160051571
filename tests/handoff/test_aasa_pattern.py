"""Apple's pattern language, checked against a plain translation to regular expressions."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.handoff.aasa_pattern import PREDEFINED_VARIABLES, Pattern


def as_regex(pattern: str) -> str:
    pieces = {"*": ".*", "?": "."}
    return "".join(pieces.get(character, re.escape(character)) for character in pattern)


@given(pattern=st.text("ab/*?", max_size=8), subject=st.text("ab/", max_size=10))
def test_wildcards_mean_what_the_regular_expression_means(pattern: str, subject: str) -> None:
    assert Pattern(pattern).matches(subject) is (re.fullmatch(as_regex(pattern), subject) is not None)


@given(values=st.lists(st.text("ab*?", max_size=3), max_size=4), subject=st.text("abx", max_size=8))
def test_a_variable_means_any_one_of_its_values(values: list[str], subject: str) -> None:
    alternatives = "|".join(f"(?:{as_regex(value)})" for value in values) if values else "(?!)"
    expected = re.fullmatch(f"x(?:{alternatives})x.*", subject) is not None
    assert Pattern("x$(v)x*", variables={"v": values}).matches(subject) is expected


@given(st.text())
def test_text_without_wildcards_or_variables_matches_itself_only(text: str) -> None:
    literal = re.sub(r"[*?$]", "", text)
    assert Pattern(literal).matches(literal)
    assert not Pattern(literal).matches(literal + "x")


@given(st.text(), st.text())
def test_no_pattern_and_no_subject_make_matching_raise(pattern: str, subject: str) -> None:
    assert Pattern(pattern, case_sensitive=False, variables={"": [pattern]}).matches(subject) in (True, False)


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("alpha", "aZ", "1é"),
        ("upper", "AZ", "a1"),
        ("lower", "az", "A1"),
        ("alnum", "aZ9", "-_"),
        ("digit", "09", "aF٣"),
        ("xdigit", "09afAF", "gG"),
    ],
)
def test_a_predefined_class_is_one_ascii_character(name: str, inside: str, outside: str) -> None:
    pattern = Pattern(f"$({name})")
    assert all(pattern.matches(character) for character in inside)
    assert not any(pattern.matches(character) for character in outside)
    assert not pattern.matches(inside[:2])
    assert not pattern.matches("")


def test_regions_and_languages_are_codes_in_their_usual_case() -> None:
    regions, languages = PREDEFINED_VARIABLES["region"], PREDEFINED_VARIABLES["lang"]
    assert {"US", "GB", "CA", "DE", "JP", "BR"} <= set(regions)
    assert {"en", "zh", "pt", "nb", "fil", "haw"} <= set(languages)
    assert all(re.fullmatch("[A-Z]{2}", code) for code in regions)
    assert all(re.fullmatch("[a-z]{2,3}", code) for code in languages)
    assert not {"UK", "QQ", "ZZ", "EU"} & set(regions)
    assert not {"eng", "iw", "xx"} & set(languages)


def test_many_stars_cost_no_backtracking() -> None:
    assert not Pattern("*a" * 200 + "b").matches("a" * 2000)
