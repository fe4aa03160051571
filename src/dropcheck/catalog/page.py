"""What a page says about itself: meta tags, JSON scripts and links, from HTML that may be broken."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

#: Characters of one value that are kept: no title, name or address of use is longer. Our choice.
LONGEST_VALUE = 4000
#: Tags of a page that are read; more than any page of use has. Our choice.
MOST_TAGS = 20_000
#: The largest number that is taken for one, as the services' own 64-bit integers are. Our choice.
_LARGEST = 2**63
#: Links of a page that are read. Our choice.
MOST_ANCHORS = 2000


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link of a page, with the text and the marks (class, data attributes) around it."""

    href: str
    text: str
    attributes: Mapping[str, str]


@dataclass(slots=True)
class Page:
    """A page taken apart: `tags` holds all values of a repeated tag, `scripts` JSON by id or type."""

    title: str = ""
    tags: dict[str, list[str]] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    anchors: list[Anchor] = field(default_factory=list)

    def first(self, *names: str) -> str | None:
        """The first non-empty value of the first of these tags that has one."""
        return next((value for name in names for value in self.tags.get(name, ()) if value), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Every non-empty value of a tag."""
        return tuple(value for value in self.tags.get(name, ()) if value)

    def data(self, script: str) -> Any:
        """The JSON of the script of this id or type, None when it is missing or no JSON."""
        try:
            return json.loads(self.scripts[script])
        except (KeyError, ValueError, RecursionError):
            return None


def read_page(html: str) -> Page:
    """Return what is in a page's HTML as a browser would read it; broken HTML yields what could be read of it."""
    tree = parsed(html)
    page = Page()
    titles = tree.tags("title")
    page.title = titles[0].text().strip()[:LONGEST_VALUE] if titles else ""
    for node in tree.tags("meta"):
        values = attributes_of(node)
        name = values.get("property") or values.get("name") or ""
        if name:
            content = values.get("content", "").strip()[:LONGEST_VALUE]
            page.tags.setdefault(name.lower(), []).append(content)
    for node in tree.tags("script"):
        values = attributes_of(node)
        if key := values.get("id") or values.get("type"):
            page.scripts.setdefault(key, node.text())
    for node in tree.tags("a")[:MOST_ANCHORS]:
        values = attributes_of(node)
        if not values.get("href"):
            continue
        text = " ".join(node.text()[:LONGEST_VALUE].split())
        page.anchors.append(Anchor(values["href"][:LONGEST_VALUE], text, values))
    return page


def parsed(html: str) -> LexborHTMLParser:
    """Return a page's tree, of its first `MOST_TAGS` tags: deep nesting costs a parser more than its length."""
    tags = islice(re.finditer("<", html), MOST_TAGS, None)
    beyond = next(tags, None)
    return LexborHTMLParser(html if beyond is None else html[: beyond.start()])


def attributes_of(node: LexborNode) -> dict[str, str]:
    """Return an element's attributes, '' for those without a value."""
    return {name: value or "" for name, value in node.attributes.items()}


def dig(data: Any, *path: str | int) -> Any:
    """Return what stands at `path` inside parsed JSON, None where anything on the way is missing or else."""
    for key in path:
        if isinstance(data, dict) and isinstance(key, str):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and -len(data) <= key < len(data):
            data = data[key]
        else:
            return None
    return data


def text_at(data: Any, *path: str | int) -> str | None:
    """Return the non-empty text at `path` up to `LONGEST_VALUE`, None for anything else."""
    found = dig(data, *path)
    return found[:LONGEST_VALUE] if isinstance(found, str) and found.strip() else None


def number_at(data: Any, *path: str | int) -> float | None:
    """Return the number at `path`, None for anything else: JSON readers let NaN, 1e999 and any integer through."""
    found = dig(data, *path)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return found if is_number and abs(found) <= _LARGEST else None


def list_at(data: Any, *path: str | int) -> list[Any]:
    """Return the list at `path`, an empty one for anything else."""
    found = dig(data, *path)
    return found if isinstance(found, list) else []


def flag_at(data: Any, *path: str | int) -> bool | None:
    """Return the boolean at `path`, None for anything else."""
    found = dig(data, *path)
    return found if isinstance(found, bool) else None
