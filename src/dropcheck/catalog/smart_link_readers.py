"""One small reader per markup that is known, and the generic rule for all others (services reference 3.1 to 3.10).

Never a label alone decides: it names a service only beside an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from dropcheck import apps
from dropcheck.apps import MusicLink
from dropcheck.catalog.oauth import decoded_json, read_authorize
from dropcheck.catalog.smart_link_page import Anchor, Page

_PRESAVE_PATH = re.compile(
    r"/(?:ps|pre-?save|pre-?add|prerelease|pre-?release|pre-?order)(?:/|$|\?)", re.IGNORECASE
)
_SEARCH_PATH = re.compile(r"/search(?:/|$|\?)", re.IGNORECASE)
_QUOTED_URL = re.compile(
    r"(?:https?|spotify|intent|musics?):(?:\\?/){2}(?:[^\s\"'<>`\\]|\\/){4,2000}|spotify:[a-z]+:\w{22}"
)
_OPENS = re.compile(r"window\.open\(\s*([\"'`])(.{4,2000}?)\1")
#: A wrapper in a wrapper in a wrapper is still read.
_DEPTH = 4
#: What services call the shops they list, where it isn't the catalogue's own slug.
_SLUGS = {
    "applemusic": "apple_music",
    "apple-music": "apple_music",
    "apple": "apple_music",
    "itunes": "apple_music",
    "youtubemusic": "youtube_music",
    "youtube-music": "youtube_music",
    "amazonmusic": "amazon_music",
    "amazon": "amazon_music",
    "amazon-music": "amazon_music",
}


#: Where a target stood.
How = Literal["link", "data", "base64", "parameter", "script", "json"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: the service it names or leads to, its address, and the item behind every wrapper (None if unclear).

    `how` says where the target stood. `is_prerelease` and `is_search` are addresses from before the release and
    searches, which name no item. `way` is every address from the button's own to `url`.
    """

    service: str | None
    url: str
    target: MusicLink | None
    label: str
    how: How
    is_presave: bool = False
    is_prerelease: bool = False
    is_search: bool = False
    way: tuple[str, ...] = ()


def offer_of(url: str, label: str, how: How, named: str | None = None) -> Offer | None:
    """Return the offer behind an address; None where neither address nor `named` speaks of a music service."""
    inner, found = unwrapped(url)
    target = apps.resolve_target(inner)
    request = read_authorize(inner)
    service = target.service if target is not None else _service_of(inner) or named
    if request is not None and request.service in apps.catalogue():
        service = request.service
    if service is None:
        return None
    path, is_store = _path(inner), request is None and _service_of(inner) is not None
    begins = not is_store and _PRESAVE_PATH.search(_path(url)) is not None
    presave = request is not None or begins or apps.speaks_of("presave", label)
    return Offer(
        service=service,
        url=inner,
        target=target,
        label=label[:120],
        how=found or how,
        is_presave=presave,
        is_prerelease=is_store and _PRESAVE_PATH.search(path) is not None,
        is_search=_SEARCH_PATH.search(path) is not None,
        way=(url,) if inner == url else (url, inner),
    )


def unwrapped(url: str) -> tuple[str, How | None]:
    """Return the address behind trackers that carry it in their own query, and how it was carried.

    A tracker that doesn't carry it (its server decides) is returned as it is.
    """
    how: How | None = None
    for _ in range(_DEPTH):
        if apps.resolve_target(url) is not None or read_authorize(url) is not None:
            return url, how
        carried = next(_carried(url), None)
        if carried is None:
            return url, how
        url, how = carried
    return url, how


def _carried(url: str) -> Iterator[tuple[str, How]]:
    try:
        pairs = parse_qsl(urlsplit(url).query)
    except ValueError:
        return
    for _, value in pairs:
        blob = decoded_json(value)
        if blob is not None:
            yield from ((found, "base64") for found in _urls_in(blob))
        text = unquote(value)
        if text.lower().startswith(("http://", "https://", "spotify:", "intent:")):
            yield text, "parameter"


def _urls_in(blob: Any, left: int = 6) -> Iterator[str]:
    """The web addresses in a JSON value, those under a telling name first."""
    if left == 0:
        return
    if isinstance(blob, dict):
        names = sorted(
            blob, key=lambda name: not re.search(r"dest|target|url|href", str(name), re.IGNORECASE)
        )
        for name in names:
            yield from _urls_in(blob[name], left - 1)
    elif isinstance(blob, list):
        for item in blob:
            yield from _urls_in(item, left - 1)
    elif isinstance(blob, str) and blob.lower().startswith(("http://", "https://", "spotify:")):
        yield blob


def generic_offers(page: Page) -> list[Offer]:
    """Return the offers of any page: links, data attributes, base64 in queries, `window.open`, embedded JSON."""
    found = [offer for anchor in page.anchors for offer in _of_anchor(anchor)]
    if not any(offer.is_presave for offer in found):
        found += [offer for anchor in page.anchors for offer in _scripted(anchor, page.url)]
    for script in page.scripts:
        for match in _OPENS.finditer(script):
            found += _some(offer_of(match[2], "", "script"))
    if not found:
        for script in page.scripts:
            for match in _QUOTED_URL.finditer(script):
                found += _some(offer_of(match[0].replace("\\/", "/"), "", "script"))
        for blob in page.data.values():
            found += [offer for url in _urls_in(blob, 12) for offer in _some(offer_of(url, "", "json"))]
    return found


