"""What to do, sorted by who can do it: the same finding on many phones is one piece of advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dropcheck.report.headline import accepted
from dropcheck.report.wording import Wording, wording
from dropcheck.result import Basis, CaseResult, Finding, Owner, ProfileUsed, Severity

_MOST_SEVERE_FIRST = tuple(Severity)
#: More places than these make a message nobody reads to its end.
_MOST_PLACES = 12


@dataclass(slots=True)
class Advice:
    """One finding and every case it was found in; `detail` and `evidence` are the first case's.

    Its title and its fix name every phone it was found on.
    """

    finding: Finding
    cases: list[CaseResult] = field(default_factory=list)
    contested: bool = False
    _names: dict[str, str] = field(default_factory=dict)
    #: Which of its texts name the very phone in every case; another phone's name in them means that phone.
    _own: set[str] = field(default_factory=lambda: {"title", "fix"})

    @property
    def places(self) -> list[str]:
        """Where it was found: a link and a phone each, or the release's check."""
        return list(self._names.values())

    def urgency(self, say: Wording) -> str:
        """Return how much it presses; what only keeps this program from seeing presses nobody else."""
        severity = self.finding.severity
        if self.finding.owner is Owner.US and severity is not Severity.INFO:
            return say("word.unchecked")
        return say(f"severity.{severity.value}")

    @property
    def for_somebody_else(self) -> bool:
        """Whether a message makes sense: not for remarks, nor for what only this program can mend."""
        return self.finding.severity is not Severity.INFO and self.finding.owner is not Owner.US

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

    @property
    def count(self) -> int:
        return len(self.advice)

    @property
    def to_mend(self) -> int:
        """How many of them are more than a remark."""
        return sum(one.finding.severity is not Severity.INFO for one in self.advice)


def advice_by_owner(
    cases: Sequence[CaseResult], profiles: Sequence[ProfileUsed] = (), say: Wording | None = None
) -> list[OwnersAdvice]:
    """Return the findings of `cases` by owner; who has the most severe one comes first.

    Findings whose title and fix differ in nothing but the name of a phone are one piece of advice, whatever
    their links: one change mends them all. Those of failures the suite accepted as known are left out: there
    is nothing to do about them.
    """
    say = say or wording()
    names = {case.profile: say.phone(case.profile, profiles) for case in cases if case.profile}
    found: dict[tuple[str, ...], Advice] = {}
    for case in cases:
        if accepted(case):
            continue
        for finding in case.findings:
            same = (_without(names.values(), text) for text in (finding.title, finding.fix))
            key = (finding.owner, finding.rule, *same, case.suite)
            advice = found.setdefault(key, Advice(finding, contested=case.otherwise is not None))
            advice.cases.append(case)
            phone = names.get(case.profile or "", "")
            advice._own -= {text for text in ("title", "fix") if phone not in getattr(finding, text)}
            place = (case.link, names.get(case.profile or ""))
            advice._names[case.id] = " · ".join(filter(None, place)) or say.check(case)
    for advice in found.values():
        advice.finding = _on_every_phone(advice, names, say)
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


def _without(names: Iterable[str], text: str) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def _on_every_phone(advice: Advice, names: Mapping[str, str], say: Wording) -> Finding:
    finding, first = advice.finding, names.get(advice.cases[0].profile or "", "")
    if len(advice.cases) < 2:
        return finding
    also = say("page.message_also", places=", ".join(advice.places[:_MOST_PLACES]))
    text, signed, by = finding.message.rpartition("\n\n(")
    changes = {"message": f"{text or by}\n\n{also}{signed}{by if text else ''}" if finding.message else ""}
    if first and len({case.profile for case in advice.cases}) > 1:
        every = say.listing((names[case.profile] for case in advice.cases if case.profile), 4, "or")
        changes |= {text: getattr(finding, text).replace(first, every) for text in advice._own}
    return finding.model_copy(update=changes)
