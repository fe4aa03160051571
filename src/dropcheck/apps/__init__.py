"""Apps, stores and music links: who owns a scheme, a package or a host, and which song a link names.

Pure: no network, no browser; facts are dated data in ``catalogue.yaml``.
"""

from __future__ import annotations

from dropcheck.apps.actions import speaks_of
from dropcheck.apps.catalogue import (
    App,
    CatalogueError,
    Claim,
    Fact,
    Role,
    app_for_app_store_id,
    app_for_bundle,
    app_for_host,
    app_for_package,
    app_for_scheme,
    catalogue,
    claims_for_host,
)
from dropcheck.apps.music.link import MusicLink
from dropcheck.apps.music_link import parse, same_item
from dropcheck.apps.naming import services_named
from dropcheck.apps.store import StoreLink, store_link
from dropcheck.apps.target import resolve_target, unwrap

__all__ = [
    "App",
    "CatalogueError",
    "Claim",
    "Fact",
    "MusicLink",
    "Role",
    "StoreLink",
    "app_for_app_store_id",
    "app_for_bundle",
    "app_for_host",
    "app_for_package",
    "app_for_scheme",
    "catalogue",
    "claims_for_host",
    "parse",
    "resolve_target",
    "same_item",
    "services_named",
    "speaks_of",
    "store_link",
    "unwrap",
]
