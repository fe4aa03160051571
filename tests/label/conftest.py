from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dropcheck.check.options import builtin_registry
from dropcheck.label.errors import ScheduleError
from dropcheck.label.schedule_import import ScheduleImport, import_schedule

SPOTIFY = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
UPC = "859712345677"

Import = Callable[..., ScheduleImport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "suites"


@pytest.fixture
def bring_in(tmp_path: Path, folder: Path) -> Import:
    """Write a CSV schedule and import it."""

    def brought(text: str | bytes, name: str = "schedule.csv", **more: object) -> ScheduleImport:
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return import_schedule(file, folder, builtin_registry(), **more)  # type: ignore[arg-type]

    return brought


@pytest.fixture
def refused(bring_in: Import) -> Callable[..., str]:
    """Import a schedule that must be refused, and return what is said."""

    def said(text: str | bytes, name: str = "schedule.csv", **more: object) -> str:
        with pytest.raises(ScheduleError) as caught:
            bring_in(text, name, **more)
        return str(caught.value)

    return said
