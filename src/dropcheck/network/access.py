"""Which request carries the headers that a suite gives for a protected host."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def access_headers(access: Mapping[str, Mapping[str, str]], url: str) -> dict[str, str]:
    """Return the headers that `access` gives for the host of `url`.

    `access` maps hosts (every port of theirs) and ``HOST:PORT`` (that port alone, before its host) to headers.
    Raises ValueError for what is no address.
    """
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    host = (parts.hostname or "").rstrip(".")
    return {**access.get(host, {}), **access.get(f"{host}:{port}", {})}
