"""``dropcheck run``: run suites."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dropcheck.cli.options import (
    WordList,
    cache_option,
    engine_options,
    gate_options,
    network_options,
    output_options,
    words,
)


@click.command("run")
@click.argument("suites", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--profile", "profiles", multiple=True, type=WordList(), help="Only these phones (`tiktok-*`).")
@click.option("--link", "links", multiple=True, type=WordList(), help="Only these links.")
@click.option("--check", "checks", multiple=True, type=WordList(), help="Only these checks.")
@click.option(
    "--tag", "tags", default="", metavar="EXPR", help="Only links with these tags: `bio and not ad`."
)
@click.option("--shard", metavar="I/N", help="Only share I of N, for CI; `dropcheck merge` joins them.")
@click.option(
    "--checks",
    "checks_files",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=str),
    help="A Python file with checks of your own (repeatable).",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Run on the workers of a Dask scheduler (tcp://host:8786), or local:N for N workers here.",
)
@click.option("--resume", is_flag=True, help="Go on where the run in --out was stopped.")
@network_options
@engine_options
@cache_option
@output_options
@gate_options
def command(suites: tuple[Path, ...], **given: Any) -> int:
    """Run SUITES: files, or folders with suites in them.

    Exit codes: 0 all well · 1 a check failed · 2 a suite or option is wrong · 3 something could not be
    checked · 4 a fault of dropcheck · 5 nothing selected · 130 interrupted.
    """
    from dropcheck.cli.outputs import Outputs
    from dropcheck.cli.problems import warned
    from dropcheck.cli.running import fail_on, gated, perform, run_options, told
    from dropcheck.result import RunStatus
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.run.exit_codes import ExitCode
    from dropcheck.run.plan_files import plan_files
    from dropcheck.suite import Selection, Shard

    shard = given.pop("shard")
    selection = Selection(
        words(given.pop("profiles")),
        words(given.pop("links")),
        words(given.pop("checks")),
        given.pop("tags"),
        Shard.parse(shard) if shard else None,
    )
    checks = load_checks(given["checks_files"])
    plan = plan_files(suites, checks, selection)
    warned(plan.suites)
    if not plan.cases:
        way = f"take fewer shares than {shard.partition('/')[2]}, or " if shard else ""
        click.echo(
            f"dropcheck: none of the {plan.total} cases is selected; {way}loosen the selection.", err=True
        )
        return ExitCode.NOTHING_SELECTED
    refused = fail_on(given)
    outputs = Outputs.of(given)
    results, lines = perform(plan, checks, run_options(given, outputs), outputs)
    if results.run.status is RunStatus.INTERRUPTED:
        lines.append("The rest: the same command with --resume.")
    told(results, outputs, lines)
    return gated(results, outputs, refused)
