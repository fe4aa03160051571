"""Events as lines of JSON, redacted, one per event, and back."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, get_args

from pydantic import TypeAdapter, ValidationError

from dropcheck import events
from dropcheck.report.errors import ReportError
from dropcheck.report.json_text import json_of
from dropcheck.report.redact import redact_json

_EVENTS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(events.Event)}


def encode(event: events.Event) -> str:
    """Return `event` as one line of JSON, without its line end: ``{"event": "HopSeen", …}``."""
    name = type(event).__name__
    content = redact_json(_adapter(name).dump_python(event, mode="json", by_alias=True))
    return json.dumps({"event": name, **content}, ensure_ascii=False, separators=(",", ":"))


def decode(line: str) -> events.Event:
    """Return the event in `line`; raises `ReportError` when it holds none."""
    try:
        content = json_of(line)
        event: events.Event = _adapter(content.pop("event")).validate_python(content)
    except (ValueError, ValidationError, KeyError, AttributeError, TypeError, RecursionError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ReportError(f"this line holds no event: {reason}") from None
    return event


class NdjsonListener:
    """Writes every event as it comes, flushed line by line, so that a killed run loses nothing."""

    def __init__(self, destination: Path) -> None:
        """Open `destination` anew; raises `ReportError` when it can't be written."""
        try:
            destination.parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[str] = destination.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise ReportError(f"{destination}: can't be written: {error.strerror or error}.") from None

    def handle(self, event: events.Event) -> None:
        """Write one event."""
        self._file.write(encode(event) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@lru_cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_EVENTS[name])
