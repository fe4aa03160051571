"""``dropcheck init``: a first suite from a bio link and a song's link."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dropcheck.suite import Suite


@click.command("init")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--bio", metavar="URL", help="The link in your bio.")
@click.option("--spotify", metavar="URL", help="The song's address on Spotify.")
@click.option("--apple-music", metavar="URL", help="The song's address on Apple Music.")
@click.option("--deezer", metavar="URL", help="The song's address on Deezer.")
@click.option("--presave", metavar="URL", help="Your pre-save page.")
@click.option(
    "--from",
    "old",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="OLD",
    help="A suite of an earlier release: its links, phones and checks are taken over.",
)
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab"]),
    help="Write the file that runs it on GitHub or GitLab, too.",
)
@click.option("--look-up/--no-look-up", default=True, help="Ask the store for title, artists and date.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--run/--no-run", "first_run", default=None, help="Run it at once, without asking.")
@click.option(
    "--resolve", multiple=True, metavar="HOST:PORT:ADDRESS[:PORT]", help="Reach a host at this address."
)
@click.option("--insecure", is_flag=True, help="Accept any certificate of the hosts that --resolve maps.")
def command(
    file: Path | None,
    bio: str | None,
    presave: str | None,
    old: Path | None,
    ci: str | None,
    *,
    look_up: bool,
    force: bool,
    first_run: bool | None,
    resolve: tuple[str, ...],
    insecure: bool,
    **addresses: str | None,
) -> int:
    """Write a suite from your bio link and your song's link, and offer the first run.

    Asks for what isn't given, where somebody is there to answer.
    """
    from dropcheck.cli.problems import warned
    from dropcheck.cli.suite_schema import write_schema
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.run.exit_codes import ExitCode
    from dropcheck.suite import load_file
    from dropcheck.suite.draft import draft, renewed
    from dropcheck.suite.tree import read_source

    asking = sys.stdin.isatty()
    if file is not None:
        _refuse_target(file, force=force)
    stores = {field: _web("--" + field.replace("_", "-"), url) for field, url in addresses.items() if url}
    given = bio is not None
    if bio is None and asking:
        bio = click.prompt("The link in your bio", value_proc=lambda text: _web("the bio link", text))
    if bio is None and old is None:
        raise click.UsageError("Give the link in your bio: --bio https://…")
    if not stores and asking and not given:
        stores = click.prompt(
            "Your song's link on Spotify or Apple Music (Enter if it has none yet)",
            default="",
            show_default=False,
            value_proc=_store_of,
        )
    if bio is not None:
        bio = _web("--bio", bio)
    presave = _web("--presave", presave) if presave else None
    sheet: dict[str, Any] = _looked_up(stores, resolve, insecure=insecure) if look_up and stores else {}
    target = file or Path(f"{_slug(sheet)}.yaml")
    _refuse_target(target, force=force)
    name = re.sub(r"[^\w.-]+", "-", target.stem).strip("-._") or "my-song"
    if old is None:
        assert bio is not None
        text = draft(name, bio=bio, stores=stores, presave=presave, sheet=sheet)
    else:
        pattern = read_source(old, str(old))
        text = renewed(pattern, name, bio=bio, stores=stores, presave=presave, sheet=sheet)
    registry = load_checks().registry
    _refuse_bad(text, target, registry)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    write_schema(target.parent, registry)
    suites = load_file(target, registry)
    click.echo(f"Wrote {target} and the schema beside it, by which editors complete and check it.")
    warned(suites)
    if old is not None:
        _remind(suites, {bio, presave})
    if ci is not None:
        _write_ci(ci, target, force=force)
    if first_run is None:
        first_run = asking and click.confirm("Run it now? It takes about a minute", default=True)
    if first_run:
        from dropcheck.cli.program import end_with

        options = [word for rule in resolve for word in ("--resolve", rule)]
        return end_with(["run", str(target), *options, *(["--insecure"] if insecure else [])])
    click.echo(f"Next: dropcheck run {target}")
    return ExitCode.OK


def _remind(suites: Sequence[Suite], new: set[str | None]) -> None:
    kept = [f"{link.name} ({link.url})" for suite in suites for link in suite.links if link.url not in new]
    if kept:
        click.echo(f"Taken over as they were: {', '.join(kept)}. Change what is another one now.")


def _refuse_target(target: Path, *, force: bool) -> None:
    if target.suffix.lower() not in (".yaml", ".yml"):
        raise click.UsageError(f"A suite is a .yaml file: {target}.yaml")
    if target.exists() and not force:
        raise click.UsageError(f"{target} is there already; name another file, or add --force.")


def _web(what: str, url: str) -> str:
    from pydantic_core import PydanticCustomError

    from dropcheck.suite.scalars import web_url

    try:
        return web_url(url.strip())
    except PydanticCustomError as error:
        context = error.context or {}
        hint = f"; {context['hint']}" if context.get("hint") else ""
        raise click.UsageError(f"{what}: {context.get('what')}{hint}.") from None


def _store_of(answer: str) -> dict[str, str]:
    """The field of the sheet that an address belongs to, and the address; empty for an empty answer."""
    from dropcheck.suite.new import STORE_FIELDS
    from dropcheck.suite.scalars import service_of

    if not answer.strip():
        return {}
    url = _web("the song's link", answer)
    service = service_of(url)
    if service not in STORE_FIELDS:
        raise click.UsageError("The song's link: this is not an address of a music service dropcheck knows.")
    return {service: url}


def _looked_up(stores: dict[str, str], resolve: tuple[str, ...], *, insecure: bool) -> dict[str, Any]:
    import asyncio

    from dropcheck.run.look_up import look_up

    url = next(iter(stores.values()))
    found = asyncio.run(look_up(url, resolve=resolve, insecure=insecure))
    if found:
        click.echo(f"Found {found.get('title', 'the release')}; check what the store says of it.")
    else:
        click.echo("The store told nothing; fill in the sheet yourself.", err=True)
    return found


def _slug(sheet: dict[str, Any]) -> str:
    return re.sub(r"[^\w]+", "-", str(sheet.get("title", "")).casefold()).strip("-_")[:60] or "my-song"


def _refuse_bad(text: str, target: Path, registry: Any) -> None:
    """A suite that wouldn't load must not be written: parts it includes may be elsewhere, so text alone."""
    from dropcheck.suite import SuiteError, parse_suite

    try:
        parse_suite(text, registry, label=str(target))
    except SuiteError as error:
        if any("suite that is a file itself" not in problem.message for problem in error.problems):
            raise


def _write_ci(kind: str, suite: Path, *, force: bool) -> None:
    from dropcheck.cli.ci_files import ci_file

    file, text = ci_file(kind, suite)
    if file.exists() and not force:
        click.echo(f"{file} is there already and was left as it is.", err=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    click.echo(f"Wrote {file}. Put the address of your copy of dropcheck where it says YOUR-ORG.")
