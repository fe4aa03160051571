"""What a service says about a song, an album and a sound: every value with where and when it was read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from .credits import Credit
from .values import Advisory, PartialDate


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What one service says about one item (a track or an album). None and empty mean: it doesn't say.

    `via` tells for each field which of the service's interfaces said it; `unasked` why a field could not be
    asked for at all (no credentials, say). `credit_text` is a credit the service writes as one text,
    `credit_id` the id of the first in it. `title_version` is a version that stands beside the title. Lengths
    are in seconds, exact to the millisecond or to `whole_seconds`. `markets` are the countries it says it is
    available in; `checked_markets` the answer for each country that was asked for singly. `replaces` is the
    id that was asked for when another one was given back, `twins` the ids that are played instead of it by
    country; `duplicates` are addresses of further copies.
    """

    service: str
    kind: str
    id: str
    url: str
    read_at: dt.datetime
    title: str | None = None
    title_version: str | None = None
    credits: tuple[Credit, ...] = ()
    credit_text: str | None = None
    credit_id: str | None = None
    isrc: str | None = None
    upc: str | None = None
    label: str | None = None
    p_line: str | None = None
    c_line: str | None = None
    released: PartialDate | None = None
    length_s: float | None = None
    whole_seconds: bool = False
    explicit: Advisory | None = None
    playable: bool | None = None
    markets: frozenset[str] | None = None
    checked_markets: Mapping[str, bool] = field(default_factory=dict)
    artwork: str | None = None
    album_id: str | None = None
    album_title: str | None = None
    position: int | None = None
    disc: int | None = None
    track_count: int | None = None
    tracks: tuple[ItemFacts, ...] = ()
    replaces: str | None = None
    twins: Mapping[str, str] = field(default_factory=dict)
    duplicates: tuple[str, ...] = ()
    via: Mapping[str, str] = field(default_factory=dict)
    unasked: Mapping[str, str] = field(default_factory=dict)

    def source_of(self, name: str) -> str:
        """Return which interface said the field `name`, '' when none did."""
        return self.via.get(name, self.via.get("*", ""))


#: Fields that two readings of one item are merged by.
_MERGED = tuple(
    name
    for name in ItemFacts.__dataclass_fields__
    if name not in ("service", "kind", "id", "url", "read_at", "via", "unasked", "whole_seconds")
)


def merged(first: ItemFacts, second: ItemFacts) -> ItemFacts:
    """Return `first` completed with what only `second` says; each field keeps its own `via`."""
    changes: dict[str, object] = {}
    via = {name: first.source_of(name) for name in _MERGED if _says(first, name)}
    for name in _MERGED:
        if not _says(first, name) and _says(second, name):
            changes[name] = getattr(second, name)
            via[name] = second.source_of(name)
    said = {name for name in _MERGED if _says(first, name) or name in changes}
    unasked = {name: why for name, why in {**second.unasked, **first.unasked}.items() if name not in said}
    values = {name: getattr(first, name) for name in ItemFacts.__dataclass_fields__}
    if "length_s" in changes:
        changes["whole_seconds"] = second.whole_seconds
    return ItemFacts(**{**values, **changes, "via": via, "unasked": unasked})


def _says(facts: ItemFacts, name: str) -> bool:
    value = getattr(facts, name)
    return (
        value is not None and value != () and value != {} and not (name == "whole_seconds" and value is False)
    )
