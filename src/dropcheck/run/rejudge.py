"""Judges stored journeys under today's phone rules: which still hold, which must be run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dropcheck.device.model import Profile
from dropcheck.result import CaseResult, Hop, Results
from dropcheck.run.replay import Replayed, phone_of_case, replay


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What today's rules say of one stored case; `changed` is the first hop that would go elsewhere."""

    case: CaseResult
    changed: Replayed | None = None
    why_not: str = ""

    @property
    def rerun_needed(self) -> bool:
        """Whether only a new run can say how the case comes out."""
        return self.changed is not None or bool(self.why_not)

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        if self.why_not:
            return f"rerun needed: {self.why_not}"
        if self.changed is None:
            return "holds under today's rules"
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
    for hops in branches:
        for replayed in replay(hops, profile, browser, phone_of_case(case)):
            if replayed.goes_elsewhere:
                return Rejudged(case, replayed)
    return Rejudged(case)
