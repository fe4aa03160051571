"""The words people read, in each language."""

from __future__ import annotations

import string
import tomllib
from importlib import resources
from typing import Any

import pytest

from dropcheck.report.wording import Word, languages, proper_name, word_of, wording, worst
from dropcheck.result import Escape, Outcome, OutcomeKind, Verdict

STRINGS = resources.files("dropcheck.report") / "strings"


def strings(language: str) -> dict[str, Any]:
    sections = tomllib.loads((STRINGS / f"{language}.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": value
        for section, entries in sections.items()
        if section not in ("rule", "phrase", "plain")
        for key, value in entries.items()
    }


def places(text: object) -> set[str]:
    return (
        {name for _, name, _, _ in string.Formatter().parse(str(text)) if name}
        if isinstance(text, str)
        else set()
    )


@pytest.mark.parametrize("language", [one for one in languages() if one != "en"])
def test_a_language_has_every_sentence_of_english_with_the_same_places(language: str) -> None:
    english, other = strings("en"), strings(language)
    assert other.keys() == english.keys()
    assert {key: places(text) for key, text in other.items()} == {
        key: places(text) for key, text in english.items()
    }
    assert {key: len(text) for key, text in other.items() if isinstance(text, list)} == {
        key: len(text) for key, text in english.items() if isinstance(text, list)
    }


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", list(OutcomeKind))
@pytest.mark.parametrize("escape", list(Escape))
def test_every_ending_is_a_sentence(language: str, kind: OutcomeKind, escape: Escape) -> None:
    for taps in (0, 1, 3):
        ending = wording(language).ending(Outcome(kind=kind, escape=escape, taps=taps, app="apple_music"))
        assert len(ending) > 5
        assert "{" not in ending


def test_every_verdict_has_one_of_the_five_words() -> None:
    assert {word_of(verdict) for verdict in Verdict} == set(Word)
    assert word_of(Verdict.BLOCKED) is word_of(Verdict.ERROR) is word_of(Verdict.SKIPPED) is Word.UNCHECKED


def test_nothing_at_all_is_not_called_working() -> None:
    assert worst([]) is Word.UNCHECKED
    assert worst([Word.WORKS, Word.EARLY]) is Word.EARLY


def test_numbers_and_shares_are_written_as_the_language_writes_them() -> None:
    assert wording("en").number(1234567) == "1,234,567"
    assert wording("de").number(1234567) == "1.234.567"
    assert wording("de").share(0.0145) == "1,4 %" or wording("de").share(0.0145) == "1,5 %"
    assert wording("en").share(0.0005) == "0.05 %"


@pytest.mark.parametrize("text", ["yesterday", "2026-13-45", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_moment_is_shown_as_it_stands(text: str) -> None:
    assert wording("de").moment_or_text(text) == text


def test_ids_become_the_names_people_know() -> None:
    assert proper_name("apple_music") == "Apple Music"
    assert proper_name("tiktok-spark-ad") == "TikTok spark ad"
    assert wording("en").phone("tiktok-ios") == "TikTok on iPhone"
    assert wording("en").phone("pixel-chrome") == "Pixel Chrome"
