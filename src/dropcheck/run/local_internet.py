"""The local internet with every service on it, as runs and ``dropcheck serve`` use it."""

from __future__ import annotations

from dropcheck.localnet import LocalInternet
from dropcheck.localnet.services.logins import mount_logins
from dropcheck.localnet.services.stores import mount_stores
from dropcheck.places import data_folder


def local_internet(*, latency_ms: int = 0, https_port: int = 0, http_port: int = 0) -> LocalInternet:
    """Return the local internet, not yet serving; raises `SiteMapError` for fixtures that can't be served."""
    fixtures = data_folder("fixtures")
    internet = LocalInternet(fixtures, latency_ms=latency_ms, https_port=https_port, http_port=http_port)
    # Stores first: each of their handlers passes on what isn't its own to the logins of the same host.
    mount_stores(internet, fixtures)
    mount_logins(internet, fixtures)
    return internet
