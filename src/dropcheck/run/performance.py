"""One case from its call to its result: too early, too late, run, run again, known."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace

from pydantic_core import PydanticSerializationError, to_json

from dropcheck.check.model import CheckContext, CheckFunction, CheckResult, EvidenceStore
from dropcheck.device.model import Profile
from dropcheck.engine.base import BrowserMissingError, EngineError
from dropcheck.events import CaseStarted, Event, HopSeen, NotChecked
from dropcheck.journey.follow import Browsers
from dropcheck.network.answer_cache import kept_answers
from dropcheck.report.redact import redact_json, redact_text
from dropcheck.result import Basis, CaseResult, Hop, Release, Verdict
from dropcheck.run import ticks
from dropcheck.run.access import access_of, environment_with
from dropcheck.run.confirmations import Confirmations
from dropcheck.run.engines import EngineChooser, EngineShelf
from dropcheck.run.known import apply_known
from dropcheck.run.options import KeepEvidence, RunOptions
from dropcheck.run.stage import Stage
from dropcheck.run.traces import CaseTrace
from dropcheck.suite import Case, Suite

#: A case whose browser died is tried once more; nothing else is, since a second answer would hide the first.
MOST_ATTEMPTS = 2
_ENGINE_FAILED = "/engine-failed"

_log = logging.getLogger("dropcheck")


class Performance:
    """Performs one case; whatever goes wrong in it becomes its verdict."""

    def __init__(
        self,
        case: Case,
        suite: Suite,
        function: CheckFunction | None,
        options: RunOptions,
        confirmations: Confirmations,
        profiles: Mapping[str, Profile],
        choose: EngineChooser,
        emit: Callable[[Event], None],
        evidence: EvidenceStore | None,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._case, self._suite, self._function = case, suite, function
        self._options, self._emit, self._confirmations = options, emit, confirmations
        self._profiles = confirmations.applied(profiles)
        self._choose, self._evidence, self._clock = choose, evidence, clock
        self._access = access_of(suite)
        self._environment = environment_with(self._access)
        self._engine: str | None = None
        self._trace: CaseTrace | None = None

    async def run(self, stage: Callable[[], Awaitable[Stage]]) -> tuple[CaseResult, Release | None]:
        """Return the result and what the check compared of the release, without secrets."""
        case, now = self._case, self._clock()
        began = time.monotonic()
        attempts = 1
        if case.is_over(now):
            checked = CheckResult(Verdict.SKIPPED, f"the link was only published until {case.until}")
        elif case.is_pending(now):
            checked = CheckResult(Verdict.PENDING, f"the release isn't out before {case.pending_until:%c %Z}")
        else:
            try:
                with kept_answers() as used:
                    checked, attempts = await self._attempted(stage)
                if used:
                    told = [{"url": answer.url, "age_s": answer.age_s} for answer in used.values()]
                    checked = replace(checked, data={**checked.data, "kept_answers": told})
                checked = await self._with_trace(checked)
            finally:
                if self._trace is not None:
                    self._trace.close()
        result = self._result(checked, attempts, time.monotonic() - began)
        clean = CaseResult.model_validate(redact_json(result.model_dump(mode="json"), self._environment))
        release = checked.release
        if release is not None:
            release = Release.model_validate(redact_json(release.model_dump(mode="json"), self._environment))
        return apply_known(clean, case.known, now.date()), release

    async def _attempted(self, stage: Callable[[], Awaitable[Stage]]) -> tuple[CheckResult, int]:
        case = self._case
        for attempt in range(1, MOST_ATTEMPTS + 1):
            self._emit(CaseStarted(case.id, case.suite, case.link, case.profile, case.check, attempt))
            checked, browser_died = await self._once(stage, apart=attempt > 1)
            if not browser_died:
                break
        return checked, attempt

    async def _with_trace(self, checked: CheckResult) -> CheckResult:
        """Name the trace in what the check found, where one is kept."""
        kept_anyway = self._options.evidence is not KeepEvidence.FAILURES
        if self._trace is None or not (kept_anyway or checked.verdict is not Verdict.PASS):
            return checked
        name = await self._trace.keep()
        return replace(checked, data={**checked.data, "trace": name}) if name is not None else checked

    async def _once(self, stage: Callable[[], Awaitable[Stage]], *, apart: bool) -> tuple[CheckResult, bool]:
        """The check's answer, and whether it is worth another try.

        `apart` gives it browsers of its own: the page that brought the shared one down can't do so to others again.
        """
        bound = self._options.case_bound_s
        if self._function is None:
            missing = f"the check `{self._case.check}` is not part of this dropcheck"
            return CheckResult(Verdict.SKIPPED, missing), False
        try:
            async with asyncio.timeout(bound), AsyncExitStack() as stack:
                ready = await stage()
                engines = await stack.enter_async_context(ready.engines.apart()) if apart else ready.engines
                checked: object = await self._function(self._case, self._context(ready, engines))
        except BrowserMissingError as error:
            self._emit(NotChecked(str(error)))
            return CheckResult(Verdict.SKIPPED, str(error)), False
        except EngineError as error:
            return CheckResult(Verdict.ERROR, str(error)), True
        except TimeoutError:
            return CheckResult(Verdict.ERROR, f"it took longer than {bound:g} s and was ended"), False
        except asyncio.CancelledError:
            # The run's own cancellation is asked of this task; any other is a check's that waited for one it ended.
            if (task := asyncio.current_task()) is None or task.cancelling():
                raise
            what = (
                f"the check `{self._case.check}` broke in dropcheck (something it waited for was cancelled)"
            )
            return CheckResult(Verdict.ERROR, what), False
        except Exception as error:  # noqa: BLE001 - one case that breaks must not break the others
            _log.debug("the check %s broke", self._case.id, exc_info=True)
            what = f"{type(error).__name__}: {error}".split("\n", 1)[0]
            return CheckResult(
                Verdict.ERROR, f"the check `{self._case.check}` broke in dropcheck ({what})"
            ), False
        if not isinstance(checked, CheckResult):
            kind = type(checked).__name__
            return CheckResult(
                Verdict.ERROR, f"the check `{self._case.check}` returned {kind}, not a CheckResult"
            ), False
        try:
            to_json(checked.data)
        except PydanticSerializationError as error:
            what = f"the check `{self._case.check}` returned `data` that JSON can't hold ({error})"
            return CheckResult(Verdict.ERROR, what), False
        died = checked.verdict is Verdict.ERROR and any(
            finding.rule.endswith(_ENGINE_FAILED) for finding in checked.findings
        )
        return checked, died

    def _context(self, stage: Stage, engines: EngineShelf) -> CheckContext:
        case = self._case

        async def browsers(profile: Profile) -> Browsers:
            found = await engines.browsers(profile)
            self._engine = found.in_app.name
            if self._options.trace and self._options.out is not None:
                if self._trace is None:
                    self._trace = CaseTrace(case.id, self._options.out, self._environment, self._emit)
                found = self._trace.of_browsers(found)
            return found

        def on_hop(hop: Hop) -> None:
            self._emit(
                HopSeen(case.id, hop.model_copy(update={"url": redact_text(hop.url, self._environment)}))
            )

        return CheckContext(
            profiles=self._profiles,
            browsers=browsers,
            associations=stage.associations,
            http=stage.http,
            now=self._clock(),
            evidence=self._evidence,
            on_hop=on_hop,
            access=self._access,
            send_analytics=self._options.send_analytics,
            account=self._options.account,
            credentials=credentials(),
        )

    def _result(self, checked: CheckResult, attempts: int, duration_s: float) -> CaseResult:
        case = self._case
        result = case_result(case, checked)
        self._mark_confirmed(result, checked.release)
        result.engine, result.attempts, result.duration_s = self._engine, attempts, round(duration_s, 3)
        if self._engine is not None and case.profile is not None:
            profile = self._profiles[case.profile]
            note = self._choose.note_of(profile)
            if note is not None:
                result.data["engine_note"] = note
                self._emit(NotChecked(f"WebKit on {profile.title}: it {note}"))
        return result

    def _mark_confirmed(self, result: CaseResult, release: Release | None) -> None:
        """Say what a person's own observation decided, and show it beside the prediction."""
        rows = self._confirmations.rows_of(result.profile or "")
        other = result.otherwise.hops if result.otherwise is not None else []
        for hop in (*result.hops, *other):
            if hop.rule in rows:
                hop.basis = Basis.CONFIRMED
        seen = self._confirmations.of_case(result.id)
        if seen is None:
            return
        result.data["confirmed"] = seen.model_dump(mode="json", exclude_none=True)
        if result.check == ticks.CHECK:
            ticks.tick(result, release, seen)


def case_result(case: Case, checked: CheckResult) -> CaseResult:
    """Return a check's answer as the result of `case`."""
    return CaseResult(
        id=case.id,
        suite=case.suite,
        link=case.link,
        url=case.url,
        placement=case.placement,
        profile=case.profile,
        check=case.check,
        depth=checked.depth,
        verdict=checked.verdict,
        reason=checked.reason,
        data=dict(checked.data),
        outcome=checked.outcome,
        hops=checked.hops,
        findings=checked.findings,
        otherwise=checked.otherwise,
    )


def credentials() -> dict[str, str]:
    """Return dropcheck's own credentials from the environment; a suite's variables are none."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith("DROPCHECK_") and not name.startswith("DROPCHECK_VAR_")
    }
