"""How a run is done: how many cases at once, through which network, what is kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dropcheck.run.errors import OptionError

#: Where pages answer at once, the browser's own work fills two processors from four to eight journeys on (measured:
#: benchmarks), so twice the processors and two more.
_JOBS_PER_CORE = 2
_JOBS_BESIDE = 2


def default_jobs() -> int:
    """Return how many cases a run begins with where nobody says: twice the usable processors and two more."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return usable * _JOBS_PER_CORE + _JOBS_BESIDE


class KeepEvidence(StrEnum):
    """Whose screenshots and files are kept."""

    ALL = "all"
    FAILURES = "failures"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The settings of one run; raises `OptionError` for bounds under which no case would begin or end.

    `jobs` are the cases performed at once; None leaves it to the run, which takes up more while the processors idle.
    `per_host` bounds the cases that visit one public host at once, `per_host_rate` how many begin in a minute (0:
    any number). `case_bound_s` ends a case that takes longer (seconds). `engines` are choices as
    ``--engine`` takes them. `out` is the folder of results, the journal and evidence, None to keep nothing on
    disk. `resume` takes over the cases of that journal.
    `trace` leaves a Playwright trace of every case that Chromium showed in `out`; with `evidence` at ``failures``
    those of cases that pass are not kept.
    `keep_answers` lets the public answers of services and hosts be taken from this user's cache, for as long as
    their servers allow; it never holds for hosts that `resolve` maps.
    `cluster` is a Dask scheduler's address, or ``local:N``, whose workers run the cases.
    """

    jobs: int | None = None
    per_host: int = 4
    per_host_rate: float = 120.0
    case_bound_s: float = 180.0
    engines: tuple[str, ...] = ()
    resolve: tuple[str, ...] = ()
    insecure: bool = False
    checks: tuple[str, ...] = ()
    out: Path | None = None
    evidence: KeepEvidence = KeepEvidence.ALL
    trace: bool = False
    resume: bool = False
    send_analytics: bool = False
    account: Path | None = None
    cluster: str | None = None
    keep_answers: bool = False

    def __post_init__(self) -> None:
        bounds = {
            "jobs": self.jobs is None or self.jobs >= 1,
            "per_host": self.per_host >= 1,
            "per_host_rate": self.per_host_rate >= 0,
            "case_bound_s": self.case_bound_s > 0,
        }
        for name, holds in bounds.items():
            if not holds:
                # No case would ever begin, or all would end before they have begun.
                raise OptionError(f"{name}={getattr(self, name)!r}: no run can be done with that")
