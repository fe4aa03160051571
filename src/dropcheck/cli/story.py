"""Tells what a run found: the verdict first, then who can mend what, hints last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dropcheck.cli.live import style_of
from dropcheck.report.advice import Advice, advice_by_owner
from dropcheck.report.headline import accepted, headline
from dropcheck.report.inert import one_line
from dropcheck.report.journeys import summary, title_of_case
from dropcheck.report.wording import Word, Wording, word_of, wording
from dropcheck.result import CaseResult, ProfileUsed, Results, Severity

_HEAD_STYLES = {
    Word.BROKEN: "bold red",
    Word.LOSES: "bold yellow",
    Word.UNCHECKED: "bold magenta",
    Word.EARLY: "bold cyan",
    Word.WORKS: "bold green",
}
#: More advice than this is in the report, where there is room for it.
_MOST_ADVICE = 8
_MOST_ROWS = 40


def tell(results: Results, console: Console, hints: Sequence[str] = ()) -> None:
    """Write the story of `results` to `console`."""
    say = wording()
    head = headline(results, say)
    console.print()
    console.print(Text(head.sentence, _HEAD_STYLES[head.word]))
    for line in head.lead:
        console.print(Text(one_line(line)))
    _cases(results, console, say)
    _advice(results, console, say)
    _known(results.cases, console)
    _undecided(results, console)
    for hint in hints:
        console.print(Text(hint, "dim"), soft_wrap=True)


def _cases(results: Results, console: Console, say: Wording) -> None:
    """One line per case, links before what concerns the whole release; a release's name only where it begins."""
    cases = sorted(results.cases, key=lambda case: case.link is None)
    suites = list(dict.fromkeys(case.suite for case in results.cases))
    checks = {case.check for case in cases if case.link is not None}
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    left = _MOST_ROWS
    for suite in suites:
        if len(suites) > 1 and left > 0:
            table.add_row(Text(one_line(suite, 44), "bold"))
        name = ""
        for case in [one for one in cases if one.suite == suite][: max(0, left)]:
            left -= 1
            link = one_line(case.link or title_of_case(case, say), 44)
            phone = _phone(case, results.profiles, say) if case.profile else ""
            table.add_row(
                Text(("  " if len(suites) > 1 else "") + ("" if link == name and case.link else link)),
                Text(phone),
                Text(say.check(case) if len(checks) > 1 and case.link else "", "dim"),
                Text(say(f"word.{word_of(case.verdict).value}"), style_of(case)),
                Text(one_line(summary(case, say) or case.reason, 120), "dim"),
            )
            name = link
    if not cases:
        return
    console.print()
    console.print(table)
    if len(cases) > _MOST_ROWS:
        console.print(Text(f"… and {len(cases) - _MOST_ROWS} more; the report has them all", "dim"))


def _phone(case: CaseResult, profiles: Sequence[ProfileUsed], say: Wording) -> str:
    face = "".join(f" {mark}{rest}" for mark in "+@" if (rest := case.id.rpartition(mark)[2]) != case.id)
    return one_line(say.phone(case.profile, profiles) + face, 60)


def _advice(results: Results, console: Console, say: Wording) -> None:
    found = [
        advice
        for group in advice_by_owner(results.cases, results.profiles, say)
        for advice in group.advice
        if advice.finding.severity is not Severity.INFO
    ]
    if not found:
        return
    order = list(Severity)
    found.sort(key=lambda advice: order.index(advice.finding.severity))
    console.print()
    console.print(Text("What to do", "bold"))
    for advice in found[:_MOST_ADVICE]:
        _one_advice(advice, results, console, say)
    if len(found) > _MOST_ADVICE:
        console.print(Text(f"… and {len(found) - _MOST_ADVICE} more in the report", "dim"))


def _one_advice(advice: Advice, results: Results, console: Console, say: Wording) -> None:
    finding = advice.finding
    colour = "red" if finding.severity is Severity.ERROR else "yellow"
    links = say.listing(
        f"{one_line(case.link or case.suite, 40)} in {_phone(case, results.profiles, say)}"
        if case.profile
        else one_line(case.suite, 40)
        for case in advice.cases
    )
    console.print()
    console.print(Text.assemble(("• ", colour), (one_line(finding.title, 200), "bold")))
    rows = [links, one_line(finding.detail, 400), f"→ {one_line(finding.fix, 600)}"]
    styles = ["dim", "", "green"]
    for text, style in zip(rows, styles, strict=True):
        console.print(Padding(Text(text, style), (0, 0, 0, 2)))
    console.print(
        Padding(Text(f"{finding.rule} · {finding.owner.value} · {finding.basis.value}", "dim"), (0, 0, 0, 2))
    )


def _known(cases: Iterable[CaseResult], console: Console) -> None:
    lines = []
    for case in cases:
        known = case.known
        if known is None:
            continue
        name = one_line(case.id, 120)
        reason = one_line(known.reason, 120)
        if known.expired:
            lines.append((f"{name}: the known entry expired on {known.until} ({reason})", "red"))
        elif known.unexpected_pass:
            lines.append((f"{name}: works now; its known entry ({reason}) can go", "green"))
        elif accepted(case):
            lines.append((f"{name}: known ({reason})", "dim"))
    if lines:
        console.print()
        for text, style in lines:
            console.print(Text(text, style), soft_wrap=True)


def _undecided(results: Results, console: Console) -> None:
    if not results.run.not_checked:
        return
    console.print()
    console.print(Text("Not checked", "bold"))
    for what in results.run.not_checked:
        console.print(Padding(Text(one_line(what, 300)), (0, 0, 0, 2)))
