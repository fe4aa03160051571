"""``dropcheck import``: one suite per release from a label's spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("import")
@click.argument("schedule", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("suites"),
    show_default=True,
    help="Folder of the suites; artwork is looked for there.",
)
@click.option("--sheet", metavar="NAME", help="A workbook's sheet (its first).")
@click.option(
    "--dates",
    type=click.Choice(["dmy", "mdy"]),
    help="How the schedule writes 03/04/2026: day or month first.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option(
    "--template",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a schedule to start from: a .csv or .xlsx file.",
)
def command(
    schedule: Path | None,
    into: Path,
    sheet: str | None,
    dates: str | None,
    *,
    dry_run: bool,
    template: Path | None,
) -> int:
    """Make one suite per release of SCHEDULE (.csv or .xlsx); update them when you import it again.

    What you changed in a suite by hand stays. Nothing is written while the schedule holds an error.
    """
    from dropcheck.label.errors import ScheduleError
    from dropcheck.label.schedule_import import import_schedule
    from dropcheck.label.template import write_template
    from dropcheck.report.inert import plain_text
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.run.exit_codes import ExitCode

    if (schedule is None) == (template is None):
        raise click.UsageError("Name a schedule, or --template FILE to get one to start from.")
    try:
        if schedule is None:
            assert template is not None
            write_template(template)
            click.echo(f"Wrote {template}. Fill it in, then: dropcheck import {template}")
            return ExitCode.OK
        registry = load_checks().registry
        done = import_schedule(
            schedule,
            into,
            registry,
            sheet=sheet,
            dates="dmy" if dates == "dmy" else "mdy" if dates == "mdy" else None,
            write=not dry_run,
        )
    except ScheduleError as error:
        click.echo(plain_text(str(error)), err=True)
        count = len(error.problems)
        click.echo(f"\n{count} problem{'s' if count != 1 else ''}; nothing was written.", err=True)
        return ExitCode.USAGE
    for remark in done.remarks:
        click.echo(plain_text(str(remark)), err=True)
    for one in done.files:
        if one.what != "unchanged" or len(done.files) <= 20:
            click.echo(plain_text(f"{one.what:>9}  {one.file}"))
    for name in done.gone:
        click.echo(plain_text(f"  kept as is  {into / name}.yaml: the schedule no longer names it"), err=True)
    counts = {
        what: sum(one.what == what for one in done.files) for what in ("created", "updated", "unchanged")
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    click.echo(f"{told}{' (nothing was written: --dry-run)' if dry_run else ''}.")
    if not dry_run:
        from dropcheck.cli.suite_schema import write_schema

        write_schema(into, registry)
        click.echo(f"Next: dropcheck validate {into}, then dropcheck run {into}")
    return ExitCode.OK
