"""Numbers as `java.lang` reads and writes them in text. Every reader raises ValueError where Java throws."""

from __future__ import annotations

import re

_BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}
_DECIMAL = re.compile(r"[+-]?[0-9]+", re.ASCII)
_BASED = re.compile(r"([+-]?)(0[xX]|#|0(?=[0-9]))?([0-9a-fA-F]+)", re.ASCII)
_FLOAT = re.compile(
    r"[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)", re.ASCII
)
_HEX_FLOAT = re.compile(r"([+-]?0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][+-]?[0-9]+)[fFdD]?", re.ASCII)


def parse_int(text: str, java_type: str = "int") -> int:
    """`Byte.parseByte` to `Long.parseLong`: decimal, within the type's range."""
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{text!r} is not a whole number")
    return _in_range(text, 10, java_type)


def decode_int(text: str) -> int:
    """`Integer.decode`: decimal, hexadecimal after ``0x`` or ``#``, octal after ``0``."""
    found = _BASED.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a whole number")
    sign, prefix, digits = found.groups()
    base = {None: 10, "0": 8}.get(prefix, 16)
    return _in_range(sign + digits, base, "int")


def parse_float(text: str) -> float:
    """`Double.parseDouble` (and `Float.parseFloat`, kept in full precision)."""
    trimmed = text.strip()
    if _FLOAT.fullmatch(trimmed):
        is_word = trimmed.endswith(("N", "y"))
        return float(trimmed if is_word else trimmed.rstrip("fFdD"))
    hexadecimal = _HEX_FLOAT.fullmatch(trimmed)
    if hexadecimal is None:
        raise ValueError(f"{text!r} is not a number")
    try:
        return float.fromhex(hexadecimal.group(1))
    except OverflowError:
        return float("-inf" if trimmed.startswith("-") else "inf")


def text(value: bool | int | float) -> str:
    """The value in a form the readers above take back unchanged."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(repr(value), repr(value))


def _in_range(digits: str, base: int, java_type: str) -> int:
    # Longer than any 64-bit number with its leading zeros gone: out of range without reading it.
    significant = digits.lstrip("+-").lstrip("0")
    limit = 1 << (_BITS[java_type] - 1)
    if len(significant) <= 64:
        number = int(digits, base)
        if -limit <= number < limit:
            return number
    raise ValueError(f"{digits} does not fit a Java {java_type}")
