"""JSON that somebody else may have written: only what can be written again comes in."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from dropcheck.report.redact import whole_characters

#: Levels of lists and objects; ours have about ten, and what writes JSON again gives up at some hundred.
_DEEPEST = 100


def json_of(text: str) -> Any:
    """Return the JSON value in `text`, halves of characters in it replaced.

    Raises `json.JSONDecodeError`, `ValueError` for numbers that JSON or Python lacks, `RecursionError` for too
    many levels.
    """
    return _sound(json.loads(text, parse_constant=_no_number))


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number in JSON")


def _sound(value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, dict):
        return {whole_characters(key): _sound(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_sound(inner, depth + 1) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is too large")
    return value
