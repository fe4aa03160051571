"""``dropcheck init``: a suite from two links."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import click


@click.command("init")
@click.option("--bio", metavar="URL", help="The link in your bio.")
@click.option("--spotify", metavar="URL", help="Your song on Spotify.")
@click.option("--apple-music", metavar="URL", help="Your song on Apple Music.")
@click.option("--title", default="", help="The song's title.")
@click.option("--artist", default="", help="Your name as the stores show it.")
@click.option("--released", default="", metavar="DATE", help="When it comes out: 2026-11-20.")
@click.option(
    "--from",
    "old",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An earlier suite, whose phones and links this one takes over.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where it goes: suites/NAME.yaml by itself.",
)
@click.option("--force", is_flag=True, help="Write over a suite that is there.")
@click.option("--run/--no-run", "run_now", default=None, help="Run it at once.")
def command(**given: Any) -> int:
    """Write a suite from your bio link and your song's link, and offer to run it.

    What you don't give is asked for.
    """
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.suite import json_schema, parse_suite

    asks = sys.stdin.isatty()
    data = _answers(given, asks=asks)
    checks = load_checks()
    text = _text(data)
    file: Path = given["output"] or Path("suites") / f"{data['suite']}.yaml"
    parse_suite(text, checks.registry, label=str(file))
    if file.exists() and not given["force"]:
        raise click.UsageError(
            f"{file} is there already; name another with --output, or write over it with --force."
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    schema = file.parent / "suite.schema.json"
    schema.write_text(json.dumps(json_schema(checks.registry), indent=2) + "\n", encoding="utf-8")
    click.echo(f"Written: {file} (and {schema.name} beside it, by which your editor completes it).")
    run_now = given["run_now"]
    if run_now is None and asks:
        run_now = click.confirm("Run it now?", default=True)
    if run_now:
        from dropcheck.cli.run_command import command as run

        with run.make_context("run", [str(file)], parent=click.get_current_context()) as run_ctx:
            answer: int = run.invoke(run_ctx)
            return answer
    click.echo(f"Next: dropcheck run {file}")
    return 0


def _answers(given: dict[str, Any], *, asks: bool) -> dict[str, Any]:
    """The suite's data, from options, from an earlier suite, and by asking."""
    old = _old(given["old"])
    bio = given["bio"] or (None if old.get("links") else _asked("The link in your bio", "--bio", asks=asks))
    stores = {name: given[name] for name in ("spotify", "apple_music") if given[name]}
    if not stores:
        stores = {"spotify": _asked("Your song on Spotify (Share → Copy link)", "--spotify", asks=asks)}
    release: dict[str, Any] = {}
    if given["title"]:
        release["title"] = given["title"]
    if given["artist"]:
        release["artists"] = [{"name": given["artist"]}]
    if given["released"]:
        release["released"] = given["released"]
    release |= stores
    name = _name(given["title"] or (Path(given["output"]).stem if given["output"] else "my-release"))
    data: dict[str, Any] = {"version": 1, "suite": name, "release": release}
    if "profiles" in old:
        data["profiles"] = old["profiles"]
    links = old.get("links") or [{"name": "bio"}]
    if bio:
        links[0]["url"] = bio
    data["links"] = links
    return data | {key: old[key] for key in ("checks", "tags") if key in old}


def _old(file: Path | None) -> dict[str, Any]:
    import yaml

    if file is None:
        return {}
    from dropcheck.run.custom_checks import load_checks
    from dropcheck.suite import load_suite

    load_suite(file, load_checks().registry)
    document = yaml.safe_load(file.read_text("utf-8"))
    for link in document.get("links") or []:
        # What belonged to the old release alone.
        link.pop("until", None)
    return dict(document)


def _asked(question: str, option: str, *, asks: bool) -> str:
    if not asks:
        raise click.UsageError(f"nobody can be asked here: give {option}.")
    answer: str = click.prompt(question).strip()
    return answer if "://" in answer else f"https://{answer}"


def _name(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title).strip("-").lower() or "my-release"


_HEAD = """\
# yaml-language-server: $schema=./suite.schema.json
# What is true about the release, and the links fans tap. Run it with: dropcheck run THIS-FILE
"""
_NOTES = {
    "release": "# The release sheet. The more it says, the more is checked: isrc, upc, duration, artwork, …",
    "links": "# Every link, exactly as it is published. Each is tapped inside TikTok and Instagram, on both systems.",
    "profiles": "# The phones; `dropcheck profiles` lists them.",
}


def _text(data: dict[str, Any]) -> str:
    import yaml

    lines = [_HEAD.rstrip()]
    for key, value in data.items():
        if key in _NOTES:
            lines.append(_NOTES[key])
        lines.append(yaml.safe_dump({key: value}, sort_keys=False, allow_unicode=True, width=100).rstrip())
    return "\n".join(lines) + "\n"
