"""Gathers a run's events into the results document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from dropcheck.check.funnel_context import add_context
from dropcheck.device.model import Profile
from dropcheck.events import (
    CaseFinished,
    EngineReady,
    Event,
    ListenerFailed,
    NotChecked,
    RunFinished,
    RunStarted,
)
from dropcheck.report.redact import redact_json
from dropcheck.result import (
    CaseResult,
    ProfileUsed,
    Release,
    Results,
    RuleRow,
    RunInfo,
    RunStatus,
    Summary,
)
from dropcheck.suite import Suite


class Collector:
    """A listener that can be asked for the results so far at any time."""

    def __init__(self) -> None:
        self._started: RunStarted | None = None
        self._finished: RunFinished | None = None
        self._engines: dict[str, str] = {}
        self._not_checked: dict[str, None] = {}
        self._cases: dict[str, CaseResult] = {}
        self._releases: dict[str, Release] = {}

    def handle(self, event: Event) -> None:
        """Take one event."""
        match event:
            case RunStarted():
                self._started = event
            case EngineReady():
                self._engines[event.engine] = event.version
            case NotChecked():
                self._not_checked[event.what] = None
            case CaseFinished():
                self._cases[event.result.id] = event.result
                self._not_checked |= dict.fromkeys(map(str, event.result.data.get("not_checked", ())))
                if event.release is not None:
                    self.add_release(event.release)
            case ListenerFailed():
                self._not_checked[f"{event.listener} stopped in the middle: {event.error}"] = None
            case RunFinished():
                self._finished = event
            case _:
                pass

    def close(self) -> None:
        """Nothing is held open."""

    def add_release(self, release: Release) -> None:
        """Take what a suite says of its release, or what a check compared, beside what is there already."""
        self._releases[release.suite] = joined_release(self._releases.get(release.suite), release)

    @property
    def cases(self) -> Mapping[str, CaseResult]:
        """The finished cases by id."""
        return self._cases

    def results(self) -> Results:
        """Return the document as far as the run has come, cases in the order of the plan."""
        started = self._started
        assert started is not None, "a run has no results before it begins"
        finished = self._finished
        order = {case_id: number for number, case_id in enumerate(started.case_ids)}
        cases = sorted(self._cases.values(), key=lambda case: order.get(case.id, len(order)))
        made = Results(
            run=RunInfo(
                id=started.run_id,
                status=finished.status if finished is not None else RunStatus.INTERRUPTED,
                started=started.at,
                finished=finished.at if finished is not None else None,
                version=started.version,
                suites=list(started.suites),
                engines=dict(self._engines),
                not_checked=list(self._not_checked),
            ),
            summary=Summary.of(cases),
            releases=list(self._releases.values()),
            profiles=list(started.profiles),
            cases=cases,
        )
        return add_context(made)


def joined_release(first: Release | None, second: Release) -> Release:
    """Return both as one: what the second says wins, what it doesn't say is kept."""
    if first is None:
        return second
    said = {
        name: value
        for name, value in second.model_dump(mode="python").items()
        if name != "suite" and value not in (None, [], {})
    }
    return Release.model_validate({**first.model_dump(mode="python"), **said})


def releases_of(suites: Iterable[Suite], now: dt.datetime) -> list[Release]:
    """Return what the suites say of their releases, and the age of each."""
    found = []
    for suite in suites:
        released = suite.release.released
        hours = round(released.hours_since(now), 2) if released is not None else None
        sheet = redact_json(suite.release.as_sheet())
        found.append(Release(suite=suite.suite, sheet=sheet, hours_since_release=hours))
    return found


def profiles_used(
    names: Sequence[str], profiles: Mapping[str, Profile], today: dt.date
) -> tuple[ProfileUsed, ...]:
    """Return the profiles of a run as the results name them, with the real browser of each phone."""
    wanted: dict[str, Profile] = {}
    for name in names:
        profile = profiles[name]
        wanted[name] = profile
        if profile.browser is not None:
            wanted.setdefault(profile.browser, profiles[profile.browser])
    return tuple(_used(profile, today) for profile in wanted.values())


def _used(profile: Profile, today: dt.date) -> ProfileUsed:
    return ProfileUsed(
        name=profile.name,
        identity={
            "title": profile.title,
            "app": profile.app,
            "app_version": profile.app_version,
            "os": profile.os.value,
            "os_version": profile.os_version,
            "device": profile.device,
            "in_app": profile.in_app,
            "engine": profile.engine,
            "user_agent": profile.identity.user_agent,
            "screen": profile.identity.screen.model_dump(),
        },
        rules=[
            RuleRow(
                id=row.id,
                confidence=row.confidence,
                date=row.date.isoformat(),
                stale=row.is_stale(today),
                source="; ".join(row.source),
            )
            for row in profile.rows
        ],
    )
