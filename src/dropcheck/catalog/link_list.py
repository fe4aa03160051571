"""The links of a link-in-bio page in the order a visitor sees them (`reference/services.md` 3.7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from .page import Anchor, Page, dig, list_at, number_at, read_page, text_at

#: Words in a link's marks by which pages show that it is pinned or featured.
_PINNED = ("pinned", "featured", "highlight", "spotlight")


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the list."""

    url: str
    text: str
    pinned: bool = False


def entries_of(html: str, address: str) -> list[Entry]:
    """Return the list's links: from Linktree's own JSON where it is, else the page's links to other hosts."""
    page = read_page(html)
    from_state = list(_from_state(page))
    if from_state:
        return from_state
    host = urlsplit(address).hostname
    found = (_entry(one, address) for one in page.anchors)
    unlike = [
        one for one in found if one and urlsplit(one.url).scheme not in ("", "mailto", "tel", "javascript")
    ]
    return [one for one in unlike if urlsplit(one.url).hostname != host or _is_redirect(one.url)]


def _entry(anchor: Anchor, address: str) -> Entry | None:
    try:
        return Entry(urljoin(address, anchor.href), anchor.text, _pinned(anchor))
    except ValueError:
        # `http://[`: a link to nowhere, which no browser follows either.
        return None


def _from_state(page: Page) -> Iterator[Entry]:
    data = page.data("__NEXT_DATA__")
    links = list_at(data, "props", "pageProps", "links") or list_at(
        data, "props", "pageProps", "account", "links"
    )
    ordered = sorted(links, key=lambda link: number_at(link, "position") or 0)
    for link in ordered:
        url = text_at(link, "url")
        if url is not None:
            yield Entry(url, text_at(link, "title") or "", _is_featured(link))


def _is_featured(link: Any) -> bool:
    return dig(link, "modifiers", "layoutOption") == "FEATURED" or dig(link, "isPinned") is True


def _pinned(anchor: Anchor) -> bool:
    marks = " ".join(
        (anchor.attributes.get("class", ""), *(key for key in anchor.attributes if "data-" in key))
    )
    return any(word in marks.lower() for word in _PINNED)


def _is_redirect(url: str) -> bool:
    """Whether a link to the page's own host is one of its counted links rather than its navigation."""
    return urlsplit(url).path.count("/") >= 2
