"""``dropcheck history``: how links came out over time."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("history")
@click.argument("text", default="", required=False)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="The folder whose runs are looked at.",
)
@click.option(
    "--last", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="Entries at most."
)
@click.option("--json", "as_json", is_flag=True, help="Print the entries as JSON.")
def command(text: str, *, out: Path, last: int, as_json: bool) -> int:
    """Show how cases came out over time: all of them, or those whose id contains TEXT.

    When a verdict changed, what became new before it is said: an update of the app, of its rules, or of dropcheck.
    """
    from dropcheck.report.inert import one_line
    from dropcheck.run.history import FILE_NAME, History, changes, flaky

    entries = History(out / FILE_NAME).entries(text, last=last)
    if as_json:
        rows = [
            {"run": one.run, "started": one.started, "case": one.case, "verdict": one.verdict.value}
            for one in entries
        ]
        click.echo(json.dumps(rows, indent=2))
        return 0
    if not entries:
        click.echo(f"No case's id contains {text!r}." if text else "No runs yet.")
        return 0
    marks = {
        "pass": "✓",
        "warn": "!",
        "fail": "✗",
        "blocked": "?",
        "pending": "…",
        "skipped": "-",
        "error": "?",
    }
    by_case: dict[str, list[str]] = {}
    for entry in entries:
        by_case.setdefault(entry.case, []).append(marks[entry.verdict.value])
    for case, line in by_case.items():
        click.echo(f"{''.join(line[-40:]):>40}  {one_line(case, 160)}")
    click.echo(f"\n{'  '.join(f'{mark} {word}' for word, mark in marks.items() if word != 'error')}")
    changed = changes(entries)
    if changed:
        click.echo("\nChanges")
    for change in changed[-20:]:
        also = "; ".join(change.also) or "nothing else was new on that phone, so the link changed"
        click.echo(
            f"  {one_line(change.after.case, 120)}: {change.before.verdict.value} until {change.before.started[:16]},"
            f" {change.after.verdict.value} since {change.after.started[:16]} ({one_line(also, 300)})"
        )
    for case in flaky(entries):
        click.echo(f"  flaky: {one_line(case, 160)}")
    return 0
