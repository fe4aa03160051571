"""What to do, sorted by who can do it: the same finding on many phones is one piece of advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dropcheck.report.headline import accepted
from dropcheck.result import Basis, CaseResult, Finding, Owner, Severity

_MOST_SEVERE_FIRST = tuple(Severity)


@dataclass(slots=True)
class Advice:
    """One finding and every case it was found in; `evidence` is the first case's."""

    finding: Finding
    cases: list[CaseResult] = field(default_factory=list)
    contested: bool = False

    @property
    def evidence(self) -> dict[str, Any]:
        return self.finding.evidence

    @property
    def basis(self) -> Basis:
        return self.finding.basis


@dataclass(frozen=True, slots=True)
class OwnersAdvice:
    """Everything one owner can do, most severe first."""

    owner: Owner
    advice: tuple[Advice, ...]

    @property
    def worst(self) -> Severity:
        return self.advice[0].finding.severity


def advice_by_owner(cases: Sequence[CaseResult], phones: Sequence[str] = ()) -> list[OwnersAdvice]:
    """Return the findings of `cases` by owner; who has the most severe one comes first.

    Findings that differ in nothing but the name of one of `phones` are one piece of advice. Those of failures
    the suite accepted as known are left out: there is nothing to do about them.
    """
    found: dict[tuple[str, ...], Advice] = {}
    for case in cases:
        if accepted(case):
            continue
        for finding in case.findings:
            same = (_without_phones(text, phones) for text in (finding.title, finding.fix))
            key = (finding.owner, finding.rule, *same, case.link or "", case.suite)
            advice = found.setdefault(key, Advice(finding, contested=case.otherwise is not None))
            advice.cases.append(case)
    by_owner: dict[Owner, list[Advice]] = {}
    for advice in found.values():
        by_owner.setdefault(advice.finding.owner, []).append(advice)
    groups = [
        OwnersAdvice(
            owner, tuple(sorted(advice, key=lambda one: _MOST_SEVERE_FIRST.index(one.finding.severity)))
        )
        for owner, advice in by_owner.items()
    ]
    return sorted(
        groups, key=lambda group: (_MOST_SEVERE_FIRST.index(group.worst), list(Owner).index(group.owner))
    )


def _without_phones(text: str, phones: Sequence[str]) -> str:
    for phone in phones:
        text = text.replace(phone, "")
    return text
