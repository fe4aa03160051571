"""``dropcheck rules``: every rule and finding."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dropcheck.run.rule_catalogue import CataloguedRule

_HEADINGS = {
    "finding": "Findings",
    "system": "What the systems do",
    "phone": "What each phone's app does",
}


@click.command("rules")
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print them.",
)
def command(rule_id: str | None, *, form: str) -> int:
    """List every rule; with ID explain one (or all below it: `escape`, `tiktok-ios`)."""
    from dropcheck.run.rule_catalogue import catalogue
    from dropcheck.suite.errors import suggestion

    rules = catalogue()
    chosen = list(rules.values())
    if rule_id is not None:
        chosen = [rule for rule in chosen if rule.id == rule_id or rule.id.startswith(f"{rule_id}/")]
        if not chosen:
            raise click.UsageError(f"no rule is called {rule_id!r}; {suggestion(rule_id, rules)}")
    if form == "json":
        click.echo(json.dumps([asdict(rule) for rule in chosen], indent=2, ensure_ascii=False))
    elif form == "markdown":
        click.echo(_markdown(chosen), nl=False)
    elif rule_id is None:
        _list(chosen)
    else:
        click.echo("\n\n".join(_text(rule) for rule in chosen))
    return 0


def _list(rules: list[CataloguedRule]) -> None:
    for kind, heading in _HEADINGS.items():
        mine = [rule for rule in rules if rule.kind == kind]
        click.echo(f"{heading} ({len(mine)})")
        for rule in mine:
            click.echo(f"  {rule.id:<42} {rule.title}")
        click.echo()
    click.echo("`dropcheck rules ID` explains one.")


def _text(rule: CataloguedRule) -> str:
    lines = [rule.id, f"  {rule.title}"]
    lines += [f"\n  {heading}\n    {text}" for heading, text in rule.parts.items()]
    if rule.sources:
        lines.append("\n  Source\n" + "\n".join(f"    {source}" for source in rule.sources))
    return "\n".join(lines)


def _markdown(rules: list[CataloguedRule]) -> str:
    lines = ["# Rules", "", "Written by `dropcheck rules --format markdown`.", ""]
    for kind, heading in _HEADINGS.items():
        mine = [rule for rule in rules if rule.kind == kind]
        if not mine:
            continue
        lines += [f"## {heading}", ""]
        for rule in mine:
            lines += [f"### `{rule.id}`", "", rule.title, ""]
            lines += [line for name, text in rule.parts.items() for line in (f"**{name}.** {text}", "")]
            if rule.sources:
                lines += [f"Source: {'; '.join(rule.sources)}", ""]
    return "\n".join(lines)
