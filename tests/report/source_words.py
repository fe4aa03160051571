"""The words dropcheck writes, read from its source, so that a translation of what nobody writes any more is noticed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from dropcheck.check.rulebook import rulebook

#: Where the source puts one sentence together: the places for values, marks, and these joints.
_JOINTS = re.compile(
    r"\{\w+\}|[(),;:.%“”]|\b(?:or|and)\b|(?=\b(?:after|by itself)\b)|\bafter 1 tap|^without a tap"
    r"|(?<=\}) shows|compared with the sheet's artwork"
)
#: Shorter ones are everywhere.
_TELLING = 4


@cache
def written() -> str:
    """Return every text of the source and the rules, one per line."""
    texts = [str(getattr(rule, part)) for rule in rulebook().values() for part in ("title", "why", "fix")]
    for file in Path(str(resources.files("dropcheck"))).rglob("*.py"):
        constants = (
            node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Constant)
        )
        texts += [node.value for node in constants if isinstance(node.value, str)]
    return "\n".join(" ".join(text.split()).casefold() for text in texts)


def pieces(sentence: str) -> Iterator[str]:
    """Yield the runs of words of `sentence` that the source holds in one go."""
    for piece in _JOINTS.split(" ".join(sentence.split()).casefold()):
        if len(piece.strip()) >= _TELLING:
            yield piece.strip()


def nowhere_written(sentence: str) -> list[str]:
    """Return the runs of words of `sentence` that no text of the source holds."""
    return [piece for piece in pieces(sentence) if piece not in written()]
