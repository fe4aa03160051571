"""Two runs side by side: what is newly broken, still broken, fixed, or came out both ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dropcheck.report.headline import accepted
from dropcheck.report.inert import markdown, one_line
from dropcheck.result import CaseResult, Results, Verdict


class Change(StrEnum):
    """What became of a case between two runs, most urgent first."""

    NEW = "new"
    WORSE = "worse"
    STILL = "still"
    FLAKY = "flaky"
    UNCHECKED = "unchecked"
    FIXED = "fixed"
    ADDED = "added"
    GONE = "gone"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Changed:
    """One case in both runs; `old` is None when it is new, `new` is None when it is gone."""

    id: str
    change: Change
    old: CaseResult | None
    new: CaseResult | None

    @property
    def case(self) -> CaseResult:
        """The newer of the two."""
        case = self.new or self.old
        assert case is not None
        return case


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from `old` to `new`, most urgent first; cases that stayed as they were are left out."""

    old: Results
    new: Results
    changes: tuple[Changed, ...]

    def of(self, *kinds: Change) -> list[Changed]:
        """Return the cases that changed in one of these ways."""
        return [changed for changed in self.changes if changed.change in kinds]

    @property
    def worse(self) -> bool:
        """Whether anything became worse."""
        return bool(self.of(Change.NEW, Change.WORSE))

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        new, worse, still = (len(self.of(kind)) for kind in (Change.NEW, Change.WORSE, Change.STILL))
        fixed, unchecked = len(self.of(Change.FIXED)), len(self.of(Change.UNCHECKED))
        rest = _counted((still, "still broken"), (fixed, "fixed"), (unchecked, "no longer checked"))
        if new or worse:
            became = _counted((new, "newly broken"), (worse, "newly losing fans"))
            return f"Worse: {', '.join(filter(None, (became, rest)))}."
        if fixed:
            return f"Better: {rest}."
        return f"No worse: {rest}." if rest else "Nothing changed."


def compare(old: Results, new: Results) -> Comparison:
    """Return what changed from `old` to `new`, case by case, by case id."""
    before = {case.id: case for case in old.cases}
    after = {case.id: case for case in new.cases}
    changes = [
        Changed(
            case_id, _change(before.get(case_id), after.get(case_id)), before.get(case_id), after.get(case_id)
        )
        for case_id in {**after, **before}
    ]
    order = list(Change)
    kept = (changed for changed in changes if changed.change is not Change.SAME)
    return Comparison(old, new, tuple(sorted(kept, key=lambda changed: order.index(changed.change))))


def worse_than(baseline: Results, results: Results) -> list[Changed]:
    """Return the cases of `results` that a gate with `baseline` refuses.

    These are failures the baseline doesn't have and warnings on what worked in it. A case that could only not
    be checked is no regression of the link; it has its own exit code.
    """
    return compare(baseline, results).of(Change.NEW, Change.WORSE)


def is_flaky(case: CaseResult) -> bool:
    """Whether a case came out both ways, or came out only after an attempt that broke down."""
    return case.attempts > 1 or bool(case.data.get("flaky"))


def _change(old: CaseResult | None, new: CaseResult | None) -> Change:
    if new is None:
        return Change.GONE
    if _fails(new):
        return Change.STILL if old is not None and _fails(old) else Change.NEW
    if is_flaky(new):
        return Change.FLAKY
    if old is None:
        return Change.ADDED
    if _undecided(new):
        return Change.SAME if _undecided(old) else Change.UNCHECKED
    if _fails(old):
        return Change.FIXED
    if old.verdict is Verdict.PASS and new.verdict is Verdict.WARN and not accepted(new):
        return Change.WORSE
    if old.verdict is Verdict.WARN and new.verdict is Verdict.PASS:
        return Change.FIXED
    return Change.SAME


def _fails(case: CaseResult) -> bool:
    return case.verdict is Verdict.FAIL and not accepted(case)


def _undecided(case: CaseResult) -> bool:
    return case.verdict in (Verdict.BLOCKED, Verdict.PENDING, Verdict.SKIPPED, Verdict.ERROR)


def _counted(*parts: tuple[int, str]) -> str:
    return ", ".join(f"{count} {what}" for count, what in parts if count)


_HEADINGS = {
    Change.NEW: "Newly broken",
    Change.WORSE: "Newly losing fans",
    Change.STILL: "Still broken",
    Change.FLAKY: "Flaky",
    Change.UNCHECKED: "No longer checked",
    Change.FIXED: "Fixed",
    Change.ADDED: "New checks",
    Change.GONE: "Gone",
}
#: Longer lists are counted, not printed: the report has them all.
_LONGEST = 30


def comparison_text(comparison: Comparison) -> str:
    """Return a comparison as plain text for a terminal, verdict first."""
    lines = [comparison.sentence]
    for heading, entries, left_out in _sections(comparison):
        lines += ["", f"{heading} ({len(entries) + left_out})"]
        lines += [f"  {one_line(changed.id, 160)}  {_reason(changed)}".rstrip() for changed in entries]
        lines += [f"  … and {left_out} more"] if left_out else []
    return "\n".join(lines) + "\n"


def comparison_markdown(comparison: Comparison) -> str:
    """Return a comparison as Markdown, verdict first."""
    lines = [f"**{comparison.sentence}**"]
    for heading, entries, left_out in _sections(comparison):
        lines += ["", f"### {heading}", ""]
        lines += [
            f"- {markdown(changed.id, 160)}  {markdown(_reason(changed), 200)}".rstrip()
            for changed in entries
        ]
        lines += [f"- … and {left_out} more"] if left_out else []
    return "\n".join(lines) + "\n"


def _sections(comparison: Comparison) -> Iterable[tuple[str, list[Changed], int]]:
    for change, heading in _HEADINGS.items():
        entries = comparison.of(change)
        if entries:
            yield heading, entries[:_LONGEST], max(0, len(entries) - _LONGEST)


def _reason(changed: Changed) -> str:
    case = changed.case
    title = case.findings[0].title if case.findings else ""
    if changed.change is Change.FLAKY:
        return f"{case.verdict.value} after {case.attempts} attempts"
    return one_line(case.reason or title, 160)
