"""Playwright traces of a run's cases: recorded aside, scrubbed, then put below the run's folder."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from dropcheck.engine.base import Engine, View, ViewDelegate, ViewSettings
from dropcheck.engine.select import CHROMIUM
from dropcheck.events import Event, NotChecked
from dropcheck.journey.follow import Browsers
from dropcheck.report.redact_trace import README, README_NAME, redact_trace
from dropcheck.run.evidence import TRACES, safe_name


class CaseTrace:
    """Records what Chromium shows in one case; `close` forgets whatever wasn't kept.

    What `environment` calls a secret leaves with no trace. What can't be recorded is told through `emit`.
    """

    def __init__(
        self,
        case_id: str,
        out: Path,
        environment: Mapping[str, str],
        emit: Callable[[Event], None],
    ) -> None:
        self._case_id, self._out, self._emit = case_id, out, emit
        self._environment = environment
        # What Playwright records holds every secret of the pages: it stays where nobody else may look.
        self._raw = tempfile.TemporaryDirectory(prefix="dropcheck-trace-", ignore_cleanup_errors=True)
        self._views: dict[str, Path] = {}

    def of_browsers(self, browsers: Browsers) -> Browsers:
        """Return the same browsers, recorded as far as they can be."""
        return Browsers(self._recorded(browsers.in_app, "in-app"), self._recorded(browsers.real, "browser"))

    def _recorded(self, engine: Engine, label: str) -> Engine:
        if engine.name != CHROMIUM:
            self._emit(NotChecked(f"traces of what {engine.name} showed: only Chromium records them"))
            return engine
        return _RecordedEngine(engine, lambda settings: self._with_trace(settings, label))

    def _with_trace(self, settings: ViewSettings, label: str) -> ViewSettings:
        if settings.storage_state is not None:
            self._emit(NotChecked("traces of pages with an account logged in: they would show whose it is"))
            return settings
        name = f"{len(self._views) + 1:02d}-{label}"
        self._views[name] = Path(self._raw.name) / f"{name}.zip"
        return replace(settings, trace=self._views[name])

    async def keep(self) -> str | None:
        """Write the trace without secrets; return its name below the run's folder, None when there is none."""
        file = self._out / TRACES / f"{safe_name(self._case_id)}.zip"
        try:
            if not await asyncio.to_thread(redact_trace, self._views, file, self._environment):
                return None
            explain(self._out)
        except OSError:
            self._emit(NotChecked(f"the trace of {self._case_id}: it could not be written to the disk"))
            return None
        return file.relative_to(self._out).as_posix()

    def close(self) -> None:
        """Remove what was recorded."""
        self._raw.cleanup()


def explain(out: Path) -> None:
    """Say beside the traces what was scrubbed; raises `OSError`."""
    (out / TRACES / README_NAME).write_text(README, "utf-8")


class _RecordedEngine:
    """An engine whose views are opened with other settings."""

    def __init__(self, engine: Engine, change: Callable[[ViewSettings], ViewSettings]) -> None:
        self._engine, self._change = engine, change
        self.name, self.version = engine.name, engine.version

    async def start(self) -> None:
        await self._engine.start()

    async def open(self, settings: ViewSettings, delegate: ViewDelegate) -> View:
        return await self._engine.open(self._change(settings), delegate)

    async def close(self) -> None:
        await self._engine.close()
