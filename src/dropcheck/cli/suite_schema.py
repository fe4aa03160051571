"""Writes the schema that a suite's first line points at, so that editors complete and check it."""

from __future__ import annotations

import json
from pathlib import Path

from dropcheck.suite import CheckRegistry, json_schema

FILE = "suite.schema.json"


def write_schema(folder: Path, registry: CheckRegistry) -> Path:
    """Write the JSON Schema of suites into `folder`, unless it is there as it should be."""
    file = folder / FILE
    text = json.dumps(json_schema(registry), indent=2, ensure_ascii=False) + "\n"
    try:
        if file.read_text("utf-8") == text:
            return file
    except (OSError, UnicodeDecodeError):
        pass
    file.write_text(text, "utf-8")
    return file
