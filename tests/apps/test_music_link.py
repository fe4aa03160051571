"""Music links, against public code's own expectations and against hostile input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dropcheck.apps import MusicLink, parse, same_item

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "music_urls.json").read_text(encoding="utf-8")
)["cases"]

#: (case, field) → why our answer is another. The vectors say that their sources disagree.
EXCEPTIONS = {
    ("mus-092", "canonical"): "the source keeps the slug; mus-117, the same shape, drops it",
    ("mus-151", "canonical"): "the source folds YouTube Music into YouTube; mus-152 doesn't",
    ("mus-182", "storefront"): "the address names none; mus-094 says so, MusicBrainz fills in us",
    ("mus-186", "storefront"): "the address names none; mus-094 says so, MusicBrainz fills in us",
    ("mus-194", "storefront"): "the address names none; mus-094 says so, MusicBrainz fills in us",
    ("mus-196", "service"): "the shape of mus-092 and mus-117, where two sources say apple_music",
    ("mus-196", "canonical"): "follows from the service",
    ("mus-198", "service"): "the shape of mus-092 and mus-117, where two sources say apple_music",
    ("mus-198", "canonical"): "follows from the service",
}
FIELDS = ("service", "kind", "id", "canonical", "storefront", "user", "album_id", "track_id")
TRACK = "4uLU6hMCjMI75M1A2tKUQC"


@pytest.mark.parametrize("case", CASES, ids=[case["id_case"] for case in CASES])
def test_agrees_with_the_sources(case: dict[str, Any]) -> None:
    found = parse(case["url"])
    if case["service"] is None:
        assert found is None
        return
    assert found is not None
    different = {field for field in FIELDS if field in case and getattr(found, field) != case[field]}
    named = {field for case_id, field in EXCEPTIONS if case_id == case["id_case"]}
    assert different == named


@pytest.mark.parametrize(
    "url",
    [
        f"https://open.spotify.com/track/{TRACK}?si=1&nd=1&dlsi=2&utm_source=x#0:30",
        f"https://open.spotify.com/intl-pt-br/track/{TRACK}/",
        f"https://open.spotify.com/embed/track/{TRACK}",
        f"https://open.spotify.com/embed?uri=spotify%3Atrack%3A{TRACK}",
        f"https://embed.spotify.com/?uri=spotify:track:{TRACK}",
        f"https://OPEN.SPOTIFY.COM./Track/{TRACK}",
        f"https://open.spotify.com:443/track/{TRACK}",
        f"//open.spotify.com/track/{TRACK}",
        f"open.spotify.com/track/{TRACK}",
        f"  https://open.spotify.com/tra\nck/{TRACK} ",
        f"https://open.spotify.com/album/../track/{TRACK}",
        f"spotify:track:{TRACK}?si=1",
        f"SPOTIFY:track:{TRACK}",
        f"spotify://track/{TRACK}",
        f"spotify:/track/{TRACK}",
        f"spotify:https://open.spotify.com/track/{TRACK}",
        f"spotify://open.spotify.com/track/{TRACK}",
        f"https://spotify.link/content_linking?~campaign=a&$canonical_url=https%3A%2F%2Fopen.spotify.com%2Ftrack%2F{TRACK}",
        f"https://spotify.link/content_linking?$deeplink_path=track/{TRACK}",
    ],
)
def test_every_spelling_of_a_spotify_track_is_that_track(url: str) -> None:
    assert parse(url) == MusicLink("spotify", "track", TRACK, f"https://open.spotify.com/track/{TRACK}")


@pytest.mark.parametrize(
    "url",
    [
        f"https://open.spotify.com@evil.example/track/{TRACK}",
        f"https://evil.example\\@open.spotify.com/track/{TRACK}",
        f"https://open.spotify.com.evil.example/track/{TRACK}",
        f"https://notopen.spotify.com/track/{TRACK}",
        f"https://open.spotify.com:8443/track/{TRACK}",
        f"https://evil.example/?u=https://open.spotify.com/track/{TRACK}",
        f"https://evil.example#@open.spotify.com/track/{TRACK}",
        f"ftp://open.spotify.com/track/{TRACK}",
        f"javascript://open.spotify.com/track/{TRACK}",
    ],
)
def test_an_address_that_only_looks_like_spotify_is_refused(url: str) -> None:
    assert parse(url) is None


@pytest.mark.parametrize("identifier", [TRACK[:-1], TRACK + "a", TRACK[:-1] + "-", ""])
def test_a_mangled_spotify_id_is_refused(identifier: str) -> None:
    assert parse(f"https://open.spotify.com/track/{identifier}") is None
    assert parse(f"spotify:track:{identifier}") is None


@pytest.mark.parametrize(
    ("url", "service", "kind", "identifier"),
    [
        ("music://music.apple.com/us/album/x/1?i=2", "apple_music", "song", "2"),
        ("musics://music.apple.com/us/song/2", "apple_music", "song", "2"),
        ("itmss://itunes.apple.com/us/album/id1?i=2", "apple_music", "song", "2"),
        ("https://itunes.apple.com/us/album/id1?i=2&app=music", "apple_music", "song", "2"),
        ("https://geo.itunes.apple.com/us/album/x/id1?i=2", "apple_music", "song", "2"),
        ("https://itunes.apple.com/WebObjects/MZStore.woa/wa/viewAlbum?id=1&i=2", "apple_music", "song", "2"),
        ("https://music.apple.com/us/album/1989/1440913819", "apple_music", "album", "1440913819"),
        ("https://music.apple.com/us/artist/x/12/see-all?section=albums", "apple_music", "artist", "12"),
        ("https://music.apple.com/de/playlist/x/pl.u-11zB", "apple_music", "playlist", "pl.u-11zB"),
        ("https://podcasts.apple.com/us/podcast/x/id12?i=34", "apple_podcasts", "episode", "34"),
        ("https://www.deezer.com/en-us/album/12?utm_source=x", "deezer", "album", "12"),
        ("deezer://www.deezer.com/track/12?autoplay=true", "deezer", "track", "12"),
        ("deezer://track/12", "deezer", "track", "12"),
        ("https://widget.deezer.com/widget/dark/track/12", "deezer", "track", "12"),
        ("https://dzr.page.link/?link=https%3A%2F%2Fwww.deezer.com%2Ftrack%2F12", "deezer", "track", "12"),
        ("https://listen.tidal.com/album/1/track/2", "tidal", "track", "2"),
        ("https://embed.tidal.com/tracks/2", "tidal", "track", "2"),
        ("tidal://track/2", "tidal", "track", "2"),
        ("http://tidal.com/#!/track/73579059", "tidal", "track", "73579059"),
        ("tidal.com/#!/gb/store/album/80921386", "tidal", "album", "80921386"),
        ("https://open.tidal.com/track/3083287", "tidal", "track", "3083287"),
        ("https://desktop.stage.tidal.com/artist/7554203", "tidal", "artist", "7554203"),
        ("https://music.yandex.kz/#!/artist/168862", "yandex_music", "artist", "168862"),
        ("http://m.youtube.com/#/user/MaraVale", "youtube", "user", "MaraVale"),
        ("https://music.youtube.com/@maravale?si=x", "youtube_music", "channel", "@maravale"),
        ("spotify:search:genre:hip-hop+year:1999", "spotify", "search", "genre:hip-hop year:1999"),
        (
            "https://music.amazon.co.uk/albums/B086Q3QZ3J?trackAsin=B086Q41M9C",
            "amazon_music",
            "track",
            "B086Q41M9C",
        ),
        ("https://www.amazon.de/Some-Song/dp/B086Q41M9C/ref=sr_1", "amazon_music", "track", "B086Q41M9C"),
        ("https://music.amazon.com/podcasts/a-1/episodes/b-2/slug", "amazon_music", "episode", "b-2"),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "youtube", "video", "dQw4w9WgXcQ"),
        ("vnd.youtube:dQw4w9WgXcQ", "youtube", "video", "dQw4w9WgXcQ"),
        ("youtubemusic://watch?v=dQw4w9WgXcQ", "youtube_music", "track", "dQw4w9WgXcQ"),
        ("https://music.youtube.com/browse/VLPLab", "youtube_music", "playlist", "PLab"),
        ("https://m.soundcloud.com/a/b/s-secret?in=a/sets/c", "soundcloud", "track", "a/b"),
        ("https://soundcloud.com/a/sets", "soundcloud", "user", "a"),
        ("https://api.soundcloud.com/playlists/12", "soundcloud", "set", "12"),
        ("soundcloud://sounds:12", "soundcloud", "track", "12"),
        ("https://mara-vale.bandcamp.com/track/neon-hours", "bandcamp", "track", "mara-vale/neon-hours"),
        ("https://www.qobuz.com/us-en/album/slug/abc1", "qobuz", "album", "abc1"),
        ("https://audiomack.com/a/song/b", "audiomack", "song", "a/b"),
        ("https://www.pandora.com/artist/a/b/c/TRabc123", "pandora", "track", "TRabc123"),
    ],
)
def test_reads_shape(url: str, service: str, kind: str, identifier: str) -> None:
    found = parse(url)
    assert found is not None
    assert (found.service, found.kind, found.id) == (service, kind, identifier)


@pytest.mark.parametrize(
    "url",
    ["https://spotify.link/abc", "https://spotify.app.link/abc", "https://link.deezer.com/s/abc",
     "https://deezer.page.link/abc", "https://on.soundcloud.com/abc"],
)  # fmt: skip
def test_a_short_link_says_that_it_must_be_followed(url: str) -> None:
    found = parse(url)
    assert found is not None
    assert found.is_short
    assert found.id is None


@pytest.mark.parametrize(
    "url",
    ["https://soundcloud.com/discover", "https://www.youtube.com/", "https://music.apple.com/us/browse",
     "https://open.spotify.com/", "https://www.deezer.com/en/", "https://www.amazon.com/dp/0123456789",
     "https://accounts.spotify.com/authorize?client_id=1", "https://apps.apple.com/us/app/x/id1"],
)  # fmt: skip
def test_a_page_without_an_item_is_no_music_link(url: str) -> None:
    assert parse(url) is None


def test_private_tokens_stay_out_of_the_canonical_address() -> None:
    found = parse("https://soundcloud.com/a/b/s-secret")
    assert found is not None
    assert "s-secret" not in repr(found)


def test_amazons_country_stays_in_the_canonical_address() -> None:
    found = parse("https://www.amazon.co.jp/dp/B086Q41M9C?tag=x")
    assert found is not None
    assert found.canonical == "https://music.amazon.co.jp/tracks/B086Q41M9C"
    assert same_item(found, parse("https://music.amazon.com/albums/B086Q3QZ3J?trackAsin=B086Q41M9C")) is True


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://music.apple.com/us/album/x/1?i=2", "https://music.apple.com/de/song/y/2", True),
        ("https://itunes.apple.com/us/music-video/x/id3", "https://music.apple.com/us/music-video/x/3", True),
        ("https://music.apple.com/us/album/x/1", "https://music.apple.com/us/album/x/1?i=2", False),
        (f"spotify:track:{TRACK}", f"https://open.spotify.com/intl-de/track/{TRACK}", True),
        (f"spotify:album:{TRACK}", f"spotify:track:{TRACK}", False),
        (f"spotify:track:{TRACK}", f"spotify:track:{TRACK.lower()}", False),
        ("spotify:user:a:starred", "spotify:user:b:starred", False),
        ("https://youtu.be/dQw4w9WgXcQ", "https://music.youtube.com/watch?v=dQw4w9WgXcQ", False),
        ("https://spotify.link/abc", f"spotify:track:{TRACK}", None),
        ("https://spotify.link/abc", "https://spotify.link/abc", None),
        ("https://spotify.link/abc", "https://www.deezer.com/track/1", False),
        ("https://api.soundcloud.com/tracks/1", "https://soundcloud.com/a/b", None),
        ("https://soundcloud.com/A/B", "https://soundcloud.com/a/b", True),
        ("https://evil.example/", f"spotify:track:{TRACK}", None),
    ],
)
def test_same_item(first: str, second: str, same: bool | None) -> None:
    assert same_item(parse(first), parse(second)) is same
    assert same_item(parse(second), parse(first)) is same


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        (f"https://open.spotify.com/track/{TRACK}", f"spotify:track:{TRACK}"),
        ("https://open.spotify.com/user/hitradio%c3%b63", "spotify:user:hitradio%C3%B63"),
        ("https://music.apple.com/us/song/x/2", "https://music.apple.com/us/song/2"),
        ("https://spotify.link/abc", None),
    ],
)
def test_uri_is_the_services_own_form(url: str, uri: str | None) -> None:
    found = parse(url)
    assert found is not None
    assert found.uri == uri


HOSTS = [
    "open.spotify.com", "spotify.link", "embed.spotify.com", "music.apple.com", "itunes.apple.com",
    "podcasts.apple.com", "www.deezer.com", "dzr.page.link", "www.youtube.com", "youtu.be",
    "music.youtube.com", "music.amazon.com", "www.amazon.com", "tidal.com", "soundcloud.com",
    "api.soundcloud.com", "w.soundcloud.com", "a.bandcamp.com", "audiomack.com", "www.pandora.com",
    "open.qobuz.com", "play.anghami.com", "music.yandex.ru",
]  # fmt: skip
WORDS = [
    "track", "album", "artist", "playlist", "user", "search", "starred", "embed", "intl-de", "us",
    "song", "id12", "12", TRACK, "pl.abc", "ra.1", "widget", "browse", "watch", "channel", "@x",
    "c", "dp", "B086Q41M9C", "tracks", "podcasts", "episodes", "sets", "%c3%b6", "%", "..", "[", "",
    "UC" + "a" * 22, "music-video", "MPREb_ab", "dQw4w9WgXcQ", "%2F", "٣", "TRabcde", "a b",
]  # fmt: skip
QUERIES = [
    "",
    "?i=2",
    "?i=",
    "?v=dQw4w9WgXcQ",
    "?list=PLab",
    "?trackAsin=B086Q41M9C",
    "?uri=spotify:",
    "?link=",
    "#Intent;",
]
segments = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=5)
near_misses = st.one_of(
    st.builds(
        lambda scheme, host, parts, query: f"{scheme}{host}/{'/'.join(parts)}{query}",
        st.sampled_from(["https://", "http://", "", "//", "music://", "itmss:", "deezer://", "HTTPS:\\\\"]),
        st.sampled_from(HOSTS),
        segments,
        st.sampled_from(QUERIES) | st.text(max_size=8),
    ),
    st.builds(
        lambda scheme, separator, parts: scheme + separator.join(parts),
        st.sampled_from(
            ["spotify:", "spotify://", "tidal://", "soundcloud://", "vnd.youtube:", "youtube://", "deezer:"]
        ),
        st.sampled_from([":", "/"]),
        segments,
    ),
    st.sampled_from([case["url"] for case in CASES]),
)


@given(st.text() | near_misses)
@example("https://[::1")
@example("https://open.spotify.com:99999/track/x")
@example("spotify:http://[")
@example("spotify:user:\ud800")
@example("https://www.youtube.com/@\udfff")
def test_never_raises(url: str) -> None:
    parse(url)


@given(near_misses)
def test_canonical_is_a_fixed_point(url: str) -> None:
    found = parse(url)
    if found is None or found.canonical is None:
        return
    again = parse(found.canonical)
    assert again is not None
    assert again.canonical == found.canonical
    assert (again.service, again.kind, again.id) == (found.service, found.kind, found.id)
