"""``dropcheck rejudge``: stored journeys under today's rules."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("rejudge")
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option(
    "--beside",
    type=click.Path(exists=True, path_type=Path),
    help="A suite or folder whose confirmations count too.",
)
def command(results: Path, *, as_json: bool, beside: Path | None) -> int:
    """Judge the journeys in RESULTS under today's phone rules, without a browser.

    Past the first hop that would go elsewhere nothing is known without a new run: such cases are named, and
    the exit code is then 3.
    """
    from dropcheck.device.load import load_profiles
    from dropcheck.report.inert import one_line
    from dropcheck.report.reading import load
    from dropcheck.run.confirmations import Confirmations
    from dropcheck.run.rejudge import rejudge

    folder = beside.parent if beside is not None and beside.is_file() else beside
    profiles = Confirmations.beside(folder).applied(load_profiles())
    rejudged = rejudge(load(results), profiles)
    rerun = [one for one in rejudged if one.rerun_needed]
    if as_json:
        rows = [
            {
                "id": one.case.id,
                "verdict": one.case.verdict.value,
                "rerun_needed": one.rerun_needed,
                "hop": one.changed.hop.n if one.changed is not None else None,
                "ceiling": one.ceiling.value if one.ceiling is not None else None,
                "why": one.sentence,
            }
            for one in rejudged
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return 3 if rerun else 0
    for one in rejudged:
        verdict = f"{one.case.verdict.value} " if not one.rerun_needed else ""
        click.echo(f"{one_line(one.case.id, 160)}: {verdict}{one_line(one.sentence, 400)}")
    moved = sum(one.ceiling_moved for one in rejudged)
    held = len(rejudged) - len(rerun)
    click.echo(f"\n{held} of {len(rejudged)} journeys hold under today's rules; {len(rerun)} need a new run.")
    if moved:
        click.echo(f"{moved} are measured against another best way out than on the day of the run.")
    return 3 if rerun else 0
