"""Which parameters of a link or a button get lost on the way to the store, and at which hop: pure rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

from dropcheck.catalog.smart_link import SmartLinkPage, paying_parameters
from dropcheck.catalog.smart_link_readers import Offer
from dropcheck.check.rulebook import finding
from dropcheck.result import Basis, Finding, Severity


def parameter_findings(
    page: SmartLinkPage, keeps: Sequence[str], way: Sequence[str], name_of: dict[str, str]
) -> Iterator[Finding]:
    """Yield one finding per parameter that a button loses.

    `keeps` are names the suite wants to arrive, with the values of the link's own address; `way` holds the
    addresses from that one to the page. Parameters that stores pay by are followed from the button's own address.
    """
    for offer in page.offers:
        if offer.target is None or offer.is_presave:
            continue
        service = name_of.get(offer.service or "", offer.service or "unknown")
        for name in keeps:
            yield from _lost(name, (*way, *offer.way), len(way), service, Severity.ERROR)
        for name in sorted(paying_parameters() - set(keeps)):
            yield from _lost(name, offer.way, 0, service, Severity.WARNING)


def tokens_of(offer: Offer) -> dict[str, str]:
    """Return the affiliate tokens of a button that a person can compare with their own: no visitor's hash."""
    return {name: value for name, value in _read(offer.url).items() if name in ("at", "tag")}


def _lost(name: str, way: Sequence[str], page_at: int, service: str, severity: Severity) -> Iterator[Finding]:
    if not way or (value := _read(way[0]).get(name)) is None:
        return
    # What is gone and comes back later was kept somewhere else: the end decides, the first gap is named.
    if _read(way[-1]).get(name) == value:
        return
    at = next(n for n, url in enumerate(way) if _read(url).get(name) != value)
    host = urlsplit(way[at]).hostname or "an app's address"
    changed = "gets another value" if name in _read(way[at]) else "is gone"
    where = "in the button's own address" if at == page_at and page_at else f"at hop {at + 1} of {len(way)}"
    yield finding(
        "smart_link/parameters-lost",
        f"{name} {changed} {where} ({host}).",
        Basis.OBSERVED,
        severity=severity,
        evidence={"parameter": name, "hop": at + 1, "hops": len(way), "host": host},
        service=service,
        lost=name,
        hop=at + 1,
    )


def _read(url: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return {}
