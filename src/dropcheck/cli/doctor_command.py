"""``dropcheck doctor``: what this machine has and lacks."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import click


@dataclass(frozen=True, slots=True)
class _Line:
    what: str
    state: str
    detail: str
    mend: str = ""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option(
    "--live", is_flag=True, help="Also ask each service once for a well-known item; needs a network."
)
def command(*, as_json: bool, live: bool) -> int:
    """See what this machine has and lacks; every browser is started once. Ends with 3 when one is missing.

    With --live a reader that fails on its well-known item says that our reader broke, not your link.
    """
    from dropcheck import __version__

    lines = [
        _Line("dropcheck", "ok", f"{__version__}, Python {platform.python_version()}, {platform.platform()}"),
        *_browsers(),
        _tried("device profiles", _profiles),
        _tried("example suites and local internet", _data),
        _credentials(),
        *(_live() if live else ()),
    ]
    bad = any(line.state == "missing" for line in lines)
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], indent=2))
        return 3 if bad else 0
    marks = {"ok": "✓", "missing": "✗", "optional": "–"}
    for line in lines:
        click.echo(f"{marks[line.state]} {line.what}: {line.detail}")
        if line.mend:
            click.echo(f"    → {line.mend}")
    click.echo("\nSomething is missing." if bad else "\nAll there.")
    return 3 if bad else 0


def _browsers() -> list[_Line]:
    from dropcheck.cli.engine_trial import version_of_started
    from dropcheck.engine.base import EngineError
    from dropcheck.engine.browsers import find_chromium, install_steps

    def tried(name: str, what: str) -> _Line:
        try:
            detail = f"{name} {version_of_started(name)}"
            if name == "chromium" and (browser := find_chromium()) is not None:
                kind = "headless shell" if browser.is_shell else "full browser"
                detail += f" ({kind}, {browser.found_as})"
            return _Line(what, "ok", detail)
        except EngineError as error:
            ways = [f"`dropcheck install {name}`", *(f"`{step.shown}`" for step in install_steps(name))]
            return _Line(what, "missing", str(error).split("; run")[0], " or ".join(ways))

    chromium = tried("chromium", "Android phones (Chromium)")
    webkits = [
        tried("webkit", "iPhones (Playwright's WebKit)"),
        tried("webkitgtk", "iPhones (the system's WebKitGTK)"),
    ]
    if any(line.state == "ok" for line in webkits):
        # One of the two is enough.
        webkits = [
            line
            if line.state == "ok"
            else _Line(line.what, "optional", f"{line.detail}; not needed beside the other")
            for line in webkits
        ]
    else:
        webkits[0] = replace(webkits[0], detail=f"{webkits[0].detail}; this one or the next is enough")
    return [chromium, *webkits]


def _live() -> list[_Line]:
    import asyncio

    from dropcheck.run.live_readers import Condition, try_readers

    states = {Condition.WORKS: "ok", Condition.BROKEN: "missing"}
    return [
        _Line(
            reading.reader,
            states.get(reading.condition, "optional"),
            reading.detail,
            "our reader broke, not your link: please report it"
            if reading.condition is Condition.BROKEN
            else "",
        )
        for reading in asyncio.run(try_readers())
    ]


def _tried(what: str, look: Callable[[], str]) -> _Line:
    try:
        return _Line(what, "ok", look())
    except Exception as error:  # noqa: BLE001 - a doctor reports what it finds
        return _Line(what, "missing", f"{type(error).__name__}: {error}", "install dropcheck again")


def _profiles() -> str:
    from dropcheck.device.load import load_profiles

    return f"{len(load_profiles())} phones"


def _data() -> str:
    from dropcheck.places import data_folder

    return f"{len(list(data_folder('suites').glob('[!_]*.yaml')))} suites, {data_folder('fixtures').name}"


def _credentials() -> _Line:
    names = sorted(name for name in os.environ if name.startswith("DROPCHECK_"))
    detail = (
        f"set: {', '.join(names)}" if names else "none set; checks that need an account are then left out"
    )
    return _Line("DROPCHECK_… variables", "ok" if names else "optional", detail)
