"""Depth `static`: the login's address as the page's source holds it, read twice and without a browser."""

from __future__ import annotations

import asyncio
import html
import json
import re
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser

from dropcheck.catalog.oauth import AuthorizeRequest, read_authorize, same_site

_URL = re.compile(r"https?:(?:\\?/){2}[^\s\"'<>`]{4,4000}")
_LINK = re.compile(
    r"""(?:href|data-[\w-]+|action)\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})')""", re.IGNORECASE
)
#: A link that may begin a login, by its path.
_BEGINS = re.compile(
    r"pre-?save|pre-?add|authori[sz]e|oauth|connect|login|/ps(?:/|$|\?)|/start/", re.IGNORECASE
)
_MOST_LINKS = 4
_MOST_FORMS = 20
_MOST_HOPS = 20
#: Stands for a status where redirects never end.
_CIRCULAR = 310
_LARGEST_PAGE = 3_000_000


@dataclass(frozen=True, slots=True)
class StaticReading:
    """The login's address of two loads; `status` of the page (0: no answer).

    `is_circular` is whether the page, or the link that should begin the login, redirects without end.
    """

    status: int
    request: AuthorizeRequest | None = None
    again: AuthorizeRequest | None = None
    is_circular: bool = False


async def read_statically(
    url: str, agent: str, http: httpx.AsyncClient, service: str | None
) -> StaticReading:
    """Load the page twice with empty jars and return the login's address it holds or redirects to."""
    first = await _once(url, agent, http, service)
    if first.request is None:
        return first
    second = await _once(url, agent, http, service)
    return StaticReading(first.status, first.request, second.request)


async def _once(url: str, agent: str, http: httpx.AsyncClient, service: str | None) -> StaticReading:
    headers = {"User-Agent": agent, "Accept": "text/html,*/*;q=0.8"}
    status, body, landed, found = await _fetch(url, headers, http)
    if found is not None or status != 200:
        return StaticReading(status, found, is_circular=status == _CIRCULAR)
    read = [*_addresses_in(body), *_forms_in(body, landed)]
    links = [
        link
        for link in dict.fromkeys(_links_in(body, landed))
        if _BEGINS.search(urlsplit(link).path)
        and same_site(urlsplit(link).hostname or "", urlsplit(landed).hostname or "")
    ]
    circular = False
    if not _chosen(read, service):
        answers = await asyncio.gather(*(_fetch(link, headers, http) for link in links[:_MOST_LINKS]))
        read += [answer[3] for answer in answers if answer[3] is not None]
        circular = any(answer[0] == _CIRCULAR for answer in answers)
    request = _chosen(read, service) or (read[0] if read else None)
    return StaticReading(status, request, is_circular=circular and request is None)


def _chosen(read: list[AuthorizeRequest], service: str | None) -> AuthorizeRequest | None:
    return next((request for request in read if service in (None, request.service)), None)


async def _fetch(
    url: str, headers: dict[str, str], http: httpx.AsyncClient
) -> tuple[int, str, str, AuthorizeRequest | None]:
    """Follow redirects up to the login, which is not visited."""
    for _ in range(_MOST_HOPS):
        found = read_authorize(url)
        if found is not None:
            return 302, "", url, found
        try:
            async with http.stream("GET", url, headers=headers, follow_redirects=False) as answer:
                if answer.is_redirect:
                    url = urljoin(url, answer.headers.get("location", ""))
                    if urlsplit(url).scheme not in ("http", "https"):
                        return answer.status_code, "", url, None
                    continue
                body = b""
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST_PAGE:
                        break
                return answer.status_code, body.decode(answer.encoding or "utf-8", "replace"), url, None
        except (httpx.HTTPError, httpx.InvalidURL, LookupError, ValueError):
            return 0, "", url, None
    return _CIRCULAR, "", url, None


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
