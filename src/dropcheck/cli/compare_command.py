"""``dropcheck compare``: two runs side by side."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("compare")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--markdown", is_flag=True, help="Print it as Markdown.")
def command(old: Path, new: Path, *, markdown: bool) -> int:
    """Say what became worse, is still broken, was fixed or is flaky.

    Ends with 1 when something is worse, with 3 when that can't be said because cases of NEW can't be read.
    """
    from dropcheck.report.comparison import compare, comparison_markdown, comparison_text
    from dropcheck.report.reading import left_out, load
    from dropcheck.run.exit_codes import ExitCode

    comparison = compare(load(old), load(new))
    click.echo((comparison_markdown if markdown else comparison_text)(comparison), nl=False)
    if comparison.worse:
        return ExitCode.FAILED
    return ExitCode.ENVIRONMENT if left_out(comparison.new) else ExitCode.OK
