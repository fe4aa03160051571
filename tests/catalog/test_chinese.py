"""Simplified and traditional characters: one text in two hands, where a dictionary says so."""

from __future__ import annotations

import pytest

from dropcheck.catalog import chinese
from dropcheck.catalog.match import Match, compare_text, difference

E, S, D, U = Match.EXACT, Match.STYLE, Match.DIFFERENT, Match.UNKNOWN


CHINESE = [
    ("國", "国", S), ("裡面的雲", "里面的云", S), ("周杰倫 - 髮型", "周杰伦 - 发型", S), ("滝澤", "滝沢", S),
    ("夜曲", "晴天", D), ("Neon 國", "Neon 国", S), ("Neon 國", "Neon 國語", D),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "seen", "match"), CHINESE)
def test_the_other_chinese_characters_are_style(expected: str, seen: str, match: Match) -> None:
    pytest.importorskip("opencc", reason="OpenCC is missing: pip install opencc")
    assert compare_text(expected, seen) is match
    assert compare_text(seen, expected) is match


@pytest.mark.parametrize(
    ("expected", "seen", "match"), [("國", "国", U), ("夜曲", "晴天", U), ("夜曲", "夜曲集", D)]
)
def test_without_the_dictionary_nobody_knows_and_that_is_said(
    expected: str, seen: str, match: Match, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chinese, "_converter", lambda _config: None)
    assert compare_text(expected, seen) is match
    assert match is D or "may be one text" in difference(expected, seen)
