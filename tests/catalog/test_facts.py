"""Two readings of one item put together, each value with where it came from."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from dropcheck.catalog import spotify_page
from dropcheck.catalog.facts import merged

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


TRACK = "11dFghVXANMlKmJXsNCbNl"


def next_data(data: Any) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'


def test_two_readings_keep_where_each_value_came_from() -> None:
    entity = {"name": "Neon Hours", "id": TRACK, "duration": 178_345, "isExplicit": False, "artists": []}
    embed = spotify_page.from_embed(
        next_data({"props": {"pageProps": {"state": {"data": {"entity": entity}}}}}), "track", TRACK, NOW
    )
    tags = spotify_page.from_tags(
        '<meta property="og:title" content="Other"><meta property="og:type" content="music.song">'
        '<meta name="music:release_date" content="2026-11-20"><meta name="music:duration" content="178">',
        "track", TRACK, NOW,
    )  # fmt: skip
    both = merged(embed, tags)
    assert (both.title, both.source_of("title")) == ("Neon Hours", spotify_page.EMBED)
    assert both.released is not None
    assert both.source_of("released") == spotify_page.TAGS
    assert (both.length_s, both.whole_seconds) == (178.345, False)
