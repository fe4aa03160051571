"""Writes the reference pages from their one source: checks, profiles, rules, suites, commands.

    python docs/build.py            write them
    python docs/build.py --check    end with 1 if one of them is stale

A test does the latter. Never edit these pages by hand; edit what they are made of.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from dropcheck.check.options import builtin_registry
from dropcheck.check.rulebook import rulebook
from dropcheck.cli.program import COMMANDS, program
from dropcheck.device.load import load_profiles
from dropcheck.device.model import Profile
from dropcheck.handoff.ceiling import Goal, ceiling
from dropcheck.run.rule_catalogue import CataloguedRule, catalogue
from dropcheck.suite import CheckSpec, json_schema

DOCS = Path(__file__).resolve().parent
MADE = "<!-- Written by docs/build.py; edit its source instead. -->\n"
#: What is generated whole: folders of pages, and single pages.
FOLDERS = ("checks", "profiles", "rules")
#: The width at which `--help` is shown, so that the pages don't depend on a terminal.
WIDTH = 96
_EXAMPLES = {
    "escape": "escape: {to: app, app: spotify, opens: release.spotify, max_taps: 1, keeps: [utm_source]}",
    "presave": "presave: {service: spotify, depth: anonymous, scopes: [user-library-modify]}",
    "placement": "placement: {kind: spark-ad, campaign_ends: 2026-12-01, code_ends: 2026-12-15}",
    "metadata": "metadata: {sources: [spotify, deezer, apple_music]}",
    "artwork": "artwork: {same_within: 6, different_above: 12}",
    "sound_page": "sound_page: {services: [spotify], window: 48}",
    "funnel": "funnel: {numbers: [{views: 100000, link_clicks: 900, streams: 700}]}",
}


def pages() -> dict[str, str]:
    """Return every generated page by its path below docs/."""
    rules = catalogue()
    schema = json_schema(builtin_registry())
    made = {f"checks/{spec.name}.md": _check_page(spec, schema, rules) for spec in builtin_registry()}
    profiles = load_profiles()
    made |= {f"profiles/{name}.md": _profile_page(profile) for name, profile in profiles.items()}
    made |= {f"rules/{rule.id}.md": _rule_page(rule) for rule in rules.values() if rule.kind != "phone"}
    made["checks/README.md"] = _listing(
        "Checks",
        "What a suite can ask. Those of links run once per link and phone, those of releases once per suite.",
        [(f"{spec.name}.md", spec.name, _sentence(spec.options.__doc__)) for spec in builtin_registry()],
    )
    made["profiles/README.md"] = _listing(
        "Profiles",
        "One phone, one system, one app's in-app browser or the real browser.",
        [(f"{name}.md", name, profile.title) for name, profile in profiles.items()],
    )
    made["rules/README.md"] = _listing(
        "Rules",
        "Every finding, and what the systems do. What each phone's app does is on its"
        " [profile's page](../profiles/README.md).",
        [(f"{rule.id}.md", rule.id, rule.title) for rule in rules.values() if rule.kind != "phone"],
    )
    made["suites.md"] = _suites_page(schema)
    made["commands.md"] = _commands_page()
    made = {path: f"{MADE}{text.rstrip()}\n" for path, text in made.items()}
    # The first line of the suites we ship names the schema beside them.
    for folder in ("../suites", "template-repo/suites"):
        made[f"{folder}/suite.schema.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return made


def _listing(title: str, about: str, entries: Iterable[tuple[str, str, str]]) -> str:
    lines = [f"# {title}", "", about, "", "| | |", "|---|---|"]
    lines += [f"| [`{name}`]({path}) | {_cell(text)} |" for path, name, text in entries]
    return "\n".join(lines)


def _check_page(spec: CheckSpec, schema: Mapping[str, Any], rules: Mapping[str, CataloguedRule]) -> str:
    example = _EXAMPLES.get(spec.name, spec.name)
    where = "a link" if spec.scope == "link" else "the release"
    lines = [f"# `{spec.name}`", "", _sentence(spec.options.__doc__), ""]
    lines.append(f"A check of {where}" + (", `pending` before the release moment." if spec.store else "."))
    if spec.scope == "link":
        body = [
            "links:",
            "  - url: https://bio.example/mara?utm_source=tiktok",
            "    checks:",
            f"      - {example}",
        ]
    else:
        body = ["checks:", f"  - {example}"]
    head = ["release:", "  spotify: https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"]
    lines += ["", "```yaml", "suite: neon-hours", *head, *body, "```", "", "## Options", ""]
    properties = schema["$defs"][f"check-{spec.name}"]["properties"]
    lines += _fields(properties, schema)
    findings = [rule for rule in rulebook().values() if rule.check == spec.name]
    if findings:
        lines += ["", "## Findings", "", "| rule | | who can fix it |", "|---|---|---|"]
        for rule in findings:
            name = rule.id.partition("/")[2]
            title = _capital(rules[rule.id].title)
            lines.append(
                f"| [`{name}`](../rules/{rule.id}.md) | {_cell(title)} ({rule.severity.value}) | {rule.owner.value} |"
            )
    return "\n".join(lines)


def _rule_page(rule: CataloguedRule) -> str:
    lines = [f"# `{rule.id}`", "", _capital(rule.title), ""]
    for heading, text in rule.parts.items():
        lines += [f"## {heading}", "", text, ""]
    if rule.sources:
        lines += ["## Source", "", *(f"- {source}" for source in rule.sources)]
    return "\n".join(lines)


def _profile_page(profile: Profile) -> str:
    kind = "in-app browser" if profile.in_app else "real browser"
    facts = {
        "App": f"{profile.app} {profile.app_version}",
        "System": f"{profile.os.value} {profile.os_version}, {profile.device}",
        "Kind": kind,
        "Engine family": profile.engine,
        "Real browser": f"[`{profile.browser}`]({profile.browser}.md)" if profile.browser else "",
        "Placement": f"`{profile.placement}`",
        "Variants": ", ".join(f"`{name}`" for name in _variants(profile)),
    }
    lines = [f"# `{profile.name}`", "", f"{profile.title}.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts.items() if value]
    if profile.in_app:
        lines += ["", "## The best that is known", ""]
        goals: tuple[tuple[Goal, str], ...] = (("app", "Into the app"), ("browser", "Into the real browser"))
        for goal, words in goals:
            best = ceiling(profile, goal)
            how = "; ".join(technique.words for technique in best.techniques)
            lines.append(f"- {words}: `{best.grade.value}`" + (f", by {how}" if how else ""))
        lines += ["", "Only rules that nobody disputes count here."]
    lines += ["", "## What the app does", ""]
    lines += ["| rule | when | does | how sure | last seen |", "|---|---|---|---|---|"]
    for row in profile.rows:
        when = "; ".join(
            f"{key.replace('_', ' ')}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
            for key, value in row.when.model_dump(mode="json", exclude_defaults=True).items()
        )
        does = row.does.value + (f" — or {row.fails_as.value}" if row.fails_as else "")
        does += "; asks first" if row.asks else ""
        sure = row.confidence.value
        lines.append(f"| `{row.id}` | {_cell(when)} | {_cell(does)} | {sure} | {row.date.isoformat()} |")
    lines += [
        "",
        "`contested` and `assumed` rules never decide anything alone: they are played both ways.",
        "",
    ]
    lines += ["## Sources", ""]
    for row in profile.rows:
        lines.append(f"- `{row.id}`: {'; '.join(row.source)}" + (f". {row.note}" if row.note else ""))
    lines += ["", "## What a page can read", "", "```", profile.identity.user_agent, "```"]
    return "\n".join(lines)


def _variants(profile: Profile) -> list[str]:
    first_hop = profile.first_hop.variants if profile.first_hop is not None else ()
    return [*first_hop, *profile.variants]


def _suites_page(schema: Mapping[str, Any]) -> str:
    lines = [
        "# Suites",
        "",
        "A suite is a YAML file: one release, its links, its checks. An unknown key is an error that says where it",
        "stands and what was probably meant. `dropcheck schema` prints the JSON Schema this page is made of;",
        "`dropcheck init` writes it beside a new suite, and its first line lets editors complete and check what you",
        "type.",
        "",
        "The shortest suite says where the song is and where the link is:",
        "",
        "```yaml",
        "suite: neon-hours",
        "release:",
        "  spotify: https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl",
        "links:",
        "  - url: https://bio.example/mara",
        "```",
        "",
        "It runs `escape: {to: app}` on TikTok and Instagram on both systems.",
        "",
        "A file that `include`s others takes their keys over. One that names its own `suite:` is no part: it runs",
        "beside it, as a further suite.",
        "",
        "`${DROPCHECK_VAR_NAME}` reads the environment, only names with that prefix; an unset one is an error before",
        "anything runs.",
        "",
        "```yaml",
        "suite: preview",
        "access:",
        "  preview.example:",
        '    headers: {X-Preview: "${DROPCHECK_VAR_PREVIEW}"}',
        "links:",
        "  - url: https://preview.example/mara",
        "    checks: [escape: {to: browser}]",
        "```",
        "",
        "## The suite",
        "",
        *_fields(schema["properties"], schema),
    ]
    parts = {
        "Release": "The release sheet (`release`)",
        "Artist": "An artist (`artists`)",
        "Identity": "An artist's ids (`identities`)",
        "Track": "A track (`tracks`)",
        "Link": "A link (`links`)",
        "Known": "A known failure (`known`, on any check)",
        "Expectation": "An expectation (`expect`, on any check)",
        "Access": "Access (`access`, by host)",
        "BasicAuth": "Basic authentication (`access.….basic`)",
    }
    for name, heading in parts.items():
        lines += ["", f"## {heading}", "", *_fields(schema["$defs"][name]["properties"], schema)]
    lines += ["", "## Checks", "", "Each has [its own page](checks/README.md)."]
    return "\n".join(lines)


def _fields(properties: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    lines = ["| key | takes | |", "|---|---|---|"]
    for key, part in properties.items():
        about = part.get("description") or _target(part, schema).get("description", "")
        default = part.get("default")
        if default not in (None, [], {}):
            shown = ", ".join(map(str, default)) if isinstance(default, list) else default
            shown = (
                ", ".join(f"{k} {v:g}" for k, v in default.items()) if isinstance(default, dict) else shown
            )
            about += f" Default: `{str(shown).lower() if isinstance(shown, bool) else shown}`."
        lines.append(f"| `{key}` | {_cell(_takes(part, schema))} | {_cell(about)} |")
    return lines


def _target(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = part.get("$ref", "")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else {}


def _takes(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        target = schema["$defs"][name]
        if "enum" in target:
            return _words(target["enum"])
        return "check" if name.endswith("Check") else re.sub(r"(?<!^)([A-Z])", r" \1", name).lower()
    if "anyOf" in part:
        return _one_or_many(part["anyOf"], schema)
    if "enum" in part:
        return _words(part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    if part.get("type") == "array":
        return f"list of {_takes(part.get('items', {}), schema)}"
    if part.get("type") == "object":
        inner = part.get("additionalProperties")
        return f"mapping to {_takes(inner, schema)}" if isinstance(inner, dict) else "mapping"
    if part.get("format") == "date":
        return "date"
    kinds = part.get("type", "anything")
    names = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    return " or ".join(names.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _one_or_many(members: list[Mapping[str, Any]], schema: Mapping[str, Any]) -> str:
    every = dict.fromkeys(_takes(member, schema) for member in members if member.get("type") != "null")
    # What stands for a mapping's values stands for the mapping too: said once.
    shown = [one for one in every if not any(other.endswith(f" or {one}") for other in every)]
    if len(shown) == 2 and shown[0] == f"list of {shown[1]}":
        return f"{shown[1]}, or a list of it"
    return " or ".join(shown)


def _words(members: Iterable[Any]) -> str:
    return " · ".join(
        f"`{str(member).lower() if isinstance(member, bool) else member}`" for member in members
    )


def help_of(name: str | None) -> str:
    """Return what `dropcheck NAME --help` shows, at the width of the pages."""
    settings: dict[str, Any] = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    settings["help_option_names"] = ["-h", "--help"]
    parent = click.Context(program, info_name="dropcheck", **settings)
    if name is None:
        return program.get_help(parent)
    command = program.get_command(parent, name)
    assert command is not None
    context = click.Context(command, parent=parent, info_name=name, **settings)
    return command.get_help(context)


def commands() -> list[str]:
    """Return the commands that are there, in the order of `dropcheck --help`."""
    return list(COMMANDS)


def _commands_page() -> str:
    lines = [
        "# Commands",
        "",
        "What each command says of itself. [Exit codes](exit-codes.md) have a page of their own.",
        "",
        "```text",
        help_of(None),
        "```",
    ]
    for name in commands():
        lines += ["", f"## `dropcheck {name}`", "", "```text", help_of(name), "```"]
    return "\n".join(lines)


def _sentence(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cell(text: str) -> str:
    """A table's cell: one line, without a bar that would end it."""
    return " ".join(str(text).split()).replace("|", "\\|")


def stale() -> list[str]:
    """Return the pages that aren't what their source says, and those that have none any more."""
    wanted = pages()
    wrong = [path for path, text in wanted.items() if _text(DOCS / path) != text]
    there = {
        page.relative_to(DOCS).as_posix() for folder in FOLDERS for page in (DOCS / folder).rglob("*.md")
    }
    return sorted([*wrong, *(there - wanted.keys())])


def _text(file: Path) -> str | None:
    return file.read_text("utf-8") if file.is_file() else None


def main() -> int:
    """Write the pages, or check them."""
    wrong = stale()
    if "--check" in sys.argv[1:]:
        for path in wrong:
            sys.stderr.write(f"docs/{path} is stale; run: python docs/build.py\n")
        return 1 if wrong else 0
    wanted = pages()
    for path in wrong:
        file = DOCS / path
        if path in wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted[path], "utf-8")
        else:
            file.unlink()
    sys.stdout.write(f"{len(wanted)} pages, {len(wrong)} of them written anew\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
