"""What can be wrong with a suite, and how it is told.

SuiteError
└── SelectionError     the command line selects something that doesn't exist
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

#: Below this similarity (0 to 100) a suggestion would puzzle more than help. Our choice.
_CLOSE_ENOUGH = 60.0

#: Of one suite's problems so many are told; the rest usually has the same cause.
MAX_PROBLEMS = 100


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what, what instead.

    Lines and columns count from 1; a line of 0 means that it stands in no file.
    """

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    source_line: str = ""
    path: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        lines = [f"{place}: {'warning: ' if self.severity == 'warning' else ''}{self.message}"]
        if self.line and self.source_line:
            shown, caret = _excerpt(self.source_line, self.column)
            lines += [f"  {shown}", f"  {caret}"]
        if self.hint:
            lines.append(f"  → {self.hint}")
        return "\n".join(lines)


class SuiteError(Exception):
    """A suite cannot be used; `problems` holds everything found wrong, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[SuiteError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class SelectionError(SuiteError):
    """The command line selects a profile, link, check, tag expression or shard that makes no sense."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was most likely meant to be, or None."""
    best = process.extractOne(
        word[:200], list(known), scorer=fuzz.ratio, processor=_fold, score_cutoff=_CLOSE_ENOUGH
    )
    return None if best is None else str(best[0])


def choices(words: Iterable[str], most: int = 12) -> str:
    """Return `words` as prose, cut after `most`."""
    listed: Sequence[str] = list(words)
    text = ", ".join(listed[:most])
    return f"{text}, …" if len(listed) > most else text


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return a hint for an unknown `word`: the nearest known one, else the known ones."""
    listed = list(known)
    best = did_you_mean(word, listed)
    if best is not None:
        return f"did you mean `{best}`?"
    return f"known here: {choices(listed)}" if listed else ""


def _fold(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")


#: Of a longer line only the part around the caret is shown.
_WIDTH = 110


def _excerpt(line: str, column: int) -> tuple[str, str]:
    """Cut a long line around `column`; return it and the caret line beneath it."""
    before = line[: column - 1]
    start = max(0, len(before) - _WIDTH // 2)
    shown = line[start : start + _WIDTH]
    head = "…" if start else ""
    tail = "…" if start + _WIDTH < len(line) else ""
    # Terminal escape codes and other control characters of a hostile file must not reach the terminal.
    clean = "".join(
        "\t" if c == "\t" else "\ufffd" if unicodedata.category(c)[0] == "C" else c for c in shown
    )
    pad = "".join("\t" if c == "\t" else " " * _cells(c) for c in clean[: len(before) - start])
    return f"{head}{clean}{tail}", f"{' ' if head else ''}{pad}^"


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
