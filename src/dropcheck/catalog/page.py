"""What a page says about itself: meta tags, JSON scripts and links, from HTML that may be broken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


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


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._script: list[str] | None = None
        self._script_key = ""
        self._in_title = False
        self._anchor: tuple[dict[str, str], list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta":
            key = values.get("property") or values.get("name") or ""
            if key:
                self.page.tags.setdefault(key.lower(), []).append(values.get("content", "").strip())
        elif tag == "script":
            self._script, self._script_key = [], values.get("id") or values.get("type", "")
        elif tag == "title":
            self._in_title = not self.page.title
        elif tag == "a" and values.get("href"):
            self._close_anchor()
            self._anchor = (values, [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._script is not None:
            if self._script_key:
                self.page.scripts.setdefault(self._script_key, "".join(self._script))
            self._script = None
        elif tag == "title":
            self._in_title = False
        elif tag == "a":
            self._close_anchor()

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)
        elif self._in_title:
            self.page.title += data
        elif self._anchor is not None:
            self._anchor[1].append(data)

    def close(self) -> None:
        super().close()
        self._close_anchor()

    def _close_anchor(self) -> None:
        if self._anchor is not None:
            values, text = self._anchor
            self.page.anchors.append(Anchor(values["href"], " ".join("".join(text).split()), values))
            self._anchor = None


def read_page(html: str) -> Page:
    """Return what is in a page's HTML; broken HTML yields what could be read of it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


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
    """Return the non-empty text at `path`, None for anything else."""
    found = dig(data, *path)
    return found if isinstance(found, str) and found.strip() else None


def number_at(data: Any, *path: str | int) -> float | None:
    """Return the number at `path`, None for anything else."""
    found = dig(data, *path)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def list_at(data: Any, *path: str | int) -> list[Any]:
    """Return the list at `path`, an empty one for anything else."""
    found = dig(data, *path)
    return found if isinstance(found, list) else []


def flag_at(data: Any, *path: str | int) -> bool | None:
    """Return the boolean at `path`, None for anything else."""
    found = dig(data, *path)
    return found if isinstance(found, bool) else None
