"""Checks that a music release's links leave in-app browsers and open the right song.

``dropcheck.run(suites, …)`` runs suites and returns `Results`; ``@dropcheck.check("name")`` makes a check of
one's own. Everything is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropcheck._lazy import lazy

if TYPE_CHECKING:
    from dropcheck.check.custom import check
    from dropcheck.check.model import CheckContext, CheckResult
    from dropcheck.check.rulebook import finding
    from dropcheck.events import Listener
    from dropcheck.result import Finding, Results, Verdict
    from dropcheck.run.api import run
    from dropcheck.run.options import RunOptions
    from dropcheck.suite import Case, CheckOptions

__version__ = "0.1.0"

__all__ = [
    "Case",
    "CheckContext",
    "CheckOptions",
    "CheckResult",
    "Finding",
    "Listener",
    "Results",
    "RunOptions",
    "Verdict",
    "__version__",
    "check",
    "finding",
    "run",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Case": "suite",
        "CheckContext": "check.model",
        "CheckOptions": "suite",
        "CheckResult": "check.model",
        "Finding": "result",
        "Listener": "events",
        "Results": "result",
        "RunOptions": "run.options",
        "Verdict": "result",
        "finding": "check.rulebook",
    },
    (
        "apps",
        "catalog",
        "check",
        "device",
        "engine",
        "events",
        "handoff",
        "journey",
        "localnet",
        "network",
        "report",
        "result",
        "run",
        "suite",
    ),
)
