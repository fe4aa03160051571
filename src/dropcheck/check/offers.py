"""The buttons of a page that a browser has drawn, and where trackers among them lead."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from dropcheck import apps
from dropcheck.catalog.ask import Asker
from dropcheck.catalog.oauth import is_authorize
from dropcheck.catalog.smart_link_page import Anchor, Page
from dropcheck.catalog.smart_link_readers import Offer, generic_offers
from dropcheck.check.plain_visit import visit
from dropcheck.journey.login_model import PageSeen

_MOST_FOLLOWED = 8
#: Says that it is no phone and no browser.
_PLAIN_CLIENT = "dropcheck"


def anchors_of(page: PageSeen) -> list[Anchor]:
    """Return what can be tapped on a page, in the form in which a page's source is read."""
    return [
        Anchor(control.href, {f"data-hint-{n}": hint for n, hint in enumerate(control.hints)}, control.text)
        for control in page.controls
        if control.visible
    ]


def offers_of(page: PageSeen) -> tuple[Offer, ...]:
    """Return the offers of a page as a browser shows it."""
    return tuple(generic_offers(Page(page.url, anchors=anchors_of(page))))


async def followed(offers: Sequence[Offer], page_url: str, agent: str, asker: Asker) -> tuple[Offer, ...]:
    """Follow trackers and short links, whose address doesn't carry its target, as a browser would, up to the store."""

    async def follow(offer: Offer) -> Offer:
        # A short link of Spotify's sends a phone's browser into the app or to a page, and a plain client on to the
        # item (in-app reference, fact 10).
        shown = _PLAIN_CLIENT if offer.target is not None else agent
        visited = await visit(offer.url, asker, agent=shown, referrer=page_url, stops_at=is_told)
        target = apps.resolve_target(visited.url)
        if target is None or target.is_short:
            return offer
        way = (*offer.way, *visited.way[1:])
        return replace(offer, url=visited.url, target=target, service=target.service, way=way)

    unclear = [offer for offer in offers if _is_to_follow(offer)][:_MOST_FOLLOWED]
    answers = dict(zip(map(id, unclear), await asyncio.gather(*map(follow, unclear)), strict=True))
    return tuple(answers.get(id(offer), offer) for offer in offers)


def is_told(url: str) -> bool:
    """Return whether an address says where it leads: a music item, or a login. Neither is visited."""
    link = apps.resolve_target(url)
    return is_authorize(url) or (link is not None and not link.is_short)


def is_unclear(offer: Offer) -> bool:
    """Return whether an offer doesn't tell which item is behind it."""
    return offer.target is None or offer.target.id is None


def _is_to_follow(offer: Offer) -> bool:
    if offer.is_presave or offer.is_search or offer.is_prerelease or not offer.url.startswith("http"):
        return False
    if offer.target is not None:
        return offer.target.is_short
    return apps.app_for_host(urlsplit(offer.url).hostname or "") is None
