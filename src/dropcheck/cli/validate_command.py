"""``dropcheck validate``: suites without a browser."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("validate")
@click.argument("suites", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--plan", "show_plan", is_flag=True, help="Print every case, and the visits each host will count."
)
@click.option(
    "--checks", multiple=True, type=click.Path(dir_okay=False), help="A Python file with checks of your own."
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def command(suites: tuple[Path, ...], *, show_plan: bool, checks: tuple[str, ...], as_json: bool) -> int:
    """Check SUITES (files or folders) without opening a browser; 0 when all is well, 2 when not."""
    from dropcheck.cli.problems import warned
    from dropcheck.report.redact import redact_json, redact_text
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.run.plan_files import plan_files

    plan = plan_files(suites, load_checks(checks))
    warned(plan.suites)
    if as_json:
        cases = [
            {"id": case.id, "url": case.url, "profile": case.profile, "check": case.check, "tags": case.tags}
            for case in plan.cases
        ]
        visits = [{"host": one.host, "least": one.cases, "most": one.most} for one in plan.visits()]
        # Variables are filled in by now, and what they hold may be a secret.
        click.echo(json.dumps(redact_json({"cases": cases, "visits": visits}), indent=2))
        return 0
    if show_plan:
        click.echo(redact_text("\n".join(plan.rows())))
        return 0
    for suite in plan.suites:
        count = sum(case.suite == suite.suite for case in plan.cases)
        click.echo(f"{suite.label}: well formed, {count} case{'s' if count != 1 else ''}")
    return 0
