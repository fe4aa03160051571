"""``dropcheck check``: one link, without a suite."""

from __future__ import annotations

from typing import Any

import click

from dropcheck.cli.options import (
    WordList,
    engine_options,
    gate_options,
    network_options,
    output_options,
    words,
)

_STORES = ("spotify", "apple-music", "deezer", "youtube-music", "amazon-music", "tidal", "soundcloud")


def _store_options(function: Any) -> Any:
    for store in reversed(_STORES):
        name = store.replace("-", " ").title()
        function = click.option(f"--{store}", metavar="URL", help=f"The song's address on {name}.")(function)
    return function


@click.command("check")
@click.argument("url")
@_store_options
@click.option(
    "--to",
    type=click.Choice(["app", "browser"]),
    help="Where fans should end up: in the song's app, or on the page in their real browser.",
)
@click.option("--profile", "profiles", multiple=True, type=WordList(), help="Only these phones (`tiktok-*`).")
@click.option("--placement", help="Where the link is published: tiktok-bio, instagram-story, …")
@click.option(
    "--tap", multiple=True, metavar="SELECTOR", help="What to tap (a Playwright selector, repeatable)."
)
@click.option("--keeps", multiple=True, type=WordList(), help="Parameters that must arrive at the end.")
@click.option("--max-taps", type=click.IntRange(0, 10), help="Taps a fan may need.")
@network_options
@engine_options
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
    from dropcheck.suite import Selection, new_suite

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
    suite = new_suite(
        url,
        checks.registry,
        stores=stores,
        placement=given.pop("placement"),
        checks=[{"escape": options}] if options else (),
        tap=given.pop("tap"),
    )
    plan = plan_suites([suite], checks, Selection(words(given.pop("profiles"))))
    refused = fail_on(given)
    outputs = Outputs.of(given)
    results, lines = perform(plan, checks, run_options(given, outputs), outputs)
    told(results, outputs, lines)
    return gated(results, outputs, refused)
