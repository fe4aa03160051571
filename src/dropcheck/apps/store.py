"""Links into the app stores: which store, which app."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dropcheck.apps.address import Address, after_scheme, query_of, scheme_of, split_address
from dropcheck.apps.catalogue import App, app_for_app_store_id, app_for_package

_PACKAGE = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)+", re.ASCII)
_APPLE_SCHEMES = frozenset({"itms-apps", "itms-appss", "itms", "itmss"})
_APPLE_HOSTS = frozenset({"apps.apple.com", "itunes.apple.com", "geo.itunes.apple.com"})
_APPLE_ID = re.compile(r"id(\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoreLink:
    """A link to an app's page in a store.

    `store` is the store's catalogue id (``app_store``, ``play_store``), `listing` the app's id there (a
    number or a package), `app` the catalogue id of that app, None where the catalogue doesn't have it.
    """

    store: str
    listing: str
    app: str | None = None


def store_link(url: str) -> StoreLink | None:
    """Return the store page `url` leads to, None for any other URL; never raises.

    Reads ``market://details?id=``, ``play.google.com/store/apps/details?id=``, ``itms-apps:`` and
    ``apps.apple.com``/``itunes.apple.com`` app pages. Sources: "Linking to Google Play"
    (developer.android.com) and Apple's URL Scheme Reference.
    """
    scheme = scheme_of(url)
    if scheme == "market":
        page = re.split(r"[/?#]", after_scheme(url), maxsplit=1)[0].lower()
        return _play(query_of(url).get("id", "")) if page in ("details", "launch") else None
    address = split_address(f"https://{_address_of(url)}" if scheme in _APPLE_SCHEMES else url)
    if address is None:
        return None
    if address.host == "play.google.com" and scheme not in _APPLE_SCHEMES:
        path = tuple(segment.lower() for segment in address.segments)
        return _play(address.query.get("id", "")) if path == ("store", "apps", "details") else None
    # The store's own schemes open the store whatever host stands behind them ("itms-apps://apple.com/app/id1").
    return _apple(address) if scheme in _APPLE_SCHEMES or address.host in _APPLE_HOSTS else None


def _address_of(url: str) -> str:
    return re.sub(r"^https?:/*", "", after_scheme(url), flags=re.IGNORECASE)


def _play(package: str) -> StoreLink | None:
    if not _PACKAGE.fullmatch(package):
        return None
    return StoreLink("play_store", package, _id(app_for_package(package)))


def _apple(address: Address) -> StoreLink | None:
    path = (address.host, *(segment.lower() for segment in address.segments))
    if path[-1] == "viewsoftware":
        match = re.fullmatch(r"(?:id)?(\d+)", address.query.get("id", ""), re.ASCII)
    elif "app" in path:
        match = next((m for segment in reversed(path) if (m := _APPLE_ID.fullmatch(segment))), None)
    else:
        match = None
    return StoreLink("app_store", match[1], _id(app_for_app_store_id(match[1]))) if match else None


def _id(app: App | None) -> str | None:
    return app.id if app else None
