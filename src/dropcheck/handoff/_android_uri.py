"""A URI as Android's own `android.net.Uri` splits it, which is not how RFC 3986 or a browser would.

Source: AOSP `android.net.Uri` (StringUri, UriCodec). The scheme keeps its case, nothing is normalised and
no text is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_ALWAYS_SAFE = "_-!.~'()*"
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})[^%]?")


def decode(text: str) -> str:
    """Undo percent-encoding as UTF-8; a malformed escape or byte becomes U+FFFD (`Uri.decode`)."""
    if "%" not in text:
        return text
    cleaned = _BAD_ESCAPE.sub("�", text)
    return _ESCAPES.sub(
        lambda run: bytes.fromhex(run.group().replace("%", "")).decode("utf-8", "replace"), cleaned
    )


def encode(text: str, allow: str = "") -> str:
    """Percent-encode all but letters, digits, ``_-!.~'()*`` and the characters of `allow` (`Uri.encode`)."""
    return quote(text, safe=_ALWAYS_SAFE + allow)


@dataclass(frozen=True, slots=True)
class AndroidUri:
    """The parts Android matches on, decoded; None where the URI has no such part.

    `path` is None for an opaque URI (``mailto:x``), `port` is -1 where none (or no number) is given.
    """

    scheme: str | None
    scheme_specific_part: str
    host: str | None
    port: int
    path: str | None
    query: str | None
    fragment: str | None


def split(uri: str) -> AndroidUri:
    """Split any text into the parts of an Android `Uri`."""
    before_colon, colon, after_colon = uri.partition(":")
    scheme, rest = (before_colon, after_colon) if colon else (None, uri)
    body, hash_sign, fragment = rest.partition("#")
    authority = _authority(body)
    opaque = scheme is not None and not rest.startswith("/")
    path: str | None = None
    if not opaque:
        after_authority = body if authority is None else body[2 + len(authority) :]
        path = re.split(r"[?#]", after_authority, maxsplit=1)[0]
    _, question_mark, query = body.partition("?")
    return AndroidUri(
        scheme=scheme,
        scheme_specific_part=decode(body),
        host=None if authority is None else _host(authority),
        port=-1 if authority is None else _port(authority),
        path=None if path is None else decode(path),
        query=decode(query) if question_mark else None,
        fragment=decode(fragment) if hash_sign else None,
    )


def _authority(body: str) -> str | None:
    if not body.startswith("//"):
        return None
    return re.split(r"[/\\?#]", body[2:], maxsplit=1)[0]


def _host(authority: str) -> str:
    host = authority.rpartition("@")[2]
    port_separator = _port_separator(host)
    return decode(host if port_separator is None else host[:port_separator])


def _port(authority: str) -> int:
    host = authority.rpartition("@")[2]
    port_separator = _port_separator(host)
    if port_separator is None:
        return -1
    digits = decode(host[port_separator + 1 :])
    return int(digits) if re.fullmatch(r"[+-]?[0-9]{1,9}", digits) else -1


def _port_separator(host: str) -> int | None:
    """Where the port's colon is: the last one followed by nothing but digits, so not one inside ``[::1]``."""
    found = re.search(r":(?=[0-9]*$)", host)
    return found.start() if found else None
