"""Apple's URL patterns (`*`, `?`, `$(variable)`), matched against whole URL components without backtracking.

Source: Apple Developer Documentation, bundleresources/applinks/details/components and
bundleresources/applinks/substitutionvariables.
"""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dropcheck.handoff.aasa_iso_codes import LANGUAGE_CODES, REGION_CODES

PREDEFINED_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "alpha": tuple(string.ascii_letters),
    "upper": tuple(string.ascii_uppercase),
    "lower": tuple(string.ascii_lowercase),
    "alnum": tuple(string.ascii_letters + string.digits),
    "digit": tuple(string.digits),
    "xdigit": tuple(string.hexdigits),
    "region": REGION_CODES,
    "lang": LANGUAGE_CODES,
}
"""The variables Apple predefines; the first six stand for one ASCII character each."""

# A variable's name may hold anything but `$`, `(` and `)`.
_PIECE = re.compile(r"\$\((?P<name>[^$()]*)\)|(?P<star>\*+)|(?P<any>\?)|(?P<text>[^*?$]+|\$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Text:
    text: str

    def advance(self, subject: str, starts: set[int]) -> set[int]:
        return {start + len(self.text) for start in starts if subject.startswith(self.text, start)}


@dataclass(frozen=True, slots=True)
class _AnyOne:
    def advance(self, subject: str, starts: set[int]) -> set[int]:
        return {start + 1 for start in starts if start < len(subject)}


@dataclass(frozen=True, slots=True)
class _AnyRun:
    def advance(self, subject: str, starts: set[int]) -> set[int]:
        return set(range(min(starts), len(subject) + 1))


@dataclass(frozen=True, slots=True)
class _OneOf:
    """A variable: plain values looked up by length, values with wildcards tried one by one."""

    plain: frozenset[str]
    lengths: tuple[int, ...]
    patterns: tuple[tuple[_Piece, ...], ...]

    def advance(self, subject: str, starts: set[int]) -> set[int]:
        ends = {
            start + length
            for start in starts
            for length in self.lengths
            if subject[start : start + length] in self.plain and start + length <= len(subject)
        }
        for pieces in self.patterns:
            ends |= _advance_all(pieces, subject, starts)
        return ends


_Piece = _Text | _AnyOne | _AnyRun | _OneOf


class Pattern:
    """One compiled pattern.

    `variables` are the file's own substitution variables; they may hold wildcards but not other
    variables. An unknown variable is taken as the text it is written with (Apple's documentation is
    silent: an assumption).
    """

    __slots__ = ("_case_sensitive", "_pieces", "source")

    def __init__(
        self,
        source: str,
        *,
        case_sensitive: bool = True,
        variables: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.source = source
        self._case_sensitive = case_sensitive
        self._pieces = _compile(source, case_sensitive, variables or {})

    def matches(self, subject: str) -> bool:
        """Whether the pattern matches all of `subject`; the time grows with both lengths, never faster."""
        if not self._case_sensitive:
            subject = subject.lower()
        return len(subject) in _advance_all(self._pieces, subject, {0})


def _compile(
    source: str, case_sensitive: bool, variables: Mapping[str, Iterable[str]] | None
) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    for found in _PIECE.finditer(source):
        kind = found.lastgroup
        if kind == "star":
            pieces.append(_AnyRun())
        elif kind == "any":
            pieces.append(_AnyOne())
        else:
            variable = _variable(found["name"], case_sensitive, variables) if kind == "name" else None
            pieces.append(variable or _Text(_fold(found[0], case_sensitive)))
    return tuple(pieces)


def _variable(
    name: str, case_sensitive: bool, variables: Mapping[str, Iterable[str]] | None
) -> _OneOf | None:
    if variables is None:
        return None
    if name in variables:
        return _one_of(variables[name], case_sensitive)
    return _predefined(name, case_sensitive) if name in PREDEFINED_VARIABLES else None


@functools.cache
def _predefined(name: str, case_sensitive: bool) -> _OneOf:
    return _one_of(PREDEFINED_VARIABLES[name], case_sensitive)


def _one_of(values: Iterable[str], case_sensitive: bool) -> _OneOf:
    plain: set[str] = set()
    patterns: list[tuple[_Piece, ...]] = []
    for value in values:
        if "*" in value or "?" in value:
            patterns.append(_compile(value, case_sensitive, None))
        else:
            plain.add(_fold(value, case_sensitive))
    return _OneOf(frozenset(plain), tuple({len(value) for value in plain}), tuple(patterns))


def _fold(text: str, case_sensitive: bool) -> str:
    return text if case_sensitive else text.lower()


def _advance_all(pieces: tuple[_Piece, ...], subject: str, starts: set[int]) -> set[int]:
    for piece in pieces:
        if not starts:
            break
        starts = piece.advance(subject, starts)
    return starts
