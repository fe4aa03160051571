"""Whether two Chinese texts are one, written in simplified and in traditional characters.

That needs a dictionary: OpenCC's, where it is installed (the extra `chinese`).
"""

from __future__ import annotations

from functools import cache
from typing import Any


def same_text(first: str, second: str) -> bool | None:
    """Return whether both are one text in simplified or traditional characters; None without the dictionary.

    Japanese forms (沢 for 澤) are taken for their traditional ones too.
    """
    if not has_dictionary():
        return None
    return bool(_forms(first) & _forms(second))


def has_dictionary() -> bool:
    """Whether the dictionary is installed."""
    return _converter("t2s") is not None


def simplified(text: str) -> str:
    """Return a text in simplified characters; as it is without the dictionary."""
    converter = _converter("t2s")
    return text if converter is None else str(converter.convert(text))


def _forms(text: str) -> set[str]:
    """A text in simplified characters, read as Chinese and as Japanese."""
    return {simplified(text), simplified(_converter("jp2t").convert(text))}


@cache
def _converter(config: str) -> Any:
    try:
        import opencc
    except ImportError:
        return None
    return opencc.OpenCC(config)
