"""``dropcheck handoff``: one decision, explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from dropcheck.cli.options import WordList
from dropcheck.result import Cause, Where

if TYPE_CHECKING:
    from dropcheck.device.model import Profile
    from dropcheck.handoff.model import Association, Decision, Navigation, Phone

#: Where a tap is said to happen when nobody says; any page of another host behaves alike.
_A_PAGE = "https://page.example/"
_WHOLE = re.compile(r"\s*[a-zA-Z][a-zA-Z0-9+.-]*:\S")


@click.command("handoff")
@click.argument("url")
@click.option("--profile", "profile_name", required=True, help="The phone and app, such as tiktok-ios.")
@click.option(
    "--where", type=click.Choice([one.value for one in Where]), help="Inside the app, or in the real browser."
)
@click.option(
    "--by",
    type=click.Choice([one.value for one in Cause]),
    default="tap",
    show_default=True,
    help="What causes it.",
)
@click.option(
    "--from", "page_url", metavar="URL", help="The page it happens on (a page of another host by itself)."
)
@click.option("--gesture/--no-gesture", default=None, help="Whether a finger stands behind it (a tap: yes).")
@click.option(
    "--installed",
    type=WordList(may_be_empty=True),
    help="Apps on the phone, or none: spotify,apple_music (these two by itself).",
)
@click.option(
    "--aasa",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The host's apple-app-site-association.",
)
@click.option(
    "--assetlinks",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The host's assetlinks.json.",
)
@click.option(
    "--beside",
    type=click.Path(exists=True, path_type=Path),
    help="A suite or folder whose confirmations count.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the decision as JSON.")
def command(url: str, **given: Any) -> int:
    """Explain what a phone does with URL: which rule, why, since when, and what would change it.

    Without association files a host's dated entry in the catalogue stands in.
    """
    from dropcheck.device.load import load_profiles
    from dropcheck.handoff import Navigation, Phone, decide
    from dropcheck.run.confirmations import Confirmations

    _refuse_bad_address(url)
    if given["page_url"] is not None:
        _refuse_bad_address(given["page_url"])
    beside: Path | None = given["beside"]
    folder = beside.parent if beside is not None and beside.is_file() else beside
    profiles = Confirmations.beside(folder).applied(load_profiles())
    profile = _profile(given["profile_name"], profiles, given["where"])
    cause = Cause(given["by"])
    gesture = given["gesture"] if given["gesture"] is not None else cause in (Cause.TAP, Cause.FORM)
    page = given["page_url"] or (None if cause is Cause.APP else _A_PAGE)
    navigation = Navigation(
        url,
        cause,
        gesture,
        where=Where.IN_APP if profile.in_app else Where.BROWSER,
        page_url=page,
        main_frame=cause is not Cause.FRAME,
        new_window=cause is Cause.POPUP,
    )
    associations = _associations(url, given["aasa"], given["assetlinks"])
    phone = Phone(installed=_installed(given["installed"]), associations=associations)
    decision = decide(navigation, profile, phone)
    if given["as_json"]:
        click.echo(json.dumps(_plain(decision, navigation, profile, phone), indent=2, ensure_ascii=False))
    else:
        _explain(decision, navigation, profile, phone)
    return 0


def _refuse_bad_address(url: str) -> None:
    if not _WHOLE.match(url):
        raise click.UsageError(
            f"{url!r} is no whole address; write its scheme too, as in https://… or spotify:…"
        )
    try:
        _ = urlsplit(url).port
    except ValueError as reason:
        raise click.UsageError(f"{url!r} is no address: {reason}.") from None


def _profile(name: str, profiles: Any, where: str | None) -> Profile:
    from dropcheck.device.load import ProfileError
    from dropcheck.suite.errors import suggestion

    if name not in profiles:
        raise ProfileError(f"no phone is called {name!r}; {suggestion(name, profiles)}")
    profile: Profile = profiles[name]
    if where == Where.BROWSER.value and profile.browser is not None:
        chosen: Profile = profiles[profile.browser]
        return chosen
    if where == Where.IN_APP.value and not profile.in_app:
        raise click.UsageError(f"{name} is a real browser; it has no inside of an app.")
    return profile


def _installed(names: tuple[str, ...] | None) -> frozenset[str]:
    from dropcheck import apps
    from dropcheck.handoff import Phone
    from dropcheck.suite.errors import suggestion

    if names is None:
        return Phone().installed
    slugs = frozenset(name.replace("-", "_") for name in names if name != "none")
    for slug in slugs:
        if slug not in apps.catalogue():
            raise click.UsageError(f"no app is called {slug!r}; {suggestion(slug, apps.catalogue())}")
    return slugs


def _associations(url: str, aasa: Path | None, assetlinks: Path | None) -> dict[str, Association]:
    from dropcheck.handoff import Association
    from dropcheck.handoff.intent_uri import IntentUriError, parse
    from dropcheck.handoff.rows import scheme_and_host

    if aasa is None and assetlinks is None:
        return {}
    scheme, host = scheme_and_host(url)
    if scheme == "intent":
        try:
            _, host = scheme_and_host(parse(url).data or "")
        except IntentUriError:
            host = ""
    if not host:
        raise click.UsageError("association files belong to a host, and this address names none.")
    made = Association(
        host,
        aasa=aasa.read_bytes() if aasa is not None else None,
        assetlinks=assetlinks.read_bytes() if assetlinks is not None else None,
    )
    for trouble in _unreadable(made, url):
        click.echo(f"dropcheck: {trouble}", err=True)
    return {host: made}


def _unreadable(files: Association, url: str) -> Iterator[str]:
    """What keeps a phone from reading a file, which otherwise looks as if it named no app."""
    from dropcheck.handoff.aasa import AasaResult, match
    from dropcheck.handoff.assetlinks import list_statements

    if files.aasa is not None and (found := match(files.aasa, url)).result is AasaResult.INVALID:
        yield f"--aasa: {found.reason}"
    if files.assetlinks is not None:
        origin = f"https://{files.host}"
        listed = list_statements({f"{origin}/.well-known/assetlinks.json": files.assetlinks}, {"web": origin})
        if listed.error_codes:
            yield f"--assetlinks: {listed.reason}"


def _explain(decision: Decision, navigation: Navigation, profile: Profile, phone: Phone) -> None:
    from dropcheck.report.inert import one_line
    from dropcheck.report.redact import redact_text

    finger = "with a finger behind it" if navigation.gesture else "no finger behind it"
    page = f", on {redact_text(navigation.page_url)}" if navigation.page_url else ""
    click.echo(f"{profile.title} {profile.app_version}, {profile.os.value} {profile.os_version}")
    click.echo(f"  {one_line(redact_text(navigation.url), 300)}")
    click.echo(f"  by {navigation.by.value}, {finger}{one_line(page, 300)}")
    click.echo(f"  on the phone: {', '.join(sorted(phone.installed)) or 'neither music app'}\n")
    if decision.otherwise is None:
        _branch(decision, "")
        return
    click.echo("Nobody knows for sure, so both are played:")
    click.echo(f"contested: {', '.join(decision.contested)}\n")
    click.echo("If it fails")
    _branch(decision, "  ")
    click.echo("\nIf it works")
    _branch(decision.otherwise, "  ")


_WORDS = {
    "loads": "The page loads in this view",
    "opens_app": "Opens {app}",
    "opens_browser": "Opens the real browser",
    "opens_store": "Opens the app store",
    "asks": "The fan is asked first",
    "refused": "Nothing opens",
}


def _branch(decision: Decision, indent: str) -> None:
    from dropcheck.report.inert import one_line
    from dropcheck.report.redact import redact_text
    from dropcheck.report.wording import proper_name

    rule = decision.rule
    what = _WORDS[decision.kind.value].format(app=proper_name(decision.app or "an app"))
    click.echo(f"{indent}{what}: {one_line(redact_text(decision.url), 300)}")
    if decision.page.value not in ("stays", "loads"):
        click.echo(f"{indent}  the page: {decision.page.value}")
    click.echo(f"{indent}  rule     {rule.id}")
    click.echo(f"{indent}  why      {rule.why}")
    click.echo(f"{indent}  sure     {rule.confidence.value} ({decision.basis.value}), {rule.date}")
    for number, source in enumerate(rule.source):
        click.echo(f"{indent}  {'source' if number == 0 else '      '}   {source}")
    if rule.would_change:
        click.echo(f"{indent}  changes  {rule.would_change}")
    if decision.then is not None:
        click.echo(f"{indent}  then")
        _branch(decision.then, indent + "    ")


def _plain(decision: Decision, navigation: Navigation, profile: Profile, phone: Phone) -> dict[str, Any]:
    return {
        "profile": profile.name,
        "app_version": profile.app_version,
        "navigation": asdict(navigation),
        "installed": sorted(phone.installed),
        "decision": _plain_decision(decision),
    }


def _plain_decision(decision: Decision) -> dict[str, Any]:
    return {
        "kind": decision.kind.value,
        "url": decision.url,
        "app": decision.app,
        "page": decision.page.value,
        "basis": decision.basis.value,
        "rule": {**asdict(decision.rule), "source": list(decision.rule.source)},
        "contested": list(decision.contested),
        "then": _plain_decision(decision.then) if decision.then is not None else None,
        "otherwise": _plain_decision(decision.otherwise) if decision.otherwise is not None else None,
    }
