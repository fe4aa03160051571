"""``dropcheck check``: one link, without a suite."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from dropcheck.suite.errors import Problem

_STORES = {
    "spotify": "Spotify",
    "apple-music": "Apple Music",
    "deezer": "Deezer",
    "youtube-music": "YouTube Music",
    "amazon-music": "Amazon Music",
    "tidal": "TIDAL",
    "soundcloud": "SoundCloud",
}


def _store_options(function: Any) -> Any:
    for store, name in reversed(_STORES.items()):
        function = click.option(f"--{store}", metavar="URL", help=f"The song's address on {name}.")(function)
    return function


def _as_option(problem: Problem) -> Problem:
    """A problem of the suite made in memory, told with the name of what was typed."""
    options = {f"release.{name.replace('-', '_')}": f"--{name}" for name in _STORES} | {
        "links[0].url": "URL",
        "links[0].placement": "--placement",
        "links[0].tap": "--tap",
    }
    message = problem.message.removeprefix(f"{problem.path}: ")
    if problem.path == "links[0].opens":
        # The first store's address is what the link must open.
        return replace(
            problem, file="the song's address", message=message, hint="copy it from the store's share menu"
        )
    typed = re.sub(r"^links\[0\]\.tap\[\d+\]$", "links[0].tap", problem.path)
    return replace(problem, file=options.get(typed, problem.path or problem.file), message=message)


@click.command("check")
@click.argument("url")
@_store_options
@click.option(
    "--to",
    type=click.Choice(["app", "browser"]),
    help="Where fans should end up: in the song's app (by itself where its address is given), or on the page in"
    " their real browser.",
)
@click.option("--profile", "profiles", multiple=True, type=WordList(), help="Only these phones (`tiktok-*`).")
@click.option("--placement", help="Where the link is published: tiktok-bio, instagram-story, …")
@click.option(
    "--tap", multiple=True, metavar="SELECTOR", help="What to tap (a Playwright selector, repeatable)."
)
@click.option(
    "--keeps",
    multiple=True,
    type=WordList(),
    help="Parameters that must arrive at the end: utm_source,utm_campaign.",
)
@click.option("--max-taps", type=click.IntRange(0, 10), help="Taps a fan may need (1 by itself).")
@network_options
@engine_options
@cache_option
@output_options
@gate_options
def command(url: str, **given: Any) -> int:
    """Tap URL inside TikTok and Instagram on both systems, and say where a fan ends up.

    With the song's address the link must open that song in its app; without one it must at least reach the
    fan's real browser. Exit codes are those of `dropcheck run`.
    """
    from dropcheck.cli.outputs import Outputs
    from dropcheck.cli.running import fail_on, gated, perform, run_options, told
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.run.plan_files import plan_suites
    from dropcheck.suite import Selection, SelectionError, SuiteError, new_suite

    stores = {
        store.replace("-", "_"): value
        for store in _STORES
        if (value := given.pop(store.replace("-", "_"))) is not None
    }
    options: dict[str, Any] = {}
    if (to := given.pop("to")) is not None:
        options["to"] = to
    if keeps := words(given.pop("keeps")):
        options["keeps"] = list(keeps)
    if (max_taps := given.pop("max_taps")) is not None:
        options["max_taps"] = max_taps
    if options and not stores and "to" not in options:
        options["to"] = "browser"
    checks = load_checks()
    try:
        suite = new_suite(
            url,
            checks.registry,
            stores=stores,
            placement=given.pop("placement"),
            checks=[{"escape": options}] if options else (),
            tap=given.pop("tap"),
        )
        plan = plan_suites([suite], checks, Selection(words(given.pop("profiles"))))
    except SelectionError:
        raise
    except SuiteError as error:
        raise SuiteError([_as_option(problem) for problem in error.problems]) from None
    refused = fail_on(given)
    outputs = Outputs.of(given)
    results, lines = perform(plan, checks, run_options(given, outputs), outputs)
    told(results, outputs, lines)
    return gated(results, outputs, refused)