def _of_anchor(anchor: Anchor) -> Iterator[Offer]:
    named = _named(anchor)
    if anchor.url is not None:
        yield from _some(
            offer_of(anchor.url, anchor.text, "link", named if _goes_somewhere(anchor.url) else None)
        )
    for name, value in anchor.attributes.items():
        if name.startswith("data-") and re.match(r"(?i)[a-z][a-z0-9+.-]*:", value):
            yield from _some(offer_of(value, anchor.text, "data"))
        elif name == "onclick":
            for match in _OPENS.finditer(value):
                yield from _some(offer_of(match[2], anchor.text, "script"))


def _scripted(anchor: Anchor, page_url: str) -> Iterator[Offer]:
    """A pre-save button that only a script gives a target: its words name the service."""
    named = _named(anchor)
    is_bare = anchor.url is None or not _goes_somewhere(anchor.url)
    if is_bare and named is not None and apps.speaks_of("presave", anchor.text):
        yield Offer(named, page_url, None, anchor.text[:120], "script", is_presave=True, way=(page_url,))


def _goes_somewhere(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _named(anchor: Anchor) -> str | None:
    """The service a link names beside its address: by a data attribute, or by its words."""
    for name in ("data-label", "data-service", "data-platform", "data-srvc"):
        slug = anchor.attributes.get(name, "").lower()
        if slug:
            return _slug(slug)
    return next(iter(apps.services_named(anchor.text)), None)


def _slug(text: str) -> str | None:
    slug = _SLUGS.get(text, text.replace("-", "_"))
    return slug if slug in apps.catalogue() else None


def _linkfire(page: Page) -> list[Offer]:
    # Class and test id are the same across many years and projects (services reference 3.1).
    found: list[Offer] = []
    for anchor in page.anchors:
        marks = anchor.attributes
        classes = marks.get("class", "").split()
        if "music-service-list__link" in classes or marks.get("data-test") == "music-service-list-link":
            label = f"{marks.get('data-action', '')} {anchor.text}".strip()
            found += _some(offer_of(anchor.url or "", label, "link", _slug(marks.get("data-label", ""))))
    return found


def _feature_fm(page: Page) -> list[Offer]:
    # Every button goes through api.ffm.to with the target in `cd`, base64 JSON (services reference 3.2).
    found: list[Offer] = []
    for anchor in page.anchors:
        url = anchor.url or ""
        if (urlsplit(url).hostname or "") != "api.ffm.to":
            continue
        blob = decoded_json(dict(parse_qsl(urlsplit(url).query)).get("cd", ""))
        if not isinstance(blob, dict):
            continue
        offer = offer_of(
            str(blob.get("destUrl") or url), anchor.text, "base64", _slug(str(blob.get("srvc", "")).lower())
        )
        if offer is not None:
            presave = "/ps/" in urlsplit(url).path or blob.get("isAuthorizationRequired") is True
            # What goes through the blob carries the visitor's address: only what comes out of it is kept.
            shown = offer.url if offer.target or not presave else "https://api.ffm.to/"
            found.append(
                replace(offer, url=shown, how="base64", is_presave=presave or offer.is_presave, way=(shown,))
            )
    return found


def _hypeddit(page: Page) -> list[Offer]:
    # One gate per network; Spotify's opens a popup to its login (services reference 3.4). Of the other gates no mark
    # is known, so the generic rule reads what else is there.
    gates = [anchor for anchor in page.anchors if anchor.attributes.get("id") == "login_to_sp"]
    if not gates:
        return []
    label = gates[0].text or "Spotify"
    gate = Offer("spotify", page.url, None, label[:120], "script", is_presave=True, way=(page.url,))
    return [gate, *(offer for offer in generic_offers(page) if offer.label != label)]


def _linktree(page: Page) -> list[Offer]:
    # #__NEXT_DATA__ holds the account's links (services reference 3.7).
    found: list[Offer] = []
    for links in _lists_named(page.data.get("__NEXT_DATA__"), "links"):
        for link in links:
            if isinstance(link, dict) and isinstance(link.get("url"), str):
                found += _some(offer_of(link["url"], str(link.get("title") or ""), "json"))
    return found


def _odesli(page: Page) -> list[Offer]:
    # The shape of the retired API, which the pages still carry (services reference 3.8; an assumption).
    found: list[Offer] = []
    for platforms in _values_named(page.data.get("__NEXT_DATA__"), "linksByPlatform"):
        if isinstance(platforms, dict):
            for platform, entry in platforms.items():
                if isinstance(entry, dict) and isinstance(entry.get("url"), str):
                    found += _some(offer_of(entry["url"], platform, "json", _slug(platform.lower())))
    return found


def _values_named(blob: Any, name: str, left: int = 10) -> Iterator[Any]:
    if left == 0:
        return
    inner = blob.values() if isinstance(blob, dict) else blob if isinstance(blob, list) else ()
    if isinstance(blob, dict) and name in blob:
        yield blob[name]
    for value in inner:
        yield from _values_named(value, name, left - 1)


def _lists_named(blob: Any, name: str) -> Iterator[list[Any]]:
    return (value for value in _values_named(blob, name) if isinstance(value, list))


def _some(offer: Offer | None) -> list[Offer]:
    return [offer] if offer is not None else []


def _service_of(url: str) -> str | None:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    app = apps.app_for_host(host)
    return app.id if app is not None and app.role is apps.Role.MUSIC else None


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


#: Readers by the name the data gives them; each returns nothing where the page doesn't show its markup.
READERS: dict[str, Callable[[Page], list[Offer]]] = {
    "linkfire": _linkfire,
    "feature_fm": _feature_fm,
    "hypeddit": _hypeddit,
    "linktree": _linktree,
    "odesli": _odesli,
}
