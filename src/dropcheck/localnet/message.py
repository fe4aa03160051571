"""What goes over the wire: a request as a handler sees it, and the response it gives back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from dropcheck.localnet.wire import Wire


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are lower-case, repeated headers are joined with ", "."""

    scheme: str
    host: str
    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target's path as sent, still percent-encoded."""
        return urlsplit("//host" + self.target).path or "/" if self.target.startswith("/") else "/"

    @property
    def query(self) -> str:
        """The raw query string without its question mark."""
        return self.target.partition("?")[2]

    @property
    def parameters(self) -> dict[str, str]:
        """The decoded query parameters; of a repeated one the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The decoded fields of a URL-encoded body; of a repeated one the last."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies the client sent."""
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name: value for name, sep, value in pairs if sep}

    @property
    def user_agent(self) -> str:
        """The `User-Agent` header, empty when there is none."""
        return self.headers.get("user-agent", "")

    @property
    def url(self) -> str:
        """The absolute URL the client asked for."""
        return f"{self.scheme}://{self.host}{self.target}"


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response; `wire` says how it misbehaves on its way out, if it does."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    wire: Wire | None = None

    @classmethod
    def html(cls, text: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
        """An HTML page in UTF-8."""
        return cls(status, (("Content-Type", "text/html; charset=utf-8"), *headers), text.encode())

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
        """A JSON document."""
        return cls(status, (("Content-Type", "application/json"), *headers), json.dumps(value).encode())

    @classmethod
    def text(cls, text: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
        """Plain text in UTF-8."""
        return cls(status, (("Content-Type", "text/plain; charset=utf-8"), *headers), text.encode())

    @classmethod
    def redirect(cls, location: str, status: int = 302, headers: Iterable[tuple[str, str]] = ()) -> Response:
        """A redirect to any URL, custom schemes included."""
        return cls(status, (("Location", location), *headers))
