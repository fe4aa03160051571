"""What Spotify shows without credentials: tags with repeated values, and an embed that says 404 inside a 200."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from dropcheck.catalog import spotify_page
from dropcheck.catalog.ask import AskError, Trouble

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


TRACK = "11dFghVXANMlKmJXsNCbNl"


def next_data(data: Any) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'


def trouble(call: Any, *args: Any) -> Trouble:
    with pytest.raises(AskError) as caught:
        call(*args)
    return caught.value.trouble


def test_public_tags_keep_repeated_values_and_never_split_names() -> None:
    html = """
      <meta property="og:title" content="Neon &amp; Hours"><meta property="og:type" content="music.song">
      <meta name="music:musician" content="https://open.spotify.com/artist/4Z8W4fKeB5YxbusRsdQVPb">
      <meta property="music:musician" content="https://open.spotify.com/artist/6KaiTheTideArtistId001">
      <meta name="music:musician_description" content="Tyler, The Creator, Kai">
      <meta name="music:duration" content="178"><meta name="music:release_date" content="2026-11-20">
      <meta property="og:restrictions:country:allowed" content="US">
      <meta property="og:restrictions:country:allowed" content="NO">"""
    facts = spotify_page.from_tags(html, "track", TRACK, NOW)
    assert (facts.title, facts.length_s, facts.markets) == ("Neon & Hours", 178.0, frozenset({"US", "NO"}))
    assert (facts.credits, facts.credit_text) == ((), "Tyler, The Creator, Kai")
    assert facts.isrc is None
    assert "DROPCHECK_SPOTIFY_ID" in facts.unasked["isrc"]


def test_an_embed_that_answers_200_can_say_404_inside() -> None:
    bogus = next_data({"props": {"pageProps": {"status": 404}}})
    assert trouble(spotify_page.from_embed, bogus, "track", TRACK, NOW) is Trouble.NOT_FOUND
    assert trouble(spotify_page.from_embed, "<html>", "track", TRACK, NOW) is Trouble.UNREADABLE
    assert (
        trouble(spotify_page.from_tags, "<title>Spotify</title>", "track", TRACK, NOW) is Trouble.UNREADABLE
    )
