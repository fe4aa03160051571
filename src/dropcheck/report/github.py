"""GitHub annotations: one per failure or expired `known` entry, none for what else makes no run fail."""

from __future__ import annotations

from dropcheck.report.headline import accepted
from dropcheck.report.inert import github_message, github_property, one_line
from dropcheck.report.redact import redact_results
from dropcheck.report.wording import wording
from dropcheck.result import CaseResult, Results, Verdict

#: GitHub shows ten annotations of a kind per step; the last one then says how many are not shown.
_MOST = 10


def github_annotations(results: Results) -> str:
    """Return the workflow commands that annotate the failures of `results`, one per line."""
    clean = redact_results(results)
    failures = [case for case in clean.cases if _fails(case)]
    shown = failures if len(failures) <= _MOST else failures[: _MOST - 1]
    lines = [_annotation(case, clean) for case in shown]
    if len(shown) < len(failures):
        more = f"{len(failures) - len(shown)} more failures are in the report."
        lines.append(f"::error title=dropcheck::{github_message(more)}")
    return "".join(f"{line}\n" for line in lines)


def _fails(case: CaseResult) -> bool:
    expired = case.known is not None and case.known.expired
    return expired or (case.verdict is Verdict.FAIL and not accepted(case))


def _annotation(case: CaseResult, results: Results) -> str:
    say = wording()
    where = ", ".join(filter(None, (case.link, say.phone(case.profile, results.profiles), say.check(case))))
    finding = case.findings[0] if case.findings else None
    text = case.reason or (finding.title if finding else "") or say.ending(case.outcome)
    if case.known is not None and case.known.expired:
        text = f"The known entry ({case.known.reason}) expired on {case.known.until}.\n{text}"
    if finding and finding.fix:
        text = f"{text}\nFix: {finding.fix}"
    title = github_property(one_line(f"{say('word.broken')}: {where}", 200))
    lines = "\n".join(one_line(line, 1000) for line in text.splitlines())
    return f"::error title={title}::{github_message(lines)}"
