"""Cases: what a run will do, one check on one link under one profile at a time."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel

from .model import Expectation, Known, Suite
from .moment import Moment
from .sheet import Release


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """What a plan needs to know of a device profile."""

    name: str
    placement: str
    variants: frozenset[str] | None = None
    phones: frozenset[str] | None = None

    @classmethod
    def named(cls, name: str) -> ProfileFacts:
        """Return what a profile's name alone says: the bio of its app, or `web`; any variant and phone."""
        app = name.split("-")[0]
        return cls(name, f"{app}-bio" if app in ("tiktok", "instagram") else "web")


@dataclass(frozen=True, slots=True)
class Case:
    """One check on one link under one profile.

    `number` is its place in the plan before any selection, from 1. `link`, `url`, `placement` and `profile` are
    None for a check of the release. `variant` and `phone` are
    None for the app's usual answer on the default phone. `options` are resolved against the sheet.
    `pending_until` is set for a store check of a dated release.
    """

    id: str
    suite: str
    check: str
    options: BaseModel
    release: Release
    link: str | None = None
    url: str | None = None
    placement: str | None = None
    profile: str | None = None
    variant: str | None = None
    phone: str | None = None
    name: str | None = None
    tap: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    known: tuple[Known, ...] = ()
    expect: Expectation | None = None
    until: Moment | None = None
    pending_until: dt.datetime | None = None
    folder: Path | None = None
    number: int = 0

    @property
    def journey_key(self) -> str:
        """The same for cases that tap the same link on the same phone; the case's id for the release."""
        if self.link is None:
            return self.id
        return f"{self.suite}/{self.link}/{self.profile}{face(self.variant, self.phone)}"

    @property
    def asked(self) -> str:
        """A fingerprint of what is asked: another address, option or release gives another one."""
        asked = (self.url, self.placement, self.profile, self.variant, self.phone, self.tap, self.check)
        document = f"{asked}{self.options.model_dump_json()}{self.release.model_dump_json()}"
        return hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def is_pending(self, now: dt.datetime) -> bool:
        """Return whether it is too early to ask a store."""
        return self.pending_until is not None and now < self.pending_until

    def is_over(self, now: dt.datetime) -> bool:
        """Return whether the link is no longer published."""
        return self.until is not None and now >= self.until.end


@dataclass(frozen=True, slots=True)
class Visits:
    """How often one host is visited: once a case, a second time in the real browser when the link escapes."""

    host: str
    cases: int

    @property
    def most(self) -> int:
        """The count when every link escapes and every contested rule is played both ways."""
        return self.cases * 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will do. `total` counts the cases before the selection, `selected` those before the share of a
    shard is taken.
    """

    suites: tuple[Suite, ...]
    cases: tuple[Case, ...]
    total: int
    profiles: tuple[str, ...] = ()
    selected: int = 0

    def suite_of(self, case: Case) -> Suite:
        """Return the suite a case belongs to."""
        return next(suite for suite in self.suites if suite.suite == case.suite)

    def visits(self) -> list[Visits]:
        """Return the visits each host of a link will count, most first."""
        counts: dict[str, int] = {}
        for case in self.cases:
            if case.url is not None:
                host = urlsplit(case.url).hostname or ""
                counts[host] = counts.get(host, 0) + 1
        return [Visits(host, n) for host, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]

    def rows(self) -> list[str]:
        """Return the plan as lines of text: every case, then the visits."""
        lines = [f"{case.id}{f'  {case.url}' if case.url else ''}" for case in self.cases]
        lines += ["", f"{len(self.cases)} of {self.total} cases"]
        for visits in self.visits():
            lines.append(f"{visits.host} will count {visits.cases} to {visits.most} visits")
        return lines


def face(variant: str | None, phone: str | None) -> str:
    """Return what a case id adds for a variant and a phone."""
    return f"{f'+{variant}' if variant else ''}{f'@{phone}' if phone else ''}"
