"""A smart-link page held against the release sheet: pure rules, one finding each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dropcheck import apps
from dropcheck.apps import MusicLink
from dropcheck.catalog.smart_link import SmartLinkPage, attribution_of, smart_link_services
from dropcheck.catalog.smart_link_readers import Offer
from dropcheck.check.offers import is_unclear
from dropcheck.check.rulebook import finding
from dropcheck.check.smart_link_parameters import parameter_findings, tokens_of
from dropcheck.result import SEVERITY_ORDER, Basis, Finding, Severity, Verdict

_OF_SEVERITY = {Severity.ERROR: Verdict.FAIL, Severity.WARNING: Verdict.WARN, Severity.INFO: Verdict.PASS}
_SPECIAL = {"smart_link/unreachable": Verdict.ERROR, "smart_link/blocked": Verdict.BLOCKED}


@dataclass(frozen=True, slots=True)
class SmartLinkTerms:
    """What the page must show: the mode of today, the sheet's items by service, the suite's services in order.

    `keeps` are parameters of the link that must arrive at the stores, `way` the addresses from the link to the page.
    """

    name: str
    mode: Literal["presave", "live", "unknown"]
    items: Mapping[str, tuple[MusicLink, ...]]
    services: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    way: tuple[str, ...] = ()


def verdict_of_page(findings: Iterable[Finding]) -> Verdict:
    """Return the worst that the findings come to; pass without any."""
    verdicts = [_SPECIAL.get(found.rule, _OF_SEVERITY[found.severity]) for found in findings]
    return min([Verdict.PASS, *verdicts], key=SEVERITY_ORDER.index)


def compare(page: SmartLinkPage, terms: SmartLinkTerms, dead: Mapping[str, int]) -> list[Finding]:
    """Return what is wrong with a page, gravest first; `dead` maps store addresses to the status they answered."""
    found = [*_mode(page, terms), *_services(page, terms)]
    for offer in page.offers:
        found += _target(offer, page, terms, dead)
    names = {service: _name(service) for service in page.services}
    found += parameter_findings(page, terms.keeps, terms.way, names)
    found += _context(page, terms)
    return in_order(found)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """Return findings gravest first."""
    order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    return sorted(found, key=lambda one: order.index(one.severity))


def _say(
    rule: str, seen: str, basis: Basis = Basis.OBSERVED, severity: Severity | None = None, **values: Any
) -> Finding:
    return finding(f"smart_link/{rule}", seen, basis, severity=severity, **values)


def _mode(page: SmartLinkPage, terms: SmartLinkTerms) -> Iterator[Finding]:
    if terms.mode == "live" and page.mode == "presave":
        labels = [offer.label for offer in page.offers if offer.is_presave and offer.label]
        yield _say("still-presave", f"The page shows “{labels[0][:60] if labels else 'a pre-save button'}”.")
    elif terms.mode == "presave" and page.mode == "live":
        yield _say("already-live", "The page shows store buttons and nothing to pre-save with.")


def _services(page: SmartLinkPage, terms: SmartLinkTerms) -> Iterator[Finding]:
    shown = ", ".join(_name(service) for service in page.services) or "none"
    if not page.offers and page.mode == "presave":
        # The button names no service and a script has its target: `presave` taps it.
        return
    if not page.offers:
        yield _say("no-offers", "No button leads to a music service.")
        return
    missing = [service for service in terms.services if service not in page.services]
    if missing:
        names = ", ".join(_name(service) for service in missing)
        yield _say("service-missing", f"The page offers: {shown}.", missing=names)
    elif terms.services and [s for s in page.services if s in terms.services] != list(terms.services):
        yield _say("service-order", f"The page offers: {shown}.")
    elif not terms.services and terms.mode != "presave":
        # The sheet says where the release is, not what the artist wants on the page: a warning.
        absent = ", ".join(_name(s) for s in terms.items if s not in page.services)
        if absent:
            yield _say(
                "service-missing", f"The page offers: {shown}.", severity=Severity.WARNING, missing=absent
            )


def _target(
    offer: Offer, page: SmartLinkPage, terms: SmartLinkTerms, dead: Mapping[str, int]
) -> Iterator[Finding]:
    items = terms.items.get(offer.service or "", ())
    words: dict[str, Any] = {"service": _name(offer.service or ""), "expected": _expected(items)}
    if offer.is_presave and terms.mode != "live":
        return
    if offer.is_prerelease:
        if terms.mode == "live":
            yield _say("pre-release-address", f"The button leads to {_shown(offer)}.", **words)
    elif offer.is_search:
        yield _say("search-address", "The button leads to a search.", **words)
    elif offer.target is None or is_unclear(offer):
        if not offer.is_presave:
            yield _say("target-unclear", f"The button leads to {_host(offer.url)}.", **words)
    elif items and all(apps.same_item(offer.target, item) is False for item in items):
        # A list may hold more than this release; a service whose button for it is right has no wrong one.
        right = any(apps.same_item(link, item) for link in page.links(offer.target.service) for item in items)
        if not right and offer.target.kind not in ("artist", "playlist", "user"):
            yield _say("wrong-item", f"The button leads to {_shown(offer)}.", **words)
    elif offer.target.canonical in dead:
        status = dead[offer.target.canonical or ""]
        yield _say("dead-target", f"{_shown(offer)} answered {status}.", status=status, **words)


def _context(page: SmartLinkPage, terms: SmartLinkTerms) -> Iterator[Finding]:
    service = smart_link_services().get(page.service or "")
    if page.fell_back:
        yield _say("markup-unknown", "The markup known of the service wasn't found.", name=terms.name)
    elif service is not None and service.reads == "generic":
        yield _say(
            "generic-rule", "The page was read by links, data attributes and scripts.", name=terms.name
        )
    carried = {
        f"{name}{f'={tokens[name]}' if name in tokens else ''} ({_name(offer.service or '')})"
        for offer in page.offers
        for tokens in [tokens_of(offer)]
        for name in attribution_of(offer.url)
    }
    if carried:
        names = ", ".join(sorted(carried))
        yield _say("attribution", f"Parameters on the buttons: {names}.", carried=names)
    visits, why = _visits(page)
    yield _say(
        "visits", why, Basis.MODELLED, name=terms.name, visits=visits, explanation="Counts differ by it."
    )
    yield _choice(terms)


def _visits(page: SmartLinkPage) -> tuple[str, str]:
    if page.reopens:
        return (
            "two visits",
            "The page leaves the app by opening itself again in the real browser, so one fan is seen twice.",
        )
    if page.escapes:
        return "one visit", "The way out of the app leads straight to a store, so a fan is seen once."
    return "one visit", "The page has no way out of apps in it, so a fan who stays inside is seen once."


def _choice(terms: SmartLinkTerms) -> Finding:
    stores = len(terms.items)
    if terms.mode == "presave":
        advice = "Before the release a smart link serves best: it can save the song for the fan"
        why = "A direct link has nothing to open yet."
    elif stores <= 1:
        advice = "A direct link would serve as well: the release sheet names one store"
        why = "Each page between the tap and the app loses fans; a smart link earns its place with choice or pre-saves."
    else:
        advice = "A smart link serves this release: fans choose among several stores"
        why = "If nearly all your fans use one store, a direct link to it saves them a tap."
    return _say(
        "choice",
        f"The release sheet names {stores} store(s).",
        Basis.MODELLED,
        advice=advice,
        explanation=why,
    )


def _expected(items: tuple[MusicLink, ...]) -> str:
    return next((item.canonical for item in items if item.canonical), "the release's own address")


def _shown(offer: Offer) -> str:
    return (offer.target.canonical if offer.target is not None else None) or _host(offer.url)


def _host(url: str) -> str:
    return url.partition("?")[0][:120]


def _name(service: str) -> str:
    app = apps.catalogue().get(service)
    return app.name if app is not None else service or "unknown"
