"""``dropcheck schema``: the JSON Schema of a suite."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("schema")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write it here.")
@click.option(
    "--checks", multiple=True, type=click.Path(dir_okay=False), help="A Python file with checks of your own."
)
def command(output: Path | None, checks: tuple[str, ...]) -> int:
    """Print the JSON Schema of a suite; editors complete and check suites by it.

    The first line of a suite names it: `# yaml-language-server: $schema=./suite.schema.json`
    """
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.suite import json_schema

    text = json.dumps(json_schema(load_checks(checks).registry), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {output}.")
    return 0
