"""Options that several commands share."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


if TYPE_CHECKING:
    _WordsType = click.ParamType[tuple[str, ...]]
else:
    # Only newer releases of click can be subscripted when the program runs.
    _WordsType = click.ParamType


class WordList(_WordsType):
    """Words separated by commas, each one of a set where the set is given; none at all only where that is meant."""

    name = "LIST"

    def __init__(self, *known: str, may_be_empty: bool = False) -> None:
        self._known, self._may_be_empty = known, may_be_empty

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the words, in order, each once."""
        if isinstance(value, tuple):
            return value
        words = tuple(dict.fromkeys(word.strip() for word in str(value).split(",") if word.strip()))
        if not words and not self._may_be_empty:
            # An unset variable of a script must not select everything, nor take a gate away.
            self.fail("it is empty; name something, or leave the option out.", param, ctx)
        for word in words:
            if self._known and word not in self._known:
                self.fail(f"{word!r} is not one of {', '.join(self._known)}.", param, ctx)
        return words


class Amount(click.FloatRange):
    """A number within bounds; `nan` lies within none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


def words(values: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Return the words of a repeated list option, each once."""
    return tuple(dict.fromkeys(word for value in values for word in value))


def _stacked(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


#: How the network is reached.
network_options = _stacked(
    click.option(
        "--resolve",
        multiple=True,
        metavar="HOST:PORT:ADDRESS[:PORT]",
        help="Reach a host at this address, before DNS knows it (repeatable; `*` for every host).",
    ),
    click.option(
        "--insecure",
        is_flag=True,
        help="Accept any certificate of the hosts that --resolve maps, of no others.",
    ),
    click.option(
        "--send-analytics", is_flag=True, help="Let analytics and ad pixels out, which counts you as a fan."
    ),
)

#: For runs that may take public answers over from another run.
cache_option = click.option(
    "--no-cache",
    is_flag=True,
    help="Ask services anew; else public answers are kept for up to an hour, where their servers allow it.",
)

#: How the phones are held.
engine_options = _stacked(
    click.option(
        "--engine",
        "engines",
        multiple=True,
        metavar="KIND=ENGINE",
        help="What shows the pages: webkit=auto|playwright|webkitgtk, ios=chromium (repeatable).",
    ),
    click.option(
        "--jobs",
        "-j",
        type=click.IntRange(1, 256),
        help="Phones held at once (left out: by what your processors can do).",
    ),
    click.option(
        "--per-host",
        type=click.IntRange(1, 256),
        default=4,
        show_default=True,
        help="Phones that may visit one host at once.",
    ),
    click.option(
        "--per-host-rate",
        type=Amount(0, 60_000),
        default=120,
        show_default=True,
        help="Visits to one host that may begin in a minute (0: any number).",
    ),
    click.option(
        "--case-timeout",
        type=Amount(1, 3600),
        default=180,
        show_default=True,
        help="Seconds after which a case is ended.",
    ),
    click.option(
        "--account",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A Playwright storage state of a test account, for checks that log in.",
    ),
)

#: What is written, and where.
output_options = _stacked(
    click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("reports"),
        show_default=True,
        help="Folder for the results, the journal and the screenshots.",
    ),
    click.option(
        "--json",
        "json_file",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        help="Write the results here too (`-`: to standard output).",
    ),
    click.option(
        "--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit XML file, for CI."
    ),
    click.option(
        "--html",
        type=click.Path(path_type=Path),
        help="Write the report here: a folder, or one file that ends in .html.",
    ),
    click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as a PDF."),
    click.option(
        "--allure",
        type=click.Path(file_okay=False, path_type=Path),
        help="Write Allure results into this folder.",
    ),
    click.option(
        "--markdown",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write a comment for a pull request.",
    ),
    click.option(
        "--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the cases as CSV."
    ),
    click.option(
        "--github", is_flag=True, help="Write annotations, and the job summary, for GitHub Actions."
    ),
    click.option(
        "--baseline",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Results of an earlier run: only what became worse fails.",
    ),
    click.option(
        "--evidence",
        type=click.Choice(["all", "failures", "none"]),
        default="all",
        show_default=True,
        help="Whose screenshots are kept.",
    ),
    click.option(
        "--trace",
        is_flag=True,
        help="Keep a Playwright trace of each case in --out, scrubbed (Chromium only; slower).",
    ),
    click.option("--open", "open_report", is_flag=True, help="Open the report in your browser."),
)

#: What makes a run fail.
gate_options = _stacked(
    click.option(
        "--fail-on",
        multiple=True,
        type=WordList("warn", "below-ceiling", "blocked", "pending", "skipped"),
        help="What else counts as a failure: warn, below-ceiling, blocked, pending, skipped (repeatable).",
    ),
    click.option("--strict", is_flag=True, help="All of --fail-on."),
)
