"""The sheet's artists as the credits a service is expected to show, and what is said of those it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dropcheck.catalog.credits import Credit, CreditComparison, CreditFault
from dropcheck.suite.sheet import Artist, Release

_CREDIT_RULES = {
    CreditFault.WRONG_PAGE: "metadata/wrong-artist-page",
    CreditFault.ORDER: "metadata/artist-order",
    CreditFault.MAIN_NOT_FIRST: "metadata/artists-different",
    CreditFault.MISSING: "metadata/artists-different",
    CreditFault.EXTRA: "metadata/artists-different",
    CreditFault.SPELLING: "metadata/artists-style",
}
_CREDIT_NOTES = {
    CreditFault.WRONG_PAGE: "another artist's page: {who}",
    CreditFault.ORDER: "another order",
    CreditFault.MAIN_NOT_FIRST: "{who} stands first",
    CreditFault.MISSING: "without {who}",
    CreditFault.EXTRA: "also {who}",
    CreditFault.SPELLING: "spelt differently",
}


def expected_credits(sheet: Release, artists: Sequence[Artist], service: str) -> list[Credit]:
    """Return the credits of `artists` with their ids on a service, and those of their namesakes there."""
    return [
        Credit(one.name, _artist_id(sheet, one, service), one.role == "main", _namesakes(sheet, one))
        for one in artists
    ]


def credit_rule(found: CreditComparison) -> str | None:
    """Return the rule a credit breaks, None for none."""
    return _CREDIT_RULES.get(found.fault) if found.fault else None


def credit_note(found: CreditComparison) -> str:
    """Return what is wrong with a credit in a few words, '' for nothing."""
    return _CREDIT_NOTES[found.fault].format(who=", ".join(found.who)) if found.fault else ""


def _artist_id(sheet: Release, artist: Artist, service: str) -> str | None:
    identity = sheet.identity_of(artist)
    found = getattr(identity, service, None)
    return found if isinstance(found, str) else None


def _namesakes(sheet: Release, artist: Artist) -> frozenset[str]:
    """The ids of other artists of the name, which the sheet may give as addresses or URIs."""
    listed = (one.partition("?")[0].rstrip("/") for one in sheet.identity_of(artist).namesakes)
    return frozenset(re.split("[/:]", one)[-1] for one in listed)
