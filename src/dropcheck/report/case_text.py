"""One case as plain text: what was tapped, every hop, what it means and how to mend it."""

from __future__ import annotations

from dropcheck.report.inert import one_line
from dropcheck.report.wording import wording
from dropcheck.result import CaseResult, DecisionKind, Hop

_DONE = {
    DecisionKind.LOADS: "loads",
    DecisionKind.OPENS_APP: "opens an app",
    DecisionKind.OPENS_BROWSER: "opens the real browser",
    DecisionKind.OPENS_STORE: "opens the store",
    DecisionKind.ASKS: "asks the fan first",
    DecisionKind.REFUSED: "is refused",
}


def hop_line(hop: Hop) -> str:
    """Return one hop as one line."""
    finger = " (a tap stands behind it)" if hop.gesture else ""
    status = f" {hop.status}" if hop.status is not None else ""
    return one_line(
        f"{hop.n}. {hop.where.value}, by {hop.by.value}{finger}: {one_line(hop.url, 300)}{status}"
        f" → {_DONE[hop.decision]} [{hop.rule}, {hop.basis.value}]",
        500,
    )


def case_text(case: CaseResult) -> str:
    """Return `case` as lines of text, verdict first."""
    say = wording()
    place = f" in {say.phone(case.profile)}" if case.profile is not None else ""
    what = f"{one_line(case.link or case.suite, 80)}{place}"
    lines = [f"{case.verdict.value}: {what}: {one_line(case.reason, 300)}"]
    if case.url is not None:
        lines += ["", f"tapped  {one_line(case.url, 300)}"]
    if case.outcome is not None:
        lines.append(f"ended   {one_line(say.ending(case.outcome), 200)}")
    if case.known is not None and case.known.expired:
        lines.append(f"known   until {case.known.until}, which is over: {one_line(case.known.reason, 200)}")
    if case.hops:
        lines += ["", *(f"  {hop_line(hop)}" for hop in case.hops)]
    for finding in case.findings:
        lines += [
            "",
            f"{finding.severity.value}: {one_line(finding.title, 200)}  [{finding.rule}]",
            f"  {one_line(finding.detail, 800)}",
            f"  fix: {one_line(finding.fix, 800)}",
        ]
    if case.otherwise is not None:
        lines += [
            "",
            f"Played the other way, because a phone rule is contested: {case.otherwise.verdict.value}",
        ]
    return "\n".join(lines)
