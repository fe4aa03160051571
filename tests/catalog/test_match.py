"""How alike two texts are: what is style, and what makes another text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.catalog.match import Match, compare_text, difference, folded, mixed_words

E, S, D, U = Match.EXACT, Match.STYLE, Match.DIFFERENT, Match.UNKNOWN


@pytest.mark.parametrize(
    ("expected", "seen", "match"),
    [
        ("Beyoncé", "Beyonce", S), ("Sigur Rós", "SIGUR RÓS", S), ("Rock’n’Roll", "Rock'n'Roll", S),
        ("R.E.M.", "REM", S), ("Ｎｅｏｎ", "Neon", S), ("Ａ", "B", D), ("İstanbul", "istanbul", S),
        ("ışık", "isik", S), ("Straße", "Strasse", S), ("Mötley", "Motley", S), ("が", "か", D),
        ("你好", "再見你好", D), ("Neon ❤️", "Neon ❤", S), ("Neon 🌃", "Neon", D), ("〜夜〜", "～夜～", S),
        ("שָׁלוֹם", "שלום", S), ("مَرْحَبًا", "مرحبا", S),
        ("بَحر", "نهر", D), ("Neon\u200f Hours", "Neon Hours", S),
        ("!!!", "???", D), ("÷", "×", D), ("A & B", "A and B", S),
        ("Björk", "Bjork\u200b", S), ("Café", "Cafe\u0301", E), ("Маra", "Mara", D), ("J. Doe", "Jane Doe", D),
    ],
)  # fmt: skip
def test_what_is_style_and_what_is_another_text(expected: str, seen: str, match: Match) -> None:
    assert compare_text(expected, seen) is match
    assert compare_text(seen, expected) is match


def test_letters_of_another_alphabet_are_named_in_the_message() -> None:
    assert mixed_words("Маra Vale") == ("Маra",)
    assert "another alphabet" in difference("Mara", "Маra")
    assert difference("Маra", "Mara").startswith("the sheet's holds letters of another alphabet")
    assert difference("Beyoncé", "Beyonce") == "accents differ"


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
