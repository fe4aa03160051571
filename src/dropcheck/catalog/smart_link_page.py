"""A page's HTML as the parts a smart link can hide its targets in; the standard library's parser, nothing fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

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
    """Return the parts of a page; broken HTML gives what can be read of it."""
    reader = _Reader(url)
    reader.feed(source[:5_000_000])
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page(url)
        self._open: list[Anchor] = []
        self._in: str | None = None
        self._script: dict[str, str] = {}
        self._buffer: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in ("script", "title"):
            self._in, self._script, self._buffer = tag, attributes, []
        elif tag == "meta":
            name = attributes.get("property") or attributes.get("name")
            if name and "content" in attributes:
                self.page.meta.setdefault(name.lower(), attributes["content"])
        elif tag == "img" and self._open and attributes.get("alt"):
            self._open[-1].text += f" {attributes['alt']} "
        if len(self.page.anchors) >= _MOST:
            return
        holds = tag in ("a", "button", "area") or any(
            k.startswith("data-") or k == "onclick" for k in attributes
        )
        if holds:
            anchor = Anchor(_absolute(self.page.url, attributes.get("href")), attributes)
            self.page.anchors.append(anchor)
            if tag in ("a", "button"):
                self._open.append(anchor)

    def handle_data(self, data: str) -> None:
        if self._in is not None:
            self._buffer.append(data)
        elif self._open:
            self._open[-1].text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._finish("".join(self._buffer))
        elif tag in ("a", "button") and self._open:
            anchor = self._open.pop()
            anchor.text = " ".join(anchor.text.split())

    def _finish(self, text: str) -> None:
        if self._in == "title":
            self.page.title = self.page.title or " ".join(text.split())
        elif self._script.get("type") in ("application/json", "application/ld+json") or "id" in self._script:
            try:
                self.page.data[self._script.get("id", f"json{len(self.page.data)}")] = json.loads(text)
            except (ValueError, RecursionError):
                self.page.scripts.append(text)
        else:
            self.page.scripts.append(text)
        self._in = None


def _absolute(base: str, href: str | None) -> str | None:
    if not href or href.lstrip().startswith("#"):
        return None
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return None
