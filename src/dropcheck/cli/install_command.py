"""``dropcheck install``: get the browsers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dropcheck.engine.browsers import InstallStep

#: A download that says nothing for this long has stalled.
_STEP_BOUND_S = 900


@click.command("install")
@click.argument("engines", nargs=-1, type=click.Choice(["chromium", "webkit", "webkitgtk"]))
def command(engines: tuple[str, ...]) -> int:
    """Get the browsers: Playwright's downloads where they can be had, else the system's packages.

    Without a name: Chromium, and a WebKit for iPhones (Playwright's, else WebKitGTK). Ends with 3 when one is
    still missing, after saying what to type.
    """
    from dropcheck.cli.engine_trial import starts
    from dropcheck.engine.browsers import find_chromium, find_webkit

    found: dict[str, Callable[[], bool]] = {
        "chromium": lambda: find_chromium() is not None,
        "webkit": lambda: find_webkit() is not None,
        "webkitgtk": lambda: starts("webkitgtk"),
    }
    if engines:
        missing = [engine for engine in engines if not _got(engine, found[engine])]
        return 3 if missing else 0
    chromium = _got("chromium", found["chromium"])
    if found["webkitgtk"]() and not found["webkit"]():
        click.echo("webkitgtk: is here already")
        return 0 if chromium else 3
    webkit = _got("webkit", found["webkit"], last=False) or _got("webkitgtk", found["webkitgtk"])
    return 0 if chromium and webkit else 3


def _got(engine: str, is_here: Callable[[], bool], *, last: bool = True) -> bool:
    from dropcheck.engine.browsers import install_steps

    if is_here():
        click.echo(f"{engine}: is here already")
        return True
    steps = install_steps(engine)
    for step in steps:
        if step.can_run and _ran(step) and is_here():
            click.echo(f"{engine}: installed ({step.what})")
            return True
    if last:
        click.echo(f"{engine}: could not be installed from here. Type one of:", err=True)
        for step in steps:
            click.echo(f"  {step.shown}    ({step.what})", err=True)
    return False


def _ran(step: InstallStep) -> bool:
    click.echo(f"$ {step.shown}")
    try:
        done = subprocess.run(  # noqa: S603 - our own steps
            step.command,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=_STEP_BOUND_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        click.echo(f"  it did not work: {error}", err=True)
        return False
    if done.returncode != 0:
        click.echo(f"  it did not work: {_complaint(done.stderr)}", err=True)
    return done.returncode == 0


def _complaint(said: str) -> str:
    """The line that says why, out of the stack traces around it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("Error:", "E:"))]
    return next(iter(told or lines[-1:]), "it gave no reason")
