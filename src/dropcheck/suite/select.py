"""Selecting cases: names with wildcards, tag expressions, shards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .errors import Problem, SelectionError, suggestion

#: Parentheses and `not`s in a row that a tag expression may have.
_MAX_DEPTH = 50
_WORD = re.compile(r"\s*(?:([()])|([^\s()]+))")

TagTest = Callable[[Collection[str]], bool]


@dataclass(frozen=True, slots=True)
class Shard:
    """Share `index` (from 1) of `count`."""

    index: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read ``2/4``; raises `SelectionError`."""
        match = re.fullmatch(r"(\d{1,5})/(\d{1,5})", text)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise _wrong("--shard", f"`{text[:40]}` is not a share", "write 1/4 for the first of four")
        return cls(int(match[1]), int(match[2]))

    def of(self, keys: Iterable[str]) -> frozenset[str]:
        """Return which of `keys` belong to this share, one more or less than to any other.

        The same on every machine and in every run, whatever order the keys come in; neighbours in a suite are
        spread, so that one slow link does not fill one share.
        """
        dealt = sorted(
            set(keys), key=lambda key: (hashlib.sha256(key.encode("utf-8", "replace")).digest(), key)
        )
        return frozenset(dealt[self.index - 1 :: self.count])


@dataclass(frozen=True, slots=True)
class Selection:
    """What the command line selects; empty means everything. Names may hold the wildcards ``*`` and ``?``."""

    profiles: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    tags: str = ""
    shard: Shard | None = None


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Return whether `name` matches one of `patterns`, or there are none."""
    listed = tuple(patterns)
    return not listed or any(fnmatchcase(name, pattern) for pattern in listed)


def refuse_unknown(option: str, patterns: Iterable[str], known: Collection[str]) -> None:
    """Raise `SelectionError` for a pattern that matches none of the `known` names."""
    problems = [
        Problem(option, 0, 0, f"nothing is called `{pattern[:60]}`", suggestion(pattern, sorted(known)))
        for pattern in patterns
        if not any(fnmatchcase(name, pattern) for name in known)
    ]
    if problems:
        raise SelectionError(problems)


def tag_test(expression: str) -> TagTest:
    """Return a test for ``a and not (b or c)``; an empty one takes everything. Raises `SelectionError`."""
    words: list[str] = []
    place = 0
    text = expression.strip()
    while place < len(text):
        match = _WORD.match(text, place)
        assert match is not None
        words.append(match[1] or match[2])
        place = match.end()
    if not words:
        return lambda tags: True
    parser = _Tags(words, expression)
    test = parser.either(0)
    if parser.words:
        raise parser.wrong()
    return test


class _Tags:
    """Recursive descent: `or` binds loosest, then `and`, then `not`."""

    def __init__(self, words: list[str], expression: str) -> None:
        self.words = words
        self._expression = expression

    def wrong(self) -> SelectionError:
        where = f"at `{self.words[0][:40]}`" if self.words else "at its end"
        hint = "tags are combined by and, or, not and parentheses: `bio and not (ad or story)`"
        return _wrong("--tag", f"`{self._expression[:80]}` breaks off {where}", hint)

    def either(self, depth: int) -> TagTest:
        tests = [self._both(depth)]
        while self._took("or"):
            tests.append(self._both(depth))
        return tests[0] if len(tests) == 1 else lambda tags: any(test(tags) for test in tests)

    def _both(self, depth: int) -> TagTest:
        tests = [self._one(depth)]
        while self._took("and"):
            tests.append(self._one(depth))
        return tests[0] if len(tests) == 1 else lambda tags: all(test(tags) for test in tests)

    def _one(self, depth: int) -> TagTest:
        if depth > _MAX_DEPTH:
            raise self.wrong()
        if self._took("not"):
            inner = self._one(depth + 1)
            return lambda tags: not inner(tags)
        if self._took("("):
            inner = self.either(depth + 1)
            if not self._took(")"):
                raise self.wrong()
            return inner
        if not self.words or self.words[0].casefold() in ("and", "or", ")"):
            raise self.wrong()
        wanted = self.words.pop(0)
        return lambda tags: any(fnmatchcase(tag, wanted) for tag in tags)

    def _took(self, word: str) -> bool:
        if self.words and self.words[0].casefold() == word:
            self.words.pop(0)
            return True
        return False


def _wrong(option: str, message: str, hint: str) -> SelectionError:
    return SelectionError([Problem(option, 0, 0, message, hint)])
