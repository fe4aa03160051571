"""``dropcheck watch``: a suite through its release, from 14 days before to 48 hours after."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from dropcheck.cli.options import WordList, engine_options, gate_options, network_options, words

_OF_THIS_CALL = frozenset({"once", "only_say", "print_cron", "webhook", "slack"})


@click.command("watch")
@click.argument("suites", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--at",
    "times",
    multiple=True,
    type=WordList(),
    metavar="TIMES",
    help="Other times: -14d, 0, 6h from the release, or moments (-14d,-1d,0h,1h,6h,24h,48h).",
)
@click.option("--once", is_flag=True, help="Do what is due now and end, for cron and CI.")
@click.option(
    "--when",
    "only_say",
    is_flag=True,
    help="Say what is due, and run nothing; ends with 5 if nothing is due now.",
)
@click.option(
    "--print-cron",
    is_flag=False,
    flag_value="cron",
    type=click.Choice(["cron", "github"]),
    help="Print the lines for cron, or `github` for Actions, with the options of this call, and run nothing.",
)
@click.option(
    "--webhook",
    envvar="DROPCHECK_WEBHOOK",
    metavar="URL",
    help="Post a change here as JSON; better given as DROPCHECK_WEBHOOK.",
)
@click.option(
    "--slack",
    envvar="DROPCHECK_SLACK",
    metavar="URL",
    help="Post a change to this Slack incoming webhook; better given as DROPCHECK_SLACK.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports/watch"),
    show_default=True,
    help="Folder of the results and of what was done so far.",
)
@click.option("--github", is_flag=True, help="Write annotations, and the job summary, for GitHub Actions.")
@network_options
@engine_options
@gate_options
def command(suites: tuple[Path, ...], **given: Any) -> int:
    """Run SUITES 14 days and one day before their release and 0, 1, 6, 24 and 48 hours after it.

    Says only what changed. What was done is kept in --out, so it goes on after a restart; of runs it slept
    through, the last is made up for. `dropcheck history --out reports/watch` shows them all. The exit code is
    that of the last runs.
    """
    from dropcheck.cli.outputs import Outputs
    from dropcheck.cli.running import fail_on
    from dropcheck.engine.select import EngineChoice
    from dropcheck.network import ResolveMap
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.run.exit_codes import ExitCode, exit_code, first_of
    from dropcheck.run.watch import Watcher
    from dropcheck.suite import load_suites

    checks = load_checks()
    times = words(given.pop("times"))
    once, only_say, print_cron = given.pop("once"), given.pop("only_say"), given.pop("print_cron")
    github = given.pop("github")
    folder: Path = given.pop("out")
    hooks = {name: given.pop(name) for name in ("webhook", "slack")}
    # A slip is told now and not in two weeks.
    ResolveMap.parse(given["resolve"])
    EngineChoice.parse(given["engines"])
    _refuse_bad_hooks(hooks)
    if print_cron:
        loaded = load_suites(suites, checks.registry)
        _print_cron(print_cron, loaded, suites, times)
        return ExitCode.OK
    refused = fail_on(given)
    watcher = Watcher(
        load=lambda: load_suites(suites, checks.registry),
        perform=lambda suite, out: _perform(suite, Outputs(out=out, github=github), checks, given),
        tell=lambda suite, due, results, out, before: _tell(suite, due, results, out, before, folder, hooks),
        trouble=_trouble,
        folder=folder,
        times=times,
        waiting=lambda at: click.echo(f"Next: {at.astimezone():%a %d %b %H:%M %Z}. Ctrl-C ends the watch."),
    )
    if only_say:
        return ExitCode.OK if _say_when(watcher) else ExitCode.NOTHING_SELECTED
    results = watcher.once() if once else watcher.until_over()
    if not results:
        click.echo("Nothing is due." if once else "Every run is done; the watch is over.")
        return ExitCode.OK
    return first_of(exit_code(one, refused) for one in results)


def _refuse_bad_hooks(hooks: dict[str, str | None]) -> None:
    from pydantic_core import PydanticCustomError

    from dropcheck.suite.scalars import web_url

    for name, url in hooks.items():
        try:
            _ = web_url(url) if url else None
        except PydanticCustomError:
            # Whoever has the address can post there, so no message shows it.
            raise click.UsageError(f"--{name} (DROPCHECK_{name.upper()}) is not a web address.") from None


def _say_when(watcher: Any) -> bool:
    """Whether something is due now."""
    any_due = False
    for suite, step in watcher.steps():
        if step.due is not None:
            any_due = True
            click.echo(f"{suite.suite}: due now ({step.due.name})")
        elif step.next_at is not None:
            click.echo(f"{suite.suite}: next {step.next_at.astimezone():%a %d %b %Y %H:%M %Z}")
        else:
            click.echo(f"{suite.suite}: every run is done")
    return any_due


def _perform(suite: Any, outputs: Any, checks: Any, given: dict[str, Any]) -> Any:
    from dropcheck.cli.live import progress
    from dropcheck.cli.problems import told
    from dropcheck.cli.running import run_options
    from dropcheck.run.api import run_plan
    from dropcheck.run.plan_files import plan_suites

    options = run_options({**given, "no_cache": True}, outputs)
    results = run_plan(plan_suites([suite], checks), checks, options, [progress(sys.stdout)])
    for line in outputs.write(results):
        click.echo(line)
    for failure in outputs.failures:
        # A page that can't be written is no reason to stop watching.
        told(failure)
    return results


def _tell(
    suite: Any,
    due: Any,
    results: Any,
    out: Path,
    before: Path | None,
    folder: Path,
    hooks: dict[str, str | None],
) -> None:
    from dropcheck.cli.notify import send
    from dropcheck.report.change_note import change_note
    from dropcheck.report.errors import ReportError
    from dropcheck.report.reading import load
    from dropcheck.run.history import FILE_NAME, History, HistoryError
    from dropcheck.run.results_file import NAME

    previous = None
    if before is not None:
        try:
            previous = load(before / NAME)
        except (ReportError, OSError) as error:
            click.echo(f"The last results can't be read, so all of it counts as new ({error}).", err=True)
    try:
        History(folder / FILE_NAME).add(results)
    except HistoryError as error:
        click.echo(f"dropcheck: {error}", err=True)
    note = change_note(previous, results, suite.suite, due.name)
    stamp = f"{dt.datetime.now().astimezone():%a %d %b %H:%M}"
    if note is None:
        click.echo(f"{stamp}  {suite.suite}, {due.name}: {'nothing changed' if previous else 'all works'}.")
    else:
        click.echo(f"{stamp}  {note.text()}")
        for name, url in hooks.items():
            trouble = send(url, note.slack() if name == "slack" else note.webhook()) if url else None
            if trouble:
                click.echo(f"dropcheck: {trouble}", err=True)


def _trouble(error: Exception) -> None:
    from dropcheck.cli.problems import told

    told(error)
    click.echo("It is tried again in five minutes.", err=True)


def _typed_options() -> Iterator[str]:
    """The options as they were typed, for another call; what says when, and what is a secret, stays away."""
    ctx = click.get_current_context()
    for option in ctx.command.params:
        name = option.name or ""
        typed = ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if not isinstance(option, click.Option) or not typed or name in _OF_THIS_CALL:
            continue
        value = ctx.params[name]
        for one in value if option.multiple else [value]:
            yield option.opts[0]
            if not option.is_flag:
                yield ",".join(one) if isinstance(one, tuple) else str(one)


def _print_cron(kind: str, loaded: Any, files: tuple[Path, ...], times: tuple[str, ...]) -> None:
    from dropcheck.run.watch import cron_lines, due_times, github_schedule

    dues = {due.at: due for suite in loaded for due in due_times(suite.release.released, times, suite.label)}
    ordered = [dues[at] for at in sorted(dues)]
    call = shlex.join(["dropcheck", "watch", *map(str, files), *_typed_options(), "--once"])
    if kind == "cron":
        # In a crontab a percent sign ends the command.
        for line in cron_lines(ordered, f"cd {shlex.quote(str(Path.cwd()))} && {call}".replace("%", r"\%")):
            click.echo(line)
        return
    import yaml

    click.echo("# GitHub counts in UTC and may start some minutes late.")
    click.echo(
        yaml.safe_dump({"on": github_schedule(ordered)}, sort_keys=False).replace("'on':", "on:"), nl=False
    )
    click.echo(f"# and as a step:\n#   - run: {call}")
