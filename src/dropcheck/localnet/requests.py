"""The log of what was asked for, so that a test can count the visits a link service would have counted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from dropcheck.localnet.message import Request


class RequestLog:
    """The requests seen so far, oldest first; beyond `limit` the oldest are forgotten."""

    def __init__(self, limit: int = 100_000) -> None:
        self._seen: deque[Request] = deque(maxlen=limit)

    def add(self, request: Request) -> None:
        """Adds one request."""
        self._seen.append(request)

    def to(self, host: str, path: str | None = None) -> list[Request]:
        """The requests to a host, or to one path of it."""
        return [r for r in self._seen if r.host == host and (path is None or r.path == path)]

    def count(self, host: str, path: str | None = None) -> int:
        """How many requests went to a host, or to one path of it."""
        return len(self.to(host, path))

    def clear(self) -> None:
        """Forgets everything seen so far."""
        self._seen.clear()

    def __iter__(self) -> Iterator[Request]:
        return iter(list(self._seen))

    def __len__(self) -> int:
        return len(self._seen)
