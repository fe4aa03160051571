"""Judges stored journeys under today's phone rules: which still hold, which must be run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from dropcheck.device.model import Profile
from dropcheck.handoff.ceiling import Goal, standing
from dropcheck.handoff.model import Phone
from dropcheck.result import CaseResult, Ceiling, Hop, Results
from dropcheck.run.replay import Replayed, phone_of_case, replay


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What today's rules say of one stored case; `changed` is the first hop that would go elsewhere.

    `ceiling` is whether the outcome is the best known today; None where that can't be said.
    """

    case: CaseResult
    changed: Replayed | None = None
    why_not: str = ""
    ceiling: Ceiling | None = None

    @property
    def rerun_needed(self) -> bool:
        """Whether only a new run can say how the case comes out."""
        return self.changed is not None or bool(self.why_not)

    @property
    def ceiling_moved(self) -> bool:
        """Whether the outcome is measured against another best than on the day of the run."""
        was = self.case.outcome.ceiling if self.case.outcome is not None else None
        return self.ceiling is not None and was is not None and self.ceiling is not was

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        if self.why_not:
            return f"rerun needed: {self.why_not}"
        if self.changed is None:
            holds = "holds under today's rules"
            if not self.ceiling_moved:
                return holds
            if self.ceiling is Ceiling.BELOW:
                return f"{holds}, but a better way out is known today than on the day of the run"
            return f"{holds}, and nothing better is known any more"
        hop, now = self.changed.hop, self.changed.fails
        return (
            f"rerun needed from hop {hop.n}: it was `{hop.decision.value}` by {hop.rule}, today it is"
            f" `{now.kind.value}` by {now.rule.id}: {now.rule.why}"
        )


def rejudge(results: Results, profiles: Mapping[str, Profile]) -> list[Rejudged]:
    """Return every stored journey of `results` under the rules of `profiles`; cases without hops are left out."""
    return [_case(case, profiles) for case in results.cases if case.hops]


def _case(case: CaseResult, profiles: Mapping[str, Profile]) -> Rejudged:
    profile = profiles.get(case.profile or "")
    if profile is None:
        return Rejudged(case, why_not=f"there is no phone {case.profile} any more")
    branches: list[list[Hop]] = [case.hops]
    if case.otherwise is not None:
        branches.append(case.otherwise.hops)
    browser = profiles.get(profile.browser) if profile.browser is not None else None
    phone = phone_of_case(case)
    for hops in branches:
        for replayed in replay(hops, profile, browser, phone):
            if replayed.goes_elsewhere:
                return Rejudged(case, replayed)
    return Rejudged(case, ceiling=_ceiling(case, profile, phone))


def _ceiling(case: CaseResult, profile: Profile, phone: Phone) -> Ceiling | None:
    goal = case.data.get("to")
    if case.outcome is None or goal not in ("app", "browser"):
        return None
    return standing(case.outcome.kind, case.outcome.escape, profile, cast(Goal, goal), phone)
