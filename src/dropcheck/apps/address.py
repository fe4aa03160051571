"""Addresses as a phone's browser reads them, split once for every parser of this package."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_BARE_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+\.?(?::\d{1,5})?(?:[/?#]|$)", re.IGNORECASE)
_BLANKS = "".join(map(chr, range(0x21)))
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address: lower-case `host`, decoded path `segments`, first value of each `query` name."""

    host: str
    segments: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    fragment: str = ""

    @property
    def routed(self) -> Address:
        """The address a page routes itself to, where its path stands behind ``#!/`` or ``#/``; else this one."""
        route = re.match(r"!?/(?P<path>[^?]+)", self.fragment)
        if self.segments or route is None:
            return self
        return Address(self.host, _segments(route["path"]), self.query)


def cleaned(url: str) -> str:
    """Return `url` without what every browser drops: blanks around it, tabs and line breaks inside.

    Half a surrogate pair, which no encoding can carry, becomes a question mark. Source: WHATWG URL Standard,
    "basic URL parser", steps 1 to 3.
    """
    url = url.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[\t\r\n]", "", url.strip(_BLANKS))


def scheme_of(url: str) -> str | None:
    """Return the lower-case scheme of `url` without its colon, None where it has none."""
    text = cleaned(url)
    match = _SCHEME.match(text)
    # A host and its port ("open.spotify.com:443/…") only look like a scheme.
    return match.group(1).lower() if match and not _BARE_HOST.match(text) else None


def after_scheme(url: str) -> str:
    """Return what stands behind the scheme and its slashes: ``track/1`` for ``spotify://track/1``."""
    return cleaned(url).partition(":")[2].lstrip("/")


def split_address(url: str) -> Address | None:
    """Split an http(s) address, or one without a scheme; None for anything else or a malformed one.

    A port other than the scheme's own is refused: another port is another site. A backslash counts as a
    slash and the user-info part is never the host, as in browsers (WHATWG URL Standard), so that an address
    cannot pass for a music service it does not lead to.
    """
    text = cleaned(url)
    scheme = scheme_of(text)
    if scheme is None:
        text = text.removeprefix("//")
        if not _BARE_HOST.match(text):
            return None
        scheme, text = "https", f"https://{text}"
    if scheme not in _PORTS:
        return None
    end = next((at for at, char in enumerate(text) if char in "?#"), len(text))
    text = re.sub(r"^([a-zA-Z]+):/*", r"\1://", text[:end].replace("\\", "/")) + text[end:]
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    if not host or (port is not None and port != _PORTS[scheme]):
        return None
    return Address(host, _segments(parts.path), _query(parts.query), parts.fragment)


def _segments(path: str) -> tuple[str, ...]:
    segments: list[str] = []
    for raw in path.split("/"):
        segment = unquote(raw, errors="replace")
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    return tuple(segments)


def _query(text: str) -> dict[str, str]:
    query: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, errors="replace"):
        query.setdefault(name, value)
    return query


def query_of(url: str) -> dict[str, str]:
    """Return the query of any URL, custom schemes included, with the first value of each name."""
    return _query(cleaned(url).partition("#")[0].partition("?")[2])
