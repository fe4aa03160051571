"""One pattern against one string, as Android's `PatternMatcher` has it. No regular expression will do.

Source: AOSP `android.os.PatternMatcher` and its `PatternMatcherTest`. Both globs are greedy and never go
back: ``/b*a*bar.*`` matches ``/babar``, but ``[a-z]*z`` matches nothing at all. That is Android's answer,
so it is ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

_UNBOUNDED = 2**31 - 1
_MAX_STORAGE = 2048
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,10}", re.ASCII)


class PatternError(ValueError):
    """A pattern, pattern type or port that Android refuses."""


class PatternType(StrEnum):
    """How a pattern is read, in the order of `android:path`, `pathPrefix`, `pathSuffix`, `pathPattern` and
    `pathAdvancedPattern`.
    """

    LITERAL = "literal"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    SIMPLE_GLOB = "simple_glob"
    ADVANCED_GLOB = "advanced_glob"


def pattern_match(type: str, pattern: str, text: str | None) -> bool:  # noqa: A002 - Android's name
    """Whether the whole of `text` matches; no text never does.

    Raises `PatternError` for an unknown type and for an advanced glob that Android refuses.
    """
    if type == PatternType.ADVANCED_GLOB:
        tokens = _advanced_tokens(pattern)
        return text is not None and _advanced_match(tokens, text)
    if type not in list(PatternType):
        raise PatternError(f"unknown pattern type {type!r}; known are {', '.join(PatternType)}")
    if text is None:
        return False
    if type == PatternType.LITERAL:
        return pattern == text
    if type == PatternType.PREFIX:
        return text.startswith(pattern)
    if type == PatternType.SUFFIX:
        return text.endswith(pattern)
    return _simple_match(pattern, text)


def _simple_match(pattern: str, text: str) -> bool:
    """``.`` is any character, ``*`` repeats the one before, ``\\`` escapes.

    ``.*`` runs to the first appearance of the character after it, and only that one is tried.
    """
    at, seen = 0, 0
    while at < len(pattern) and seen < len(text):
        escaped = pattern[at] == "\\"
        at += escaped
        char, at = pattern[at : at + 1], at + 1
        if pattern[at : at + 1] != "*":
            if char != "." and text[seen] != char:
                return False
            seen += 1
        elif char == "." and not escaped:
            if at >= len(pattern) - 1:
                return True
            at += 1
            at += pattern[at] == "\\"
            found = text.find(pattern[at], seen) if at < len(pattern) else -1
            if found < 0:
                return False
            at, seen = at + 1, found + 1
        else:
            while seen < len(text) and text[seen] == char:
                seen += 1
            at += 1
    if at >= len(pattern):
        return seen >= len(text)
    # The text ran out first. An escaped dot counts here too: Android only looks at the last two characters.
    return pattern[at:] == ".*"


@dataclass(frozen=True, slots=True)
class _Token:
    """A character class (`ranges`, both ends included) and how often it may repeat."""

    ranges: tuple[tuple[str, str], ...]
    inverse: bool = False
    at_least: int = 1
    at_most: int = 1
    has_modifier: bool = False

    def accepts(self, char: str) -> bool:
        return any(low <= char <= high for low, high in self.ranges) is not self.inverse


_ANY = _Token(ranges=(), inverse=True)


@lru_cache(maxsize=512)
def _advanced_tokens(pattern: str) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    storage = at = 0
    while at < len(pattern):
        if storage > _MAX_STORAGE - 3:
            raise PatternError("the pattern is too large")
        char = pattern[at]
        if char == "[":
            token, at = _read_set(pattern, at)
            tokens.append(token)
            storage += 1 + 2 * len(token.ranges)
            if storage > _MAX_STORAGE - 3:
                raise PatternError("the pattern is too large")
            storage += 1
            continue
        if char in "*+{":
            at_least, at_most, at = _read_modifier(pattern, at)
            if not tokens or tokens[-1].has_modifier:
                raise PatternError(f"{char!r} has nothing to repeat in {pattern!r}")
            tokens[-1] = replace(tokens[-1], at_least=at_least, at_most=at_most, has_modifier=True)
            storage += 4 if char == "{" else 1
            continue
        if char == "\\":
            escaped = _char_at(pattern, at + 1)
            tokens.append(_Token(((escaped, escaped),)))
            at += 1
        elif char != "}":  # Android skips a closing brace that nothing opened.
            tokens.append(_ANY if char == "." else _Token(((char, char),)))
        storage += char != "}"
        at += 1
    return tuple(tokens)


def _read_set(pattern: str, at: int) -> tuple[_Token, int]:
    at += 1
    inverse = _char_at(pattern, at) == "^"
    at += inverse
    ranges: list[tuple[str, str]] = []
    while _char_at(pattern, at) != "]":
        low, at = _read_set_char(pattern, at)
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("", "]"):
            high, at = _read_set_char(pattern, at + 1)
        else:
            high = low
        ranges.append((low, high))
    if not ranges:
        raise PatternError(f"an empty set in {pattern!r}")
    return _Token(tuple(ranges), inverse), at + 1


def _read_set_char(pattern: str, at: int) -> tuple[str, int]:
    at += pattern[at] == "\\"
    return _char_at(pattern, at), at + 1


def _char_at(pattern: str, at: int) -> str:
    if at >= len(pattern):
        raise PatternError(f"{pattern!r} ends too early")
    return pattern[at]


def _read_modifier(pattern: str, at: int) -> tuple[int, int, int]:
    """The fewest and the most repetitions, and where the modifier ends."""
    if pattern[at] != "{":
        return (0 if pattern[at] == "*" else 1), _UNBOUNDED, at + 1
    end = pattern.find("}", at)
    if end < 0:
        raise PatternError(f"a '{{' without '}}' in {pattern!r}")
    fewest, comma, most = pattern[at + 1 : end].partition(",")
    at_least = _repetitions(fewest, pattern)
    if not comma:
        return at_least, at_least, end + 1
    at_most = _repetitions(most, pattern) if most else _UNBOUNDED
    if at_least > at_most:
        raise PatternError(f"{{{fewest},{most}}} has its ends exchanged in {pattern!r}")
    return at_least, at_most, end + 1


def _repetitions(digits: str, pattern: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(digits) or not -_UNBOUNDED - 1 <= int(digits) <= _UNBOUNDED:
        raise PatternError(f"{digits!r} is not a number of repetitions in {pattern!r}")
    return int(digits)


def _advanced_match(tokens: tuple[_Token, ...], text: str) -> bool:
    at = 0
    for token in tokens:
        repeated = 0
        while repeated < token.at_most and at < len(text) and token.accepts(text[at]):
            repeated += 1
            at += 1
        if repeated < token.at_least:
            return False
    return at == len(text)
