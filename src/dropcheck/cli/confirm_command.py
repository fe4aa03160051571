"""``dropcheck confirm``: what a person's own phone did."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from dropcheck.run.confirmations import Saw

_SEEN = {
    "app": "the app opened",
    "store": "the app store opened",
    "browser": "the real browser opened",
    "webview": "it stayed inside TikTok or Instagram",
    "dead_end": "an error, a blank page, nothing at all",
}


#: The same words for a Sound Page's button.
_BUTTON = {
    "app": "Add to Music App opened the right song",
    "dead_end": "there is no button, or it leads nowhere",
}


@click.command(
    "confirm",
    epilog="; ".join(f"{kind}: {words}" for kind, words in _SEEN.items())
    + ". Of a Sound Page: "
    + "; ".join(f"{kind}: {words}" for kind, words in _BUTTON.items())
    + "; the others: the button ends there.",
)
@click.argument("results", type=click.Path(path_type=Path))
@click.argument("case")
@click.option("--saw", required=True, type=click.Choice(list(_SEEN)), help="Where you ended up.")
@click.option("--app-version", help="The version of TikTok or Instagram (its settings, at the bottom).")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="When, if not today.")
@click.option("--by", default="", help="Who saw it, as it may be published.")
@click.option(
    "--photo", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A picture of it."
)
@click.option(
    "--beside",
    type=click.Path(exists=True, path_type=Path),
    help="The suite, or its folder, that it is kept beside.  [default: suites, or here where there is none]",
)
def command(
    results: Path,
    case: str,
    *,
    saw: str,
    app_version: str | None,
    date: dt.datetime | None,
    by: str,
    photo: Path | None,
    beside: Path | None,
) -> int:
    """Record what your own phone did with CASE of RESULTS.

    It is kept in confirmations.yaml beside the suite, shown beside the prediction, and overrules the phone's
    rule in later runs of that suite. Of a Sound Page it is written into RESULTS too.
    """
    from dropcheck.device.load import load_profiles
    from dropcheck.report.reading import load, notices
    from dropcheck.result import Summary
    from dropcheck.run import ticks
    from dropcheck.run.confirm import settle
    from dropcheck.run.confirmations import ConfirmationError, record
    from dropcheck.run.results_file import write_results
    from dropcheck.suite.errors import suggestion

    loaded = load(results)
    cases = {one.id: one for one in loaded.cases}
    if case not in cases:
        raise ConfirmationError(f"{results}: there is no case {case!r}; {suggestion(case, cases)}")
    today = dt.datetime.now(dt.UTC).date()
    day = date.date() if date is not None else today
    # It is tomorrow already somewhere.
    if day > today + dt.timedelta(days=1):
        raise click.UsageError(f"--date {day}: that day is still to come.")
    entry = settle(
        cases[case],
        cast("Saw", saw),
        load_profiles(),
        app_version=app_version,
        date=day,
        by=by,
        photo=photo.name if photo is not None else None,
    )
    if beside is None:
        beside = Path("suites") if Path("suites").is_dir() else Path()
    file = record(beside if beside.is_dir() else beside.parent, entry)
    click.echo(f"Recorded in {file}.")
    if cases[case].check == ticks.CHECK:
        release = next((one for one in loaded.releases if one.suite == cases[case].suite), None)
        cases[case].data["confirmed"] = entry.model_dump(mode="json", exclude_none=True)
        ticks.tick(cases[case], release, entry)
        loaded.summary = Summary.of(loaded.cases)
        click.echo(f"You saw: {_BUTTON.get(saw, _SEEN[saw])}.")
        if not notices(loaded):  # a document of another version would lose what wasn't read of it
            write_results(loaded, results)
            page = results.parent / "report"
            click.echo(f"It is in {results} too; for the page: dropcheck report {results} --html {page}")
        return 0
    if entry.saw == entry.predicted:
        click.echo(f"Just as predicted: {_SEEN[entry.saw]}.")
    else:
        click.echo(f"Predicted was {entry.predicted}; you saw that {_SEEN[entry.saw]}.")
    if entry.row is not None and entry.does is not None:
        click.echo(f"It settles the rule {entry.row}: the app {entry.does.value.replace('-', ' ')}.")
        click.echo("Runs of the suites beside it now go by that; `dropcheck run` again.")
    else:
        click.echo("No single rule of this phone explains it; it is shown beside the prediction.")
    return 0
