"""Looks a release up by its store address, to fill in a new suite's sheet."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Any

from dropcheck.apps import parse
from dropcheck.catalog.apple import Apple
from dropcheck.catalog.ask import Asker, AskError
from dropcheck.catalog.credits import Credit
from dropcheck.catalog.deezer import Deezer
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.spotify import Spotify
from dropcheck.network import Dialler, EgressProxy, ResolveMap
from dropcheck.network.client import http_client

#: Seconds a person waits at a prompt before the sheet is left for them to fill in. Our choice.
PATIENCE_S = 15.0


async def look_up(url: str, *, resolve: Sequence[str] = (), insecure: bool = False) -> dict[str, Any]:
    """Return what the store says of the item at `url`, as fields of a release sheet; empty when it says
    nothing.

    Only public pages and interfaces without credentials are asked. Raises `ResolveError`.
    """
    rules = ResolveMap.parse(resolve)
    try:
        async with asyncio.timeout(PATIENCE_S):
            async with EgressProxy(Dialler(rules, insecure=insecure)) as proxy, http_client(proxy) as http:
                facts = await _facts(url, Asker(http, dt.datetime.now(dt.UTC)))
    except (AskError, TimeoutError, OSError):
        return {}
    return sheet_of(facts) if facts is not None else {}


async def _facts(url: str, asker: Asker) -> ItemFacts | None:
    link = parse(url)
    if link is not None and link.is_short:
        link = parse((await asker.get(url)).url)
    if link is None or link.id is None:
        return None
    if link.service == "spotify" and link.kind in ("track", "album"):
        return await Spotify(asker, None).item(link.kind, link.id)
    if link.service == "deezer" and link.kind in ("track", "album"):
        deezer = Deezer(asker)
        return await (deezer.track if link.kind == "track" else deezer.album)(link.id)
    if link.service == "apple_music" and link.kind in ("song", "album"):
        kind = "track" if link.kind == "song" else "album"
        return await Apple(asker).item(kind, link.id, [(link.storefront or "us").upper()])
    return None


def sheet_of(facts: ItemFacts) -> dict[str, Any]:
    """Return a store's facts as fields of a release sheet; what a store only hints at is left out."""
    day = facts.released.as_date if facts.released is not None else None
    found: dict[str, Any] = {
        "title": facts.title,
        "version": facts.title_version,
        "artists": [_artist(credit, facts.service) for credit in facts.credits],
        "isrc": facts.isrc,
        "upc": facts.upc,
        "label": facts.label,
        "released": day.isoformat() if day is not None else None,
        # Stores round lengths to whole seconds or cut them; a sheet holds seconds.
        "duration": round(facts.length_s) if facts.length_s else None,
        "explicit": facts.explicit if isinstance(facts.explicit, bool) else None,
    }
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def _artist(credit: Credit, service: str) -> Any:
    made: dict[str, str] = {"name": credit.name}
    made |= {service: credit.id} if credit.id else {}
    made |= {} if credit.main else {"role": "featured"}
    return credit.name if len(made) == 1 else made
