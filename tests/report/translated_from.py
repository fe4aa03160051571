"""From which English each sentence of another language was made, so that a change of the English is noticed.

``translated_from.json`` beside this holds a digest of the English for every sentence of every other language.
After bringing a translation up to date, take the new English down for just those sentences:

    python -m tests.report.translated_from page.title rule.escape/trapped.fix
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from dropcheck.check.rulebook import rulebook
from dropcheck.report.wording import languages

STRINGS = resources.files("dropcheck.report") / "strings"
RECORD = Path(__file__).with_suffix(".json")
#: Keyed by the English itself, or about the translation alone.
_KEYED_BY_ENGLISH = ("phrase", "plain")


def english() -> dict[str, str]:
    """Return every English sentence that other languages say too, by its key."""
    sections: dict[str, dict[str, Any]] = tomllib.loads((STRINGS / "en.toml").read_text(encoding="utf-8"))
    said = {
        f"{section}.{name}": str(text)
        for section, entries in sections.items()
        if section not in _KEYED_BY_ENGLISH
        for name, text in entries.items()
    }
    for rule in rulebook().values():
        said |= {f"rule.{rule.id}.{part}": str(getattr(rule, part)) for part in ("title", "why", "fix")}
    return said


def digest(text: str) -> str:
    """Return a short mark of `text`."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def recorded() -> dict[str, dict[str, str]]:
    """Return the digests of the English that each language's sentences were made from."""
    record: dict[str, dict[str, str]] = json.loads(RECORD.read_text("utf-8"))
    return record


def stale(language: str) -> dict[str, str]:
    """Return the English, as it is now, of sentences whose translation was made from another."""
    made_from = recorded().get(language, {})
    return {key: text for key, text in english().items() if made_from.get(key) != digest(text)}


def take_down(keys: list[str]) -> list[str]:
    """Record today's English for `keys` in every language, and forget sentences that are gone; return slips."""
    now = english()
    record = {}
    for language in (one for one in languages() if one != "en"):
        old = recorded().get(language, {})
        kept = {key: old[key] for key in now if key in old}
        record[language] = dict(
            sorted({**kept, **{key: digest(now[key]) for key in keys if key in now}}.items())
        )
    RECORD.write_text(json.dumps(record, indent=0) + "\n", "utf-8")
    return [key for key in keys if key not in now]


if __name__ == "__main__":
    unknown = take_down(sys.argv[1:])
    for one in (language for language in languages() if language != "en"):
        for key, text in stale(one).items():
            sys.stdout.write(f"{one}  {key}: {text}\n")
    raise SystemExit(f"there is no sentence {', '.join(unknown)}" if unknown else 0)
