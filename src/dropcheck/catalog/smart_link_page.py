"""A page's HTML as the parts a smart link can hide its targets in; nothing is fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from dropcheck.catalog.page import attributes_of, parsed

#: Links and buttons of a page that are read. Our choice.
_MOST = 2000


@dataclass(slots=True)
class Anchor:
    """A link or button: its address (absolute, None without), attributes and words."""

    url: str | None
    attributes: dict[str, str]
    text: str = ""


@dataclass(slots=True)
class Page:
    """The parts of a page."""

    url: str
    title: str = ""
    anchors: list[Anchor] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


def parse_page(url: str, source: str) -> Page:
    """Return the parts of a page as a browser would read it; broken HTML gives what can be read of it."""
    page = Page(url)
    root = parsed(source).root
    for node in root.traverse(include_text=False) if root is not None else ():
        attributes = attributes_of(node)
        if node.tag == "title":
            page.title = page.title or " ".join(node.text().split())
        elif node.tag == "script":
            _read_script(node, attributes, page)
        elif node.tag == "meta":
            name = attributes.get("property") or attributes.get("name")
            if name and "content" in attributes:
                page.meta.setdefault(name.lower(), attributes["content"])
        if len(page.anchors) < _MOST and _may_hold_a_target(node, attributes):
            words = _words(node) if node.tag in ("a", "button") else ""
            page.anchors.append(Anchor(_absolute(url, attributes.get("href")), attributes, words))
    return page


def _may_hold_a_target(node: LexborNode, attributes: dict[str, str]) -> bool:
    return node.tag in ("a", "button", "area") or any(
        name.startswith("data-") or name == "onclick" for name in attributes
    )


def _words(node: LexborNode) -> str:
    """What a link or button says, its pictures included."""
    pictures = (image.attributes.get("alt") or "" for image in node.css("img"))
    return " ".join(" ".join((node.text(), *pictures)).split())


def _read_script(node: LexborNode, attributes: dict[str, str], page: Page) -> None:
    text = node.text()
    if attributes.get("type") in ("application/json", "application/ld+json") or "id" in attributes:
        try:
            page.data[attributes.get("id", f"json{len(page.data)}")] = json.loads(text)
        except (ValueError, RecursionError):
            page.scripts.append(text)
    else:
        page.scripts.append(text)


def _absolute(base: str, href: str | None) -> str | None:
    if not href or href.lstrip().startswith("#"):
        return None
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return None
