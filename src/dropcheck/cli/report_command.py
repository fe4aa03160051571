"""``dropcheck report``: reports from a results file."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dropcheck.result import Results


@click.command("report")
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="A folder, or one file that ends in .html.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as a PDF.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit XML file.")
@click.option("--allure", type=click.Path(file_okay=False, path_type=Path), help="Write Allure results.")
@click.option(
    "--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Write a pull request's comment."
)
@click.option(
    "--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the cases as CSV."
)
@click.option("--github", is_flag=True, help="Write annotations, and the job summary, for GitHub Actions.")
@click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An earlier run to compare with.",
)
@click.option(
    "--suite", "suites", multiple=True, metavar="NAME", help="Only this release, to send on (repeatable)."
)
@click.option(
    "--label", is_flag=True, help="For a client, as with any of the next three: no tool words, no commands."
)
@click.option("--client", default="", help="Whose report it is.")
@click.option(
    "--logo", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A picture for its head."
)
@click.option("--notes", default="", help="A paragraph of your own.")
@click.option("--language", default="en", show_default=True, help="The report's language: en, de.")
@click.option("--link-artwork", is_flag=True, help="Link store artwork rather than copy it.")
@click.option("--open", "open_report", is_flag=True, help="Open the report in your browser.")
def command(results: Path, **given: Any) -> int:
    """Make reports from RESULTS, a results file of an earlier run; without options: tell its story.

    The page goes where --html says, and beside RESULTS when no other document is asked for.
    """
    from dropcheck.cli.outputs import Outputs
    from dropcheck.cli.running import told, written
    from dropcheck.report.html import Edition
    from dropcheck.report.reading import load
    from dropcheck.run.exit_codes import ExitCode

    document = _only(load(results), given.pop("suites"), results)
    edition = Edition(
        language=given.pop("language"),
        # Whoever names a client makes the report for one.
        label=given.pop("label") or any(given[name] for name in ("client", "logo", "notes")),
        client=given.pop("client"),
        logo=given.pop("logo"),
        notes=given.pop("notes"),
        link_artwork=given.pop("link_artwork"),
    )
    documents = [given[name] for name in ("pdf", "junit", "allure", "markdown", "csv_file", "github")]
    asked = edition != Edition() or any(given.values())
    outputs = Outputs.of({**given, "out": results.parent, "edition": edition})
    outputs.page_too = outputs.open_report or not any(documents)
    if not asked:
        told(document, outputs, [])
        return ExitCode.OK
    for line in outputs.write(document):
        click.echo(line)
    return written(outputs, ExitCode.OK)


def _only(document: Results, suites: tuple[str, ...], file: Path) -> Results:
    from dropcheck.report.selection import of_suites, suites_of

    if not suites:
        return document
    there = suites_of(document)
    unknown = [suite for suite in suites if suite not in there]
    if unknown:
        close = get_close_matches(unknown[0], there, 1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(there[:20])}"
        raise click.UsageError(f"{file} has no suite {unknown[0]!r}; {hint}")
    return of_suites(document, suites)
