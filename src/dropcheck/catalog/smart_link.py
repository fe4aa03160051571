"""Reads a smart-link page: which services it offers, where each button leads, whether it is a pre-save.

Pure: the page is given as text. A service's own markup is read where it is known; a page that doesn't show it falls
back to the generic rule (services reference 3.10) and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import yaml

from dropcheck import apps
from dropcheck.apps import MusicLink
from dropcheck.catalog.smart_link_page import Page, parse_page
from dropcheck.catalog.smart_link_readers import READERS, Offer, generic_offers

_ESCAPES = re.compile(r"x-safari-https?:|intent:(?://|%3A)|extbrowser|googlechromes?:", re.IGNORECASE)
#: Where a way out leads, in so far as the page says so: a host behind the scheme, or an address handed over whole.
_ESCAPE_HOSTS = re.compile(
    r"(?:x-safari-https?|googlechromes?|intent)://([a-z0-9.-]+\.[a-z]{2,})|extbrowser/?\?url=https?(?:%3A|:)(?:%2F|/){2}"
    r"([a-z0-9.-]+\.[a-z]{2,})",
    re.IGNORECASE,
)
Mode = Literal["presave", "live", "unknown"]


@dataclass(frozen=True, slots=True)
class SmartLinkService:
    """A service that makes smart links. `gone` means that it has shut down."""

    id: str
    name: str
    hosts: tuple[str, ...]
    reads: str
    gone: bool = False
    callback_hosts: tuple[str, ...] = ()
    paths: re.Pattern[str] | None = None

    def owns(self, url: str) -> bool:
        """Return whether `url` is one of its links."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").rstrip(".")
        except ValueError:
            return False
        if not any(host == own or (own.startswith(".") and host.endswith(own)) for own in self.hosts):
            return False
        return self.paths is None or self.paths.fullmatch(parts.path) is not None


@dataclass(frozen=True, slots=True)
class SmartLinkPage:
    """What a page offers.

    `read_by` is the reader that found the offers; `fell_back` is true where a known service's page didn't show the
    markup that is known of it. `escapes` is whether the page itself has a way out of in-app browsers in it, and
    `reopens` whether that way may lead to the page again and not straight to a store.
    """

    service: str | None
    read_by: str
    fell_back: bool
    offers: tuple[Offer, ...]
    mode: Mode
    title: str
    og_image: str | None
    escapes: bool
    reopens: bool

    def links(self, service: str) -> list[MusicLink]:
        """Return the items offered on one service."""
        return [
            offer.target for offer in self.offers if offer.target is not None and offer.service == service
        ]

    @property
    def services(self) -> tuple[str, ...]:
        """The services offered, in page order, each once."""
        return tuple(dict.fromkeys(offer.service for offer in self.offers if offer.service is not None))


@cache
def _data() -> Mapping[str, Any]:
    text = files("dropcheck.catalog").joinpath("data/smart_link_services.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@cache
def smart_link_services() -> Mapping[str, SmartLinkService]:
    """Return the known services by id."""
    return {
        entry["id"]: SmartLinkService(
            entry["id"],
            entry["name"],
            tuple(entry["hosts"]),
            entry["reads"],
            bool(entry.get("gone")),
            tuple(entry.get("callback_hosts", ())),
            re.compile(entry["paths"]) if "paths" in entry else None,
        )
        for entry in _data()["services"]
    }


def recognise(url: str) -> SmartLinkService | None:
    """Return the service whose link `url` is, or None for an unknown one."""
    return next((service for service in smart_link_services().values() if service.owns(url)), None)


def read_smart_link(url: str, source: str) -> SmartLinkPage:
    """Return what the page at `url` with the HTML `source` offers; never raises."""
    page = parse_page(url, source)
    service = recognise(url)
    read_by, offers = "generic", list[Offer]()
    if service is not None and service.reads != "generic":
        offers = READERS[service.reads](page)
        read_by = service.reads if offers else "generic"
    if not offers:
        offers = generic_offers(page)
    return _page(service, read_by, offers, page, source)


def _page(
    service: SmartLinkService | None, read_by: str, offers: list[Offer], page: Page, source: str
) -> SmartLinkPage:
    unique = tuple({(offer.service, offer.url): offer for offer in reversed(offers)}.values())[::-1]
    return SmartLinkPage(
        service=service.id if service is not None else None,
        read_by=read_by,
        fell_back=service is not None and service.reads not in ("generic", read_by),
        offers=unique,
        mode=mode_of(unique, (anchor.text for anchor in page.anchors)),
        title=page.title,
        og_image=page.meta.get("og:image"),
        escapes=_ESCAPES.search(source) is not None,
        reopens=_ESCAPES.search(source) is not None and not _leads_to_stores(source),
    )


def _leads_to_stores(source: str) -> bool:
    """Whether every way out that names its host leads to a music service; a script that builds one names none."""
    hosts = [first or second for first, second in _ESCAPE_HOSTS.findall(source)]
    owners = [apps.app_for_host(host.lower()) for host in hosts]
    return bool(hosts) and all(owner is not None and owner.role is apps.Role.MUSIC for owner in owners)


def mode_of(offers: Iterable[Offer], labels: Iterable[str]) -> Mode:
    """Return whether a page asks to pre-save or leads to the music, unknown where it does neither."""
    listed = list(offers)
    if any(offer.is_presave for offer in listed) or any(apps.speaks_of("presave", label) for label in labels):
        return "presave"
    return "live" if any(o.target is not None and not o.is_prerelease for o in listed) else "unknown"


def paying_parameters() -> frozenset[str]:
    """Return the names of the affiliate parameters that stores pay by."""
    return frozenset(_data()["pays"])


def attribution_of(url: str) -> dict[str, str]:
    """Return the affiliate and tracking parameters of an address."""
    known = {*_data()["affiliate"], *_data()["tracking"]}
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return {}
    return {name: value for name, value in pairs if name in known}
