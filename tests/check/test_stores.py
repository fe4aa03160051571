"""How a release is found in the stores, against answers of the shapes they really give, over real HTTP."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dropcheck.check.metadata import metadata
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.localnet import Request, Response
from dropcheck.result import Severity, Verdict
from dropcheck.suite import Case

CaseOf = Callable[..., Case]
Context = Callable[..., CheckContext]
CREDENTIALS = {"DROPCHECK_SPOTIFY_ID": "someone", "DROPCHECK_SPOTIFY_SECRET": "a-secret"}
TRACK, ALBUM = "11dFghVXANMlKmJXsNCbNl", "CLHysUnTiAg79Bi3itn5Dx"
OTHER_TRACK, OTHER_ALBUM = "3CopyOnAlbumTrackId001", "3CopyOnAlbumAlbumId001"
ARTIST = {"id": "4Z8W4fKeB5YxbusRsdQVPb", "name": "Mara Vale"}
#: The conftest's sheet without its addresses: everything is looked up by code.
BY_CODE = {"spotify": None, "apple_music": None}


def rules(result: CheckResult) -> set[str]:
    return {one.rule for one in result.findings if one.severity is not Severity.INFO}


def field(result: CheckResult, name: str) -> dict[str, Any]:
    assert result.release is not None
    return next(one for one in result.release.fields if one["field"] == name)["values"][0]


def spotify_album(item: str = ALBUM, name: str = "Neon Hours", upc: str = "00859712345677") -> dict[str, Any]:
    track = {"id": TRACK, "name": "Neon Hours", "artists": [ARTIST], "duration_ms": 178000, "explicit": False}
    return {
        "id": item, "name": name, "artists": [ARTIST], "release_date": "2026-11-20",
        "release_date_precision": "day", "total_tracks": 1, "tracks": {"items": [track], "next": None},
        "external_ids": {"upc": upc}, "copyrights": [], "images": [],
    }  # fmt: skip


def spotify_track(item: str = TRACK, album: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": item, "name": "Neon Hours", "artists": [ARTIST], "duration_ms": 178000, "explicit": False,
        "external_ids": {"isrc": "QZABC2600001"}, "album": album or spotify_album(), **more,
    }  # fmt: skip


def deezer_track(item: int, album: int, album_title: str = "Neon Hours", **more: Any) -> dict[str, Any]:
    return {
        "id": item, "title": "Neon Hours", "title_short": "Neon Hours", "isrc": "QZABC2600001", "duration": 178,
        "release_date": "2026-11-20", "explicit_lyrics": False, "readable": True,
        "artist": {"id": 5501, "name": "Mara Vale"}, "album": {"id": album, "title": album_title}, **more,
    }  # fmt: skip


def deezer_album(item: int, title: str = "Neon Hours", **more: Any) -> dict[str, Any]:
    return {"id": item, "title": title, "upc": "859712345677", "label": "Night Bus Records", "nb_tracks": 1,
            "release_date": "2026-11-20", "artist": {"id": 5501, "name": "Mara Vale"}, **more}  # fmt: skip


async def asked(
    answers: Any, case_of: CaseOf, context: Context, source: str, sheet: dict[str, Any], **more: Any
) -> CheckResult:
    credentials = CREDENTIALS if more.pop("key", False) else {}
    case = case_of("metadata", {"sources": [source], **more}, sheet=sheet)
    return await metadata(case, replace(context(credentials=credentials), http=answers.http))


COMPILATION = deezer_album(
    9, "Now 99", upc="036000291452", label="Somebody Else", release_date="2027-02-02", nb_tracks=40
)


async def test_a_compilation_with_the_same_isrc_lends_deezers_recording_no_upc_or_date(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {
        "/track/isrc:": deezer_track(7, 9, "Now 99", release_date="2027-02-02"),
        "/album/9": COMPILATION,
        "/album/upc:": {"error": {"type": "DataException", "message": "no data", "code": 800}},
    }
    result = await asked(answers, case_of, context, "deezer", BY_CODE)
    assert (result.verdict, rules(result)) == (Verdict.PASS, set())
    assert field(result, "isrc")["match"] == "EXACT"
    assert field(result, "upc")["match"] == "SKIPPED"
    assert "“Now 99”" in field(result, "upc")["note"]


async def test_the_release_itself_is_preferred_to_a_compilation(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {
        "/track/isrc:": deezer_track(7, 9, "Now 99"),
        "/album/9": COMPILATION,
        "/album/upc:": deezer_album(770001),
        "/album/770001/tracks": {"data": [{"id": 880001, "title": "Neon Hours"}], "total": 1},
        "/album/770001": deezer_album(770001),
        "/track/880001": deezer_track(880001, 770001),
    }
    result = await asked(answers, case_of, context, "deezer", BY_CODE)
    assert (result.verdict, field(result, "upc")["match"]) == (Verdict.PASS, "EXACT")


async def test_spotifys_search_by_isrc_takes_the_hit_on_the_release(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    now = spotify_album(OTHER_ALBUM, "Now 99", "036000291452")
    answers.table |= {
        "type=track": {"tracks": {"items": [spotify_track(OTHER_TRACK, now), spotify_track()]}},
        "type=album": {"albums": {"items": [spotify_album()]}},
        f"/v1/tracks/{TRACK}": spotify_track(),
        f"/v1/albums/{ALBUM}": spotify_album(),
    }
    result = await asked(answers, case_of, context, "spotify", BY_CODE, key=True)
    assert (result.verdict, rules(result), field(result, "upc")["match"]) == (Verdict.PASS, set(), "EXACT")


@pytest.mark.parametrize("stored", ["859712345677", "0859712345677", "00859712345677"])
async def test_a_upc_is_searched_in_every_padding(
    stored: str, answers: Any, case_of: CaseOf, context: Context
) -> None:
    def search(request: Request) -> Response:
        code = request.parameters["q"].partition(":")[2]
        return Response.json({"albums": {"items": [spotify_album(upc=stored)] if code == stored else []}})

    answers.table |= {"type=album": search, f"/v1/albums/{ALBUM}": spotify_album(upc=stored),
                      f"/v1/tracks/{TRACK}": spotify_track()}  # fmt: skip
    sheet = {**BY_CODE, "isrc": None, "upc": "00859712345677"}
    result = await asked(answers, case_of, context, "spotify", sheet, key=True)
    assert (result.verdict, field(result, "upc")["match"]) == (Verdict.PASS, "EXACT")


async def test_two_albums_of_one_padded_upc_are_told(answers: Any, case_of: CaseOf, context: Context) -> None:
    twins = [spotify_album(), spotify_album(OTHER_ALBUM, upc="859712345677")]
    answers.table |= {"type=album": {"albums": {"items": twins}}, f"/v1/albums/{ALBUM}": spotify_album(),
                      f"/v1/tracks/{TRACK}": spotify_track()}  # fmt: skip
    sheet = {"spotify": f"https://open.spotify.com/album/{ALBUM}", "isrc": None}
    result = await asked(answers, case_of, context, "spotify", sheet, key=True)
    assert (result.verdict, rules(result)) == (Verdict.WARN, {"metadata/duplicate-release"})


async def test_a_track_that_is_another_one_in_a_country_is_told_as_relinked(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    def there(request: Request) -> Response:
        item = OTHER_TRACK if request.parameters["market"] == "NO" else TRACK
        return Response.json(spotify_track(item, is_playable=True))

    answers.table |= {"market=": there, f"/v1/tracks/{TRACK}": spotify_track(),
                      f"/v1/albums/{ALBUM}": spotify_album(), "/v1/search": {"tracks": {"items": []}}}  # fmt: skip
    result = await asked(answers, case_of, context, "spotify", {"markets": ["US", "NO"]}, key=True)
    assert (result.verdict, rules(result)) == (Verdict.WARN, {"metadata/relinked"})
    assert f"NO: {OTHER_TRACK}" in result.findings[0].detail


async def test_a_rate_limit_among_the_countries_loses_nothing_that_was_read(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    busy = Response.json({"error": {"status": 429}}, 429, (("Retry-After", "79200"),))
    answers.table |= {"market=": busy, f"/v1/tracks/{TRACK}": spotify_track(),
                      f"/v1/albums/{ALBUM}": spotify_album(), "/v1/search": {"tracks": {"items": []}}}  # fmt: skip
    result = await asked(answers, case_of, context, "spotify", {"markets": ["US", "NO"]}, key=True)
    assert (result.verdict, field(result, "isrc")["via"]) == (Verdict.PASS, "Web API")
    assert any("US, NO" in line for line in result.data["not_checked"])


async def test_an_albums_further_pages_are_read_from_spotify_alone(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    titles = ["One", "Two", "Three"]
    songs = [{"id": f"{TRACK[:-1]}{at}", "name": name, "artists": [ARTIST], "external_ids": {"isrc": "x"}}
             for at, name in enumerate(titles)]  # fmt: skip
    further = f"https://api.spotify.com/v1/albums/{ALBUM}/tracks?offset=2"
    hostile = {"items": songs[2:], "next": "https://evil.example/v1/albums?offset=3"}
    answers.table |= {
        "offset=2": hostile,
        f"/v1/albums/{ALBUM}": {**spotify_album(name="Night Lines"), "total_tracks": 3,
                                "tracks": {"items": songs[:2], "next": further}},
        "/v1/search": {"albums": {"items": []}},
    }  # fmt: skip
    sheet = {
        "title": "Night Lines", "isrc": None, "duration": None, "explicit": None,
        "spotify": f"https://open.spotify.com/album/{ALBUM}", "tracks": [{"title": name} for name in titles],
    }  # fmt: skip
    result = await asked(answers, case_of, context, "spotify", sheet, key=True)
    assert (result.verdict, rules(result)) == (Verdict.PASS, set())
    assert result.release is not None
    assert [one["track"] for one in result.release.fields if one["field"] == "title"] == [None, "1", "2", "3"]


async def test_the_albums_address_is_read_where_the_sheet_lists_tracks(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {"/v1/search": {"albums": {"items": []}}, f"/v1/albums/{ALBUM}": spotify_album(),
                      f"/v1/tracks/{TRACK}": spotify_track()}  # fmt: skip
    sheet = {"album_spotify": f"https://open.spotify.com/album/{ALBUM}", "isrc": None,
             "tracks": [{"title": "Neon Hours", "isrc": "QZABC2600001"}]}  # fmt: skip
    result = await asked(answers, case_of, context, "spotify", sheet, key=True)
    assert (result.verdict, field(result, "tracks")["value"]) == (Verdict.PASS, "1")


async def test_a_focus_tracks_address_is_held_against_that_track(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {f"/v1/tracks/{TRACK}": spotify_track(), f"/v1/albums/{ALBUM}": spotify_album(),
                      "/v1/search": {"tracks": {"items": []}}}  # fmt: skip
    sheet = {"title": "Night Lines", "isrc": None, "duration": None,
             "tracks": [{"title": "Slow Tide"}, {"title": "Neon Hours", "isrc": "QZABC2600001"}]}  # fmt: skip
    result = await asked(answers, case_of, context, "spotify", sheet, key=True)
    assert (result.verdict, rules(result)) == (Verdict.PASS, set())


def apple_song(country: str) -> dict[str, Any]:
    return {"wrapperType": "track", "trackId": 1440833060, "trackName": "Neon Hours", "artistName": "Mara Vale",
            "collectionId": 1440833059, "releaseDate": "2026-11-20T08:00:00Z", "trackTimeMillis": 178000,
            "trackExplicitness": "notExplicit", "isStreamable": True, "country": country}  # fmt: skip


@pytest.mark.parametrize(
    ("other", "not_asked"),
    [
        (Response.json({"errorMessage": "Invalid value(s) for key(s): [country]"}, 400), "CU"),
        (Response.text("Forbidden", 403), "CU"),
        (Response.html("<!doctype html><title>Sorry</title>"), "CU"),
    ],
)
async def test_a_country_apple_has_no_storefront_for_is_only_not_asked(
    other: Response, not_asked: str, answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {"country=CU": other, "itunes.apple.com/lookup": {"results": [apple_song("USA")]}}
    result = await asked(answers, case_of, context, "apple_music", {"markets": ["US", not_asked]})
    assert (result.verdict, rules(result)) == (Verdict.PASS, set())
    assert any(not_asked in line for line in result.data["not_checked"])


async def test_deezers_quota_inside_a_success_is_waited_out(
    answers: Any, case_of: CaseOf, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    quota = {"error": {"type": "Exception", "message": "Quota limit exceeded", "code": 4}}
    turns: list[dict[str, Any]] = [quota]
    answers.table |= {
        "/track/880001": lambda _: Response.json(turns.pop() if turns else deezer_track(880001, 770001)),
        "/album/770001": deezer_album(770001),
    }
    case = case_of(
        "metadata", {"sources": ["deezer"]}, sheet={"deezer": "https://www.deezer.com/track/880001"}
    )
    monkeypatch.setattr("dropcheck.check.stores.Asker", lambda http, now: _asker(http, now, sleep))
    result = await metadata(case, replace(context(), http=answers.http))
    assert (result.verdict, waited) == (Verdict.PASS, [5.0])


def _asker(http: Any, now: dt.datetime, sleep: Any) -> Any:
    from dropcheck.catalog.ask import Asker

    assert sleep is not asyncio.sleep
    return Asker(http, now, sleep=sleep)


@pytest.mark.parametrize(
    ("answer", "verdict", "rule"),
    [
        (Response.html("<!doctype html><h1>Just a moment…</h1>"), Verdict.BLOCKED, "metadata/reader-broke"),
        (Response.text('{"id": 880001, "title": "Neon', 200), Verdict.BLOCKED, "metadata/reader-broke"),
        (Response.text("", 200), Verdict.BLOCKED, "metadata/reader-broke"),
        (Response.json(None), Verdict.BLOCKED, "metadata/reader-broke"),
        (Response.json([]), Verdict.BLOCKED, "metadata/reader-broke"),
        (Response.json({"id": None, "title": None}), Verdict.BLOCKED, "metadata/reader-broke"),
        (Response.text("no", 403), Verdict.BLOCKED, "metadata/blocked"),
        (Response.text("for legal reasons", 451), Verdict.BLOCKED, "metadata/blocked"),
        (Response.text("oops", 500), Verdict.BLOCKED, "metadata/service-broken"),
        (Response.text("", 404), Verdict.FAIL, "metadata/not-found"),
        (
            Response.text("slow down", 429, (("Retry-After", "Sun, 22 Nov 2099 18:00:00 GMT"),)),
            Verdict.BLOCKED,
            "metadata/rate-limited",
        ),
    ],
)
async def test_what_is_no_answer_is_never_held_against_the_release(
    answer: Response, verdict: Verdict, rule: str, answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {"/track/880001": answer}
    sheet = {"deezer": "https://www.deezer.com/track/880001"}
    result = await asked(answers, case_of, context, "deezer", sheet)
    assert (result.verdict, rules(result)) == (verdict, {rule})


def embed_page(**entity: Any) -> str:
    whole = {
        "type": "track", "name": "Neon Hours", "title": "Neon Hours", "duration": 178000, "isPlayable": True,
        "isExplicit": False, "releaseDate": {"isoString": "2026-11-20T00:00:00Z"},
        "artists": [{"name": "Mara Vale", "uri": "spotify:artist:4Z8W4fKeB5YxbusRsdQVPb"}], **entity,
    }  # fmt: skip
    state = json.dumps({"props": {"pageProps": {"state": {"data": {"entity": whole}}}}})
    return f'<script id="__NEXT_DATA__" type="application/json">{state}</script>'


def tags_page(**changes: str | None) -> str:
    tags = {
        "og:title": "Neon Hours", "og:type": "music.song", "music:duration": "178",
        "music:release_date": "2026-11-20", "music:musician_description": "Mara Vale",
        "music:musician": "https://open.spotify.com/artist/4Z8W4fKeB5YxbusRsdQVPb", **changes,
    }  # fmt: skip
    return "".join(
        f'<meta property="{name}" content="{value}">' for name, value in tags.items() if value is not None
    )


WALL = Response.text("no", 403)
GONE = Response.text("Not Found", 404)
CONSENT = "<!doctype html><title>Spotify – Web Player</title><div id=consent>We value your privacy</div>"
NOT_THERE = (
    '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"status":404}}}</script>'
)
OEMBED = {
    "title": "Neon Hours",
    "type": "rich",
    "provider_name": "Spotify",
    "thumbnail_url": "https://i.scdn.co/x",
}


@pytest.mark.parametrize(
    ("embed", "tags", "oembed", "verdict", "expected"),
    [
        (embed_page(), tags_page(), OEMBED, Verdict.PASS, set()),
        # One of the three is enough, and what it doesn't say is no mismatch.
        (WALL, tags_page(), OEMBED, Verdict.PASS, set()),
        (embed_page(), WALL, WALL, Verdict.PASS, set()),
        (CONSENT, CONSENT, OEMBED, Verdict.PASS, set()),
        (embed_page(artists=None, releaseDate=None, duration=None), CONSENT, GONE, Verdict.PASS, set()),
        # Nobody let us look.
        (WALL, WALL, WALL, Verdict.BLOCKED, {"metadata/blocked"}),
        (CONSENT, CONSENT, GONE, Verdict.BLOCKED, {"metadata/reader-broke"}),
        (CONSENT, CONSENT, '{"title": "Neon', Verdict.BLOCKED, {"metadata/reader-broke"}),
        (Response.text("slow down", 429, (("Retry-After", "79200"),)), WALL, WALL, Verdict.BLOCKED,
         {"metadata/rate-limited"}),
        # It really isn't there, whatever the status says.
        (NOT_THERE, tags_page(), OEMBED, Verdict.FAIL, {"metadata/not-found"}),
        (GONE, GONE, GONE, Verdict.FAIL, {"metadata/not-found"}),
        (GONE, tags_page(), GONE, Verdict.PASS, set()),
        (GONE, WALL, GONE, Verdict.BLOCKED, {"metadata/blocked"}),
        # Faults, and what only looks like one.
        (embed_page(isPlayable=False, playabilityReason="COUNTRY_RESTRICTED"), CONSENT, GONE, Verdict.WARN,
         {"metadata/not-playable"}),
        (embed_page(artists=[{"name": "Mara Vale", "uri": "spotify:artist:0NamesakeOfMaraVale001"}]), CONSENT, GONE,
         Verdict.FAIL, {"metadata/wrong-artist-page"}),
        (embed_page(duration=178900), tags_page(**{"music:duration": "200"}), GONE, Verdict.PASS, set()),
        (WALL, tags_page(**{"music:duration": "200"}), GONE, Verdict.FAIL, {"metadata/duration-different"}),
        (WALL, tags_page(**{"music:musician_description": "Mara Vale, Kai"}), GONE, Verdict.FAIL,
         {"metadata/artists-different"}),
        (WALL, tags_page(**{"music:release_date": "2027-01-01"}), GONE, Verdict.FAIL, {"metadata/date-different"}),
        (WALL, tags_page(**{"og:type": "website"}), GONE, Verdict.BLOCKED, {"metadata/blocked"}),
    ],
)  # fmt: skip
async def test_spotifys_public_pages_say_what_they_can(
    embed: Any,
    tags: Any,
    oembed: Any,
    verdict: Verdict,
    expected: set[str],
    answers: Any,
    case_of: CaseOf,
    context: Context,
) -> None:
    answers.table |= {"/embed/track/": embed, "/oembed": oembed, "/track/": tags}
    result = await asked(answers, case_of, context, "spotify", {})
    assert (result.verdict, rules(result)) == (verdict, expected)


PREMIUM = Response.json(
    {"error": {"status": 403, "message": "Active premium subscription required for the owner of the app."}},
    403,
)


@pytest.mark.parametrize(
    ("embed", "verdict", "expected"),
    [
        (embed_page(), Verdict.WARN, {"metadata/credentials-unusable"}),
        # Not even the public pages are there: then nothing is known of the track.
        (GONE, Verdict.BLOCKED, {"metadata/credentials-unusable"}),
        (NOT_THERE, Verdict.FAIL, {"metadata/credentials-unusable", "metadata/not-found"}),
    ],
)
async def test_refused_credentials_are_no_missing_track(
    embed: Any, verdict: Verdict, expected: set[str], answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {"api.spotify.com": PREMIUM, "/embed/track/": embed}
    result = await asked(answers, case_of, context, "spotify", {}, key=True)
    assert (result.verdict, rules(result)) == (verdict, expected)
