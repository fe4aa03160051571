"""What a check is: it takes a case and says what it came to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from dropcheck.device.model import Profile
from dropcheck.journey.associations import Associations
from dropcheck.journey.follow import Browsers
from dropcheck.result import Branch, Finding, Hop, Outcome, Release, Verdict
from dropcheck.suite import Case


@dataclass(slots=True)
class CheckResult:
    """What a check came to; the runner turns it into a `CaseResult`.

    `release` carries what a release-wide check compared, for the report's side-by-side tables.
    """

    verdict: Verdict
    reason: str = ""
    outcome: Outcome | None = None
    hops: list[Hop] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    otherwise: Branch | None = None
    depth: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    release: Release | None = None


class EvidenceStore(Protocol):
    """Keeps pictures and files of a case; returns the name that the results give them, None if not kept."""

    def keep(self, case_id: str, name: str, content: bytes) -> str | None:
        """Keep `content` under a name made from the case and `name` (with its extension)."""
        ...


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check may use: the phone's browsers, the network and the clock, all of this run.

    `browsers` returns the engines for a profile (raises `BrowserMissingError`). `http` is the run's one client,
    behind the same resolver as the browsers. `access` maps hosts to headers sent only there. `account` is the
    storage-state file the user gave with `--account`. `credentials` reads ``DROPCHECK_*`` secrets.
    """

    profiles: Mapping[str, Profile]
    browsers: Callable[[Profile], Awaitable[Browsers]]
    associations: Associations
    http: httpx.AsyncClient
    now: dt.datetime
    evidence: EvidenceStore | None = None
    on_hop: Callable[[Hop], None] | None = None
    access: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    send_analytics: bool = False
    account: Path | None = None
    credentials: Mapping[str, str] = field(default_factory=dict)


CheckFunction = Callable[[Case, CheckContext], Awaitable[CheckResult]]
