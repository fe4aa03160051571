"""Where a page finds the trace of a case: beside the results, and only when it was written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dropcheck.result import CaseResult


@dataclass(frozen=True, slots=True)
class TraceLinks:
    """`beside` is the folder of the results file, `page` the folder of the page that links."""

    beside: Path | None
    page: Path

    def of(self, case: CaseResult) -> str | None:
        """Return the path of the case's trace from the page, with ``/`` between; None without a trace."""
        name = case.data.get("trace")
        if self.beside is None or not isinstance(name, str):
            return None
        try:
            root = self.beside.resolve()
            file = (root / name).resolve()
            # A results file may come from elsewhere: it must not choose files outside its own folder.
            if not file.is_relative_to(root) or not file.is_file():
                return None
            return Path(os.path.relpath(file, self.page.resolve())).as_posix()
        except (OSError, ValueError):
            return None
