"""How alike two texts are: exactly, in all but style, or not; for comparison only, never for display.

The three verdicts and what counts as style are those of `reference/services.md` 8.1.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from rapidfuzz import fuzz

from . import chinese


class Match(StrEnum):
    """How a value a service shows stands to the release sheet's; `UNKNOWN` where it can't be told."""

    EXACT = "EXACT"
    STYLE = "STYLE"
    DIFFERENT = "DIFFERENT"
    UNKNOWN = "UNKNOWN"


#: Worst first, for a row whose sources disagree.
WORST_FIRST = (Match.DIFFERENT, Match.STYLE, Match.UNKNOWN, Match.EXACT)

_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´ʼʹ′", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("〜～∼˜", "~"),
        "…": "...",
    }
)
#: Letters that Unicode does not take apart into a base and a mark, as labels type them without the mark.
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
_ALPHABETS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE")
#: Scripts whose marks are accents, or vowels that writers leave out.
_WITH_ACCENTS = (*_ALPHABETS, "HEBREW", "ARABIC")
#: Choose between the text and the colour form of an emoji, or between drawings of a character: nothing is told.
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def canonical(text: str) -> str:
    """Return `text` for comparison: NFKC, one kind of quote and dash, plain spaces, no invisible characters.

    Case and diacritics stay.
    """
    bare = _VARIATION.sub("", text.translate(_UNIFIED))
    plain = unicodedata.normalize("NFKC", bare).translate(_UNIFIED)
    visible = "".join(
        char for char in plain if unicodedata.category(char) not in ("Cf", "Cc") or char.isspace()
    )
    return re.sub(r"\s+", " ", visible).strip()


def folded(text: str) -> str:
    """Return `text` without what is style: case, diacritics, punctuation, spacing, `&` for `and`.

    Symbols (``$``, ``÷``) stay.
    """
    kept: list[str] = []
    is_dropped = True
    for char in unaccented(text):
        # A mark goes with what it stands on, or it would settle on the letter before.
        if not (is_dropped and unicodedata.combining(char)):
            is_dropped = char != "&" and (unicodedata.category(char)[0] in "PZ" or char.isspace())
        if not is_dropped:
            kept.append("and" if char == "&" else char)
    return "".join(kept)


def unaccented(text: str) -> str:
    """Return canonical `text` without case and diacritics.

    Marks are taken only off letters of scripts where they are an accent or may be left out: in Japanese and in
    Indic scripts a mark makes another sound.
    """
    kept: list[str] = []
    accented = False
    # Capital dotted I casefolds to i and a loose mark, and must equal the Turkish and the English i alike.
    for char in unicodedata.normalize("NFD", canonical(text).replace("İ", "i").casefold()):
        if not unicodedata.combining(char):
            accented = char.isalpha() and alphabet(char) in _WITH_ACCENTS
            kept.append(char)
        elif not accented:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_UNDECOMPOSED)


def compare_text(expected: str, seen: str) -> Match:
    """Return how `seen` stands to `expected`.

    The other Chinese characters are style. Without the dictionary that tells (`chinese`), two texts of one
    length that differ in such characters only are `UNKNOWN`.
    """
    if expected == seen:
        return Match.EXACT
    if unicodedata.normalize("NFC", expected) == unicodedata.normalize("NFC", seen):
        return Match.EXACT
    one, two = canonical(expected).casefold(), canonical(seen).casefold()
    if one == two or (folded(one) == folded(two) and folded(one)):
        return Match.STYLE
    if not has_han(one) or not has_han(two):
        return Match.DIFFERENT
    same = chinese.same_text(one, two)
    if same is None:
        return Match.UNKNOWN if _only_han_differ(one, two) else Match.DIFFERENT
    return Match.STYLE if same else Match.DIFFERENT


def alphabet(char: str) -> str:
    """Return the script of a letter as Unicode's names spell it (``LATIN``, ``CYRILLIC``), '' for none."""
    return unicodedata.name(char, "").partition(" ")[0]


def in_other_script(one: str, two: str) -> bool:
    """Whether two texts share no script, as a name and its form in another language; never transliterated."""
    scripts = [{alphabet(char) for char in text if char.isalpha()} - {""} for text in (one, two)]
    return all(scripts) and not scripts[0] & scripts[1]


def mixed_words(text: str) -> tuple[str, ...]:
    """Return the words that mix letters of look-alike alphabets, as a Cyrillic о in a Latin name does."""
    return tuple(
        word
        for word in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text))
        if len({name for char in word if (name := alphabet(char)) in _ALPHABETS}) > 1
    )


def difference(expected: str, seen: str) -> str:
    """Return in a few words what sets `seen` apart from `expected`, for messages and never for a verdict."""
    if mixed_words(seen) and not mixed_words(expected):
        return "it holds letters of another alphabet that look the same"
    if mixed_words(expected) and not mixed_words(seen):
        return "the sheet's holds letters of another alphabet that look the same"
    one, two = canonical(expected), canonical(seen)
    if one == two:
        return "characters that look the same are different ones (spaces, dashes, quotes or width)"
    if one.casefold() == two.casefold():
        return "capital and small letters differ"
    if folded(one) == folded(two):
        bare = unicodedata.normalize("NFD", one.casefold()), unicodedata.normalize("NFD", two.casefold())
        marks = [sum(map(bool, map(unicodedata.combining, text))) for text in bare]
        return "accents differ" if marks[0] != marks[1] else "punctuation or spacing differs"
    if has_han(one) and has_han(two) and chinese.same_text(one, two):
        return "simplified and traditional characters"
    if _only_han_differ(one, two) and chinese.same_text(one, two) is None:
        return "they may be one text in simplified and traditional characters"
    return f"{fuzz.ratio(one, two):.0f} % alike"


def has_han(text: str) -> bool:
    """Whether a text holds Chinese characters, which Japanese is written in too."""
    return any(alphabet(char) == "CJK" for char in text)


def _only_han_differ(one: str, two: str) -> bool:
    if len(one) != len(two):
        return False
    apart = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
    return bool(apart) and all(alphabet(char) == "CJK" for pair in apart for char in pair)
