"""``dropcheck profiles``: the phones, and what is known of each."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from dropcheck.device.model import Profile


@click.command("profiles")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(name: str | None, *, as_json: bool) -> int:
    """List the phones; with NAME show one phone's table: every rule, how sure it is, its age and source."""
    from rich.console import Console

    from dropcheck.device.load import ProfileError, load_profiles
    from dropcheck.suite.errors import suggestion

    profiles = load_profiles()
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 120)
    if name is None:
        if as_json:
            click.echo(json.dumps([_brief(one) for one in profiles.values()], indent=2))
        else:
            _overview(list(profiles.values()), console)
        return 0
    if name not in profiles:
        raise ProfileError(f"no phone is called {name!r}; {suggestion(name, profiles)}")
    if as_json:
        click.echo(json.dumps(profiles[name].model_dump(mode="json", exclude_none=True), indent=2))
    else:
        _one(profiles[name], console)
    return 0


def _ceilings(profile: Profile) -> tuple[str, str]:
    from dropcheck.handoff.ceiling import ceiling

    if not profile.in_app:
        return "–", "–"
    return ceiling(profile, "app").grade.value, ceiling(profile, "browser").grade.value


def _brief(profile: Profile) -> dict[str, object]:
    to_app, to_browser = _ceilings(profile)
    return {
        "name": profile.name,
        "title": profile.title,
        "app_version": profile.app_version,
        "os": profile.os.value,
        "os_version": profile.os_version,
        "engine": profile.engine,
        "in_app": profile.in_app,
        "best_to_app": to_app,
        "best_to_browser": to_browser,
    }


def _overview(profiles: list[Profile], console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    today = dt.datetime.now(dt.UTC).date()
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in (
        "phone",
        "what it is",
        "best way to an app",
        "to the browser",
        "rules",
        "contested",
        "oldest",
    ):
        table.add_column(heading, header_style="dim")
    for profile in profiles:
        contested = sum(not row.confidence.decides for row in profile.rows)
        ages = [(today - row.date).days for row in profile.rows]
        to_app, to_browser = _ceilings(profile)
        what = f"{profile.title} {profile.app_version}, {profile.os.value} {profile.os_version}"
        oldest = f"{max(ages)} days" if ages else "–"
        cells = (profile.name, what, to_app, to_browser, str(len(ages)), str(contested), oldest)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    console.print(Text("\n`dropcheck profiles NAME` shows one phone's rules.", "dim"))


def _one(profile: Profile, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    from dropcheck.device.load import variants_of
    from dropcheck.device.model import STALE_AFTER_DAYS
    from dropcheck.handoff.ceiling import ceiling

    today = dt.datetime.now(dt.UTC).date()
    console.print(Text(f"{profile.title} ({profile.name})", "bold"))
    console.print(
        Text(
            f"{profile.device}, {profile.os.value} {profile.os_version}, app {profile.app_version},"
            f" shown by {profile.engine}"
        )
    )
    console.print(Text(profile.identity.user_agent, "dim"), soft_wrap=True)
    if profile.in_app:
        console.print(Text(f"\nThe real browser of this phone: {profile.browser}"))
        for goal in ("app", "browser"):
            best = ceiling(profile, goal)
            words = "; ".join(technique.words for technique in best.techniques) or "nothing undisputed"
            console.print(Text(f"Best known way to the {goal}: {best.grade.value} ({words})"), soft_wrap=True)
    variants = sorted(variants_of(profile))
    if variants:
        console.print(Text(f"Variants a suite can ask for: {', '.join(variants)}"))
    table = Table(box=None, padding=(0, 2, 0, 0), title_justify="left")
    for heading in ("rule", "does", "how sure", "seen", "age"):
        table.add_column(heading, header_style="dim", no_wrap=heading != "does")
    for row in profile.rows:
        does = row.does.value + (f" or {row.fails_as.value}" if row.fails_as is not None else "")
        age = f"{(today - row.date).days} days" + (" (stale)" if row.is_stale(today) else "")
        style = "" if row.confidence.decides else "yellow"
        cells = (row.id, does, row.confidence.value, row.date.isoformat(), age)
        table.add_row(*(Text(cell, style) for cell in cells))
    console.print()
    console.print(table)
    contested = [row for row in profile.rows if not row.confidence.decides]
    if contested:
        console.print(Text("\nContested: played both ways, never decides alone", "yellow"))
        for row in contested:
            console.print(Text(f"  {row.id}: {row.note}" if row.note else f"  {row.id}"), soft_wrap=True)
    console.print(
        Text(
            f"\nRules older than {STALE_AFTER_DAYS} days count as stale. `dropcheck rules ID` shows a rule's"
            " source; `dropcheck confirm` records what your own phone does.",
            "dim",
        )
    )
