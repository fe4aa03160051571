"""The page itself: which services it offers, and whether it is a pre-save or a live page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dropcheck import apps
from dropcheck.apps import MusicLink
from dropcheck.check.offers import offers_of
from dropcheck.check.presave_terms import PresaveTerms
from dropcheck.engine.base import Control
from dropcheck.journey.login_model import LoginVisit
from dropcheck.journey.model import CUT_SHORT, Ending
from dropcheck.result import Finding


def offered_services(controls: Iterable[Control]) -> tuple[str, ...]:
    """Return the music services (catalogue slugs) that visible controls name or lead to, in page order."""
    found: dict[str, None] = {}
    for control in controls:
        if not control.visible:
            continue
        for url in (control.href, *control.hints):
            target = apps.resolve_target(url) if url else None
            if target is not None:
                found[target.service] = None
        found.update(dict.fromkeys(apps.services_named(control.text)[:1]))
    return tuple(found)


def store_links(controls: Iterable[Control]) -> list[MusicLink]:
    """Return the music items that visible controls lead to."""
    urls = (url for c in controls if c.visible for url in (c.href, *c.hints) if url)
    return [link for url in urls if (link := apps.resolve_target(url)) is not None]


def offer_findings(visit: LoginVisit, terms: PresaveTerms) -> Iterator[Finding]:
    """Yield what is missing of the services the suite lists, or in another order."""
    if not terms.services or visit.page is None:
        return
    offered = offered_services(visit.page.controls)
    missing = [service for service in terms.services if service not in offered]
    shown = ", ".join(_name(service) for service in offered) or "none"
    if missing:
        names = ", ".join(_name(service) for service in missing)
        yield terms.say("service-missing", f"The page offers: {shown}.", missing=names)
    elif [service for service in offered if service in terms.services] != list(terms.services):
        yield terms.say("service-order", f"The page offers: {shown}.")


def live_findings(visit: LoginVisit, terms: PresaveTerms) -> Iterator[Finding]:
    """Yield what is wrong with a page that must be live by now."""
    page = visit.page
    ended = visit.ended
    if ended is not None and ended.ending in CUT_SHORT:
        yield terms.say("unreachable", f"{ended.reason}.")
        return
    if ended is not None and ended.ending is Ending.BLOCKED and visit.login is None:
        yield terms.say("blocked", f"{ended.reason}.", wall=ended.reason)
        return
    if page is None or page.blank or (ended is not None and ended.ending is Ending.HTTP_ERROR):
        reason = ended.reason if ended is not None else "nothing was shown"
        yield terms.say("page-error", f"{reason}.", wall=reason)
        return
    asks = [c.text.strip() for c in page.controls if c.visible and apps.speaks_of("presave", c.text)]
    links = [offer.target for offer in terms.offers or offers_of(page) if offer.target is not None]
    right = [link for link in links if apps.same_item(link, terms.item)]
    if visit.asked or (asks and not right):
        words = f"The page shows “{asks[0][:60]}”." if asks else "The page asked for a login to pre-save."
        yield terms.say("still-presave", words)
        return
    yield from offer_findings(visit, terms)
    if terms.item is None or right:
        return
    about: dict[str, Any] = {
        "expected": terms.item.canonical or "the release's address",
        "service": _name(terms.item.service),
    }
    service = terms.item.service
    others = [link for link in links if link.service == service and apps.same_item(link, terms.item) is False]
    handed = visit.handed.url if visit.handed is not None else ""
    if others:
        shown = others[0].canonical or "another item"
        yield terms.say("live-wrong-item", f"The page shows {shown}.", **about)
    elif apps.same_item(apps.resolve_target(handed), terms.item):
        return
    elif service in offered_services(page.controls):
        seen = f"The page has a {about['service']} button whose address doesn't say where it leads."
        yield terms.say("live-target-unclear", seen, **about)
    else:
        yield terms.say("live-wrong-item", "The page shows no link to it at all.", **about)


def looks_live(visit: LoginVisit, terms: PresaveTerms) -> bool:
    """Return whether a page shows store buttons and nothing to pre-save with."""
    if visit.page is None:
        return False
    controls = [c for c in visit.page.controls if c.visible]
    return bool(store_links(controls)) and not any(apps.speaks_of("presave", c.text) for c in controls)


def _name(service: str) -> str:
    app = apps.catalogue().get(service)
    return app.name if app is not None else service
