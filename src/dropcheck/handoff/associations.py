"""Which installed app may open a web address, by the association files its host serves.

Apple's and Google's rules are in `aasa` and `assetlinks`; here they meet the catalogue of apps. Where a
host's file couldn't be had, the catalogue's dated row stands in and the basis is `modelled`; one that is an
assumption is played both ways, like a row of a profile.
"""

from __future__ import annotations

from dataclasses import dataclass

from dropcheck import apps
from dropcheck.device.model import Os
from dropcheck.handoff import aasa, assetlinks
from dropcheck.handoff.model import Association, Phone
from dropcheck.handoff.rows import RowReader, scheme_and_host
from dropcheck.result import Basis


@dataclass(frozen=True, slots=True)
class Claim:
    """An installed app that may open an address, and what that rests on."""

    app: str
    basis: Basis


def claim(url: str, reader: RowReader, phone: Phone) -> Claim | None:
    """Return the installed app that claims `url` on this phone in the reader's play, or None."""
    os = reader.profile.os
    _, host = scheme_and_host(url)
    association = phone.associations.get(host)
    if association is None or association.basis is Basis.MODELLED:
        return _by_catalogue(host, reader, phone)
    app = _by_aasa(url, association, phone) if os is Os.IOS else _by_assetlinks(host, association, phone)
    return Claim(app, Basis.OBSERVED) if app else None


def _by_catalogue(host: str, reader: RowReader, phone: Phone) -> Claim | None:
    for stand_in in apps.claims_for_host(host, reader.profile.os.value):
        if stand_in.app in phone.installed and reader.holds(f"catalogue/{host}", stand_in.confidence):
            return Claim(stand_in.app, Basis.MODELLED)
    return None


def _by_aasa(url: str, association: Association, phone: Phone) -> str | None:
    if association.aasa is None:
        return None
    matched = aasa.match(association.aasa, url)
    if matched.result is not aasa.AasaResult.MATCH:
        return None
    for app_id in matched.app_ids:
        app = apps.app_for_bundle(app_id)
        if app is not None and app.id in phone.installed:
            return app.id
    return None


def _by_assetlinks(host: str, association: Association, phone: Phone) -> str | None:
    if association.assetlinks is None:
        return None
    for name in sorted(phone.installed):
        app = apps.catalogue().get(name)
        if app is None or host not in app.hosts:
            continue
        if any(assetlinks.verifies(association.assetlinks, package) for package in app.packages):
            return name
    return None
