"""The program as a whole: its commands, and how whatever stops it is told."""

from __future__ import annotations

import re
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from dropcheck import __version__

#: Every command, its module below `dropcheck.cli`, and its line in the overview, which then needs no import.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "See it work: a healthy release and its broken twin, on this machine alone."),
    "check": ("check", "Check one link, without a suite."),
    "init": ("init", "Write a suite from your bio link and your song's link."),
    "import": ("import", "Make one suite per release from a label's spreadsheet."),
    "validate": ("validate", "Check suites without a browser; --plan shows what would run."),
    "run": ("run", "Run suites."),
    "report": ("report", "Make reports from a results file."),
    "compare": ("compare", "What became worse, better or stayed between two runs."),
    "merge": ("merge", "Join the results of shards."),
    "rejudge": ("rejudge", "Judge stored journeys under today's phone rules, without a browser."),
    "confirm": ("confirm", "Record what your own phone did."),
    "handoff": ("handoff", "Explain what a phone does with one address."),
    "profiles": ("profiles", "The phones, and what is known of each."),
    "rules": ("rules", "Every rule and finding: what, why, how to fix it."),
    "schema": ("schema", "The JSON Schema of a suite, for editors."),
    "history": ("history", "How links came out over time."),
    "watch": ("watch", "Run a suite through its release: 14 days before to 48 hours after."),
    "serve": ("serve", "Serve the local internet."),
    "doctor": ("doctor", "See what this machine has and lacks."),
    "install": ("install", "Get the browsers."),
}


class LazyCommands(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of a first hour with dropcheck."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"dropcheck.cli.{COMMANDS[cmd_name][0]}_command")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called, or say which was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message.rstrip('.')}; {_meant(args[0])}") from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _meant(word: str) -> str:
    """What somebody wanted who typed `word` where a command stands: a file and a link name theirs by themselves."""
    from dropcheck.suite.errors import suggestion

    if word.lower().endswith((".yaml", ".yml")) or Path(word).exists():
        return f"did you mean `dropcheck run {word}`?"
    if "://" in word or re.match(r"[\w-]+(\.[\w-]+)+(/|$)", word):
        return f"did you mean `dropcheck check {word}`?"
    return suggestion(word, COMMANDS)


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with `dropcheck demo`, then `dropcheck check YOUR-LINK --spotify YOUR-SONG`.",
)
@click.version_option(__version__, prog_name="dropcheck")
@click.option("--debug", is_flag=True, help="Show tracebacks and what dropcheck does inside.")
@click.pass_context
def program(ctx: click.Context, *, debug: bool) -> None:
    """When a fan taps your link inside TikTok or Instagram, does the song open in their app?

    dropcheck taps it first, the way each phone would, and says where the fan ends up and how to mend it.
    """
    ctx.obj = {"debug": debug}
    if debug:
        import logging

        logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
        logging.getLogger("dropcheck").setLevel(logging.DEBUG)


def end_with(arguments: Sequence[str]) -> int:
    """Run the program; return its exit code, having told whatever stopped it in one message."""
    debug = "--debug" in arguments
    try:
        with warnings.catch_warnings(), _sigterm_is_ctrl_c():
            if not debug:
                warnings.showwarning = _remark
            answer: Any = program.main(args=list(arguments), prog_name="dropcheck", standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except Exception as error:
        if debug:
            raise
        from dropcheck.cli.problems import told

        return told(error)
    return int(answer) if isinstance(answer, int) else 0


@contextmanager
def _sigterm_is_ctrl_c() -> Iterator[None]:
    """Let a job runner's SIGTERM end whatever is under way as Ctrl-C does: files closed, exit code 130.

    A run meets both itself, and keeps what it has found.
    """

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def _remark(message: Warning | str, *_where: object, **_more: object) -> None:
    """Tell a warning as its reader needs it: not with the line of the source that gave it."""
    from dropcheck.report.inert import plain_text

    click.echo(f"dropcheck: {plain_text(str(message))}", err=True)
