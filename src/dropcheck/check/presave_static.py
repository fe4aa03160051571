"""Depth `static`: the login's address as the page's source holds it, read twice and without a browser."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from dropcheck.catalog.ask import Asker
from dropcheck.catalog.oauth import AuthorizeRequest, is_authorize, read_authorize, same_site
from dropcheck.check.plain_visit import Access, Visited, visit

_URL = re.compile(r"https?:(?:\\?/){2}[^\s\"'<>`]{4,4000}")
#: The bound on a name keeps the time for a page to its length: `data-data-data-…` would take hours.
_LINK = re.compile(
    r"""(?:href|data-[\w-]{1,60}|action)\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})')""", re.IGNORECASE
)
#: A link that may begin a login, by its path.
_BEGINS = re.compile(
    r"pre-?save|pre-?add|authori[sz]e|oauth|connect|login|/ps(?:/|$|\?)|/start/", re.IGNORECASE
)
_MOST_LINKS = 4
_MOST_FORMS = 20


@dataclass(frozen=True, slots=True)
class StaticReading:
    """The login's address of two loads, and what became of the page.

    `is_circular` is whether the page, or the link that should begin the login, redirects without end.
    """

    page: Visited
    request: AuthorizeRequest | None = None
    again: AuthorizeRequest | None = None
    is_circular: bool = False


async def read_statically(
    url: str, agent: str, asker: Asker, service: str | None, access: Access
) -> StaticReading:
    """Load the page twice with empty jars and return the login's address it holds or redirects to."""

    async def load(address: str) -> Visited:
        """Follow redirects up to the login, which is not visited."""
        if is_authorize(address):
            return Visited(address, leads_to=address)
        return await visit(address, asker, agent=agent, access=access, stops_at=is_authorize)

    first = await _once(url, load, service)
    if first.request is None:
        return first
    second = await _once(url, load, service)
    return replace(first, again=second.request)


async def _once(url: str, load: Callable[[str], Awaitable[Visited]], service: str | None) -> StaticReading:
    page = await load(url)
    found = read_authorize(page.url)
    if found is not None or page.last is None or page.status != 200:
        return StaticReading(page, found, is_circular=page.is_circular)
    read = [*_addresses_in(page.last.text), *_forms_in(page.last.text, page.url)]
    links = [
        link
        for link in dict.fromkeys(_links_in(page.last.text, page.url))
        if _BEGINS.search(urlsplit(link).path)
        and same_site(urlsplit(link).hostname or "", urlsplit(page.url).hostname or "")
    ]
    circular = False
    if not _chosen(read, service):
        visits = await asyncio.gather(*map(load, links[:_MOST_LINKS]))
        read += [request for one in visits if (request := read_authorize(one.url)) is not None]
        circular = any(one.is_circular for one in visits)
    request = _chosen(read, service) or (read[0] if read else None)
    return StaticReading(page, request, is_circular=circular and request is None)


def _chosen(read: list[AuthorizeRequest], service: str | None) -> AuthorizeRequest | None:
    return next((request for request in read if service in (None, request.service)), None)


def _addresses_in(body: str) -> list[AuthorizeRequest]:
    """The logins whose whole address stands in a page, in attributes, JSON or scripts."""
    found: list[AuthorizeRequest] = []
    for match in _URL.finditer(body):
        text = match[0].replace("\\/", "/")
        if "\\u" in text:
            try:
                text = json.loads(f'"{text}"')
            except ValueError:
                continue
        request = read_authorize(html.unescape(text))
        if request is not None and _is_whole(request):
            found.append(request)
    return found


def _forms_in(body: str, base: str) -> list[AuthorizeRequest]:
    """The logins whose parts stand in a form's own fields; a field that a script fills in later leaves none."""
    found: list[AuthorizeRequest] = []
    for form in LexborHTMLParser(body).css("form")[:_MOST_FORMS]:
        fields = [
            (name, field.attributes.get("value") or "")
            for field in form.css("input[name]")
            if (name := field.attributes.get("name"))
        ]
        try:
            action = urljoin(base, form.attributes.get("action") or "")
        except ValueError:
            continue
        request = read_authorize(f"{action.partition('?')[0]}?{urlencode(fields)}")
        if request is not None and _is_whole(request) and all(value for _, value in fields):
            found.append(request)
    return found


def _is_whole(request: AuthorizeRequest) -> bool:
    # A script often holds the address without its query, which it adds later.
    token = request.apple_token
    return request.client_id is not None or (token is not None and token.readable)


def _links_in(body: str, base: str) -> list[str]:
    links = []
    for match in _LINK.finditer(body):
        target = html.unescape(match[1] or match[2] or "").strip()
        if target.startswith(("/", "http", "?", ".")):
            try:
                links.append(urljoin(base, target))
            except ValueError:
                continue
    return links
