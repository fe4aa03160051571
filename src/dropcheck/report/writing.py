"""Put a finished report on disk."""

from __future__ import annotations

from pathlib import Path

from dropcheck.report.errors import ReportError


def write_text(destination: Path, text: str, *, encoding: str = "utf-8", newline: str | None = None) -> Path:
    """Write a report's text with the folders it needs; raises `ReportError` when it can't be written."""
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        destination.write_text(text, encoding=encoding, newline=newline)
    except OSError as error:
        raise ReportError(f"{destination}: can't be written: {error.strerror or error}.") from None
    return destination
