"""What is wrong with a schedule, told with the row and column a spreadsheet shows."""

from __future__ import annotations

from collections.abc import Iterable

from dropcheck.suite.errors import MAX_PROBLEMS, Problem


class ScheduleError(Exception):
    """A schedule cannot be imported; `problems` holds everything found wrong, top to bottom."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        self.problems: tuple[Problem, ...] = found[:MAX_PROBLEMS]
        lines = [str(problem) for problem in self.problems]
        if len(found) > MAX_PROBLEMS:
            lines.append(f"… and {len(found) - MAX_PROBLEMS} more; these are the first")
        super().__init__("\n".join(lines))
