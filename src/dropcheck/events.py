"""What a run emits while it goes. Listeners read these; the runner knows none of its listeners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dropcheck.result import CaseResult, Hop, ProfileUsed, Release, RunStatus


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run began: its id, its suites, the cases it selected and how many of them an earlier run had finished."""

    run_id: str
    at: datetime
    version: str
    suites: tuple[str, ...]
    case_ids: tuple[str, ...]
    profiles: tuple[ProfileUsed, ...] = ()
    taken_over: int = 0


@dataclass(frozen=True, slots=True)
class EngineReady:
    """A browser engine started; `version` is the browser's own."""

    engine: str
    version: str


@dataclass(frozen=True, slots=True)
class CaseStarted:
    """A case was taken up (again, when `attempt` is above 1)."""

    case_id: str
    suite: str
    link: str | None
    profile: str | None
    check: str
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class HopSeen:
    """A journey met a navigation and the phone decided."""

    case_id: str
    hop: Hop


@dataclass(frozen=True, slots=True)
class CaseFinished:
    """A case came to its verdict; `release` carries what a release-wide check compared.

    `asked` stands for what the suite asked of it, so that a result is only taken over for the same question.
    """

    result: CaseResult
    release: Release | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Something the user asked for was not checked, and why."""

    what: str


@dataclass(frozen=True, slots=True)
class ListenerFailed:
    """A listener crashed; the run goes on without it."""

    listener: str
    error: str


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run ended; `status` tells whether it came to its end."""

    run_id: str
    at: datetime
    status: RunStatus
    releases: tuple[Release, ...] = ()
    engines: Mapping[str, str] = field(default_factory=dict)


Event = (
    RunStarted
    | EngineReady
    | CaseStarted
    | HopSeen
    | CaseFinished
    | NotChecked
    | ListenerFailed
    | RunFinished
)


class Listener(Protocol):
    """Anything that reads events; `close` is called once, after the last."""

    def handle(self, event: Event) -> None:
        """Take one event; called in order, from one thread."""
        ...

    def close(self) -> None:
        """Finish what was begun, files included."""
        ...
