"""Which files are suites."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .errors import Problem, SuiteError
from .tree import MAX_BYTES

#: So far into a file a suite has said that it is one.
_HEAD = 65_536

_SUITE_FILE = re.compile(r"\.(ya?ml|json)$", re.IGNORECASE)
_SUITE_KEY = re.compile(
    r"""^(?:["']?(?:suite|links)["']?[ \t]*:|\s*\{.*["'](?:suite|links)["'][ \t]*:)""", re.M | re.S
)


def find_suites(path: Path) -> list[Path]:
    """Return `path` itself, or the suites below a folder (files whose name begins with `_` or `.` are parts).

    Raises `SuiteError` for a folder without suites.
    """
    if not path.is_dir():
        return [path]
    found = [
        file
        for file in sorted(path.rglob("*"))
        if not any(part.startswith(("_", ".")) for part in file.relative_to(path).parts)
        and looks_like_suite(file)
    ]
    if not found:
        raise SuiteError(
            [Problem(str(path), 0, 0, "this folder holds no suite", "a suite begins with `suite: its-name`")]
        )
    return found


def looks_like_suite(path: Path) -> bool:
    """Return whether a file is YAML or JSON with `suite:` or `links:` at its top."""
    if not _SUITE_FILE.search(path.name) or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES)
    except OSError:
        return False
    text = raw.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("{"):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            # YAML in braces, or a suite with a slip that its reader will tell.
            return _SUITE_KEY.search(text[:_HEAD]) is not None
        return isinstance(document, dict) and not {"suite", "links"}.isdisjoint(document)
    return _SUITE_KEY.search(text[:_HEAD]) is not None
