"""``dropcheck report``: reports from a results file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


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
@click.option("--label", is_flag=True, help="For a client: no tool words, no commands.")
@click.option("--client", default="", help="Whose report it is.")
@click.option(
    "--logo", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A picture for its head."
)
@click.option("--notes", default="", help="A paragraph of your own.")
@click.option("--language", default="en", show_default=True, help="The report's language.")
@click.option("--link-artwork", is_flag=True, help="Link store artwork rather than copy it.")
@click.option("--open", "open_report", is_flag=True, help="Open the report in your browser.")
def command(results: Path, **given: Any) -> int:
    """Make reports from RESULTS, a results file of an earlier run; without options: tell its story."""
    from dropcheck.cli.outputs import Outputs
    from dropcheck.cli.running import told
    from dropcheck.report.html import Edition
    from dropcheck.report.reading import load, notices

    document = load(results)
    edition = Edition(
        language=given.pop("language"),
        # Whoever names a client makes the report for one.
        label=given.pop("label") or any(given[name] for name in ("client", "logo", "notes")),
        client=given.pop("client"),
        logo=given.pop("logo"),
        notes=given.pop("notes"),
        link_artwork=given.pop("link_artwork"),
    )
    asked = any(value for name, value in given.items() if name not in ("baseline",))
    outputs = Outputs.of({**given, "out": results.parent, "edition": edition})
    if not asked:
        told(document, outputs, notices(document))
        return 0
    for line in [*notices(document), *outputs.write(document)]:
        click.echo(line)
    return 0
