"""Suites made in memory, for one link without a suite file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import Problem, SuiteError
from .load import suite_from_data
from .model import Suite
from .registry import CheckRegistry
from .scalars import service_of

#: Fields of the release sheet that hold a store's address.
STORE_FIELDS = ("spotify", "apple_music", "deezer", "youtube_music", "amazon_music", "tidal", "soundcloud")


def new_suite(
    url: str,
    registry: CheckRegistry,
    *,
    stores: Mapping[str, str] | None = None,
    name: str = "check",
    link: str = "link",
    placement: str | None = None,
    checks: Sequence[str | Mapping[str, Any]] = (),
    tap: Sequence[str] = (),
    profiles: Sequence[str] = (),
    release: Mapping[str, Any] | None = None,
) -> Suite:
    """Return a suite of one link, as ``dropcheck check URL --spotify URL`` means it.

    `stores` maps a field of the release sheet (``spotify``, ``apple_music``, …) to its address. Without one a
    link that is itself a store address leads to itself; any other link must then only reach the real browser.
    Raises `SuiteError`.
    """
    sheet: dict[str, Any] = {**(release or {}), **(stores or {})}
    unknown = [field for field in stores or {} if field not in STORE_FIELDS]
    if unknown:
        raise SuiteError([Problem("stores", 0, 0, f"`{field}` is not a store") for field in unknown])
    entries = list(checks)
    if not entries and not any(field in sheet for field in STORE_FIELDS):
        # What the fan should get is the page itself, unless the page belongs to an app.
        to_app = service_of(url) in STORE_FIELDS if "://" in url else False
        entries = [{"escape": {"to": "app", "opens": url} if to_app else {"to": "browser"}}]
    one: dict[str, Any] = {"name": link, "url": url}
    one |= {"placement": placement} if placement else {}
    one |= {"tap": list(tap)} if tap else {}
    one |= {"checks": entries} if entries else {}
    data: dict[str, Any] = {"suite": name, "links": [one]}
    data |= {"release": sheet} if sheet else {}
    data |= {"profiles": list(profiles)} if profiles else {}
    return suite_from_data(data, registry)
