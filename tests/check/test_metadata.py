"""The `metadata` check against stand-ins of the stores, over real HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from dropcheck.check.metadata import metadata
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.localnet import LocalInternet
from dropcheck.result import Severity, Verdict
from dropcheck.suite import Case

CREDENTIALS = {"DROPCHECK_SPOTIFY_ID": "someone", "DROPCHECK_SPOTIFY_SECRET": "a-secret"}
EARLY = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
CaseOf = Callable[..., Case]
Context = Callable[..., CheckContext]


def track(track_id: str) -> str:
    return f"https://open.spotify.com/track/{track_id}"


def rules(result: CheckResult, *, info: bool = False) -> set[str]:
    return {one.rule for one in result.findings if info or one.severity is not Severity.INFO}


def field(result: CheckResult, name: str, service: str, track: str | None = None) -> dict[str, Any]:
    assert result.release is not None
    rows = [one for one in result.release.fields if one["field"] == name and one["track"] == track]
    return next(value for value in rows[0]["values"] if value["source"] == service)


async def test_a_healthy_release_passes_without_credentials(case_of: CaseOf, context: Context) -> None:
    result = await metadata(case_of("metadata"), context())
    assert (result.verdict, rules(result)) == (Verdict.PASS, set())
    assert field(result, "isrc", "deezer")["match"] == "EXACT"
    assert field(result, "isrc", "spotify")["match"] == "SKIPPED"
    assert field(result, "isrc", "spotify")["value"] is None
    assert field(result, "title", "spotify")["via"] == "embed page"
    assert field(result, "title", "apple_music")["read_at"] == "2026-11-22T18:00:00+00:00"
    assert any("DROPCHECK_SPOTIFY_ID" in line for line in result.data["not_checked"])


async def test_with_credentials_spotify_gives_its_codes(case_of: CaseOf, context: Context) -> None:
    result = await metadata(case_of("metadata"), context(credentials=CREDENTIALS))
    assert (result.verdict, rules(result, info=True)) == (Verdict.PASS, set())
    assert field(result, "isrc", "spotify") == {
        "source": "spotify",
        "value": "QZABC2600001",
        "match": "EXACT",
        "note": "",
        "via": "Web API",
        "read_at": "2026-11-22T18:00:00+00:00",
    }
    assert field(result, "upc", "spotify")["note"] == "padded with zeros"
    assert field(result, "label", "spotify")["match"] == "SKIPPED"


@pytest.mark.parametrize(
    ("sheet", "verdict", "expected"),
    [
        ({"spotify": track("3WrongArtistTrackId001")}, Verdict.FAIL, {"metadata/wrong-artist-page"}),
        ({"deezer": "https://www.deezer.com/track/880003"}, Verdict.FAIL, {"metadata/isrc-different"}),
        (
            {"spotify": track("3SpedUpTrackIdxxxxx001")},
            Verdict.FAIL,
            {"metadata/version-different", "metadata/duration-different"},
        ),
        ({"spotify": track("3StyleTrackIdxxxxxx001")}, Verdict.WARN, {"metadata/title-style"}),
        ({"spotify": track("5BogusTrackIdxxxxxx001")}, Verdict.FAIL, {"metadata/not-found"}),
        ({"explicit": True}, Verdict.FAIL, {"metadata/explicit-different"}),
        ({"duration": "3:02"}, Verdict.WARN, {"metadata/duration-near"}),
        ({"released": "2026-11-13"}, Verdict.FAIL, {"metadata/date-different"}),
        ({"label": "Night Bus"}, Verdict.FAIL, {"metadata/label-different"}),
        ({"upc": "036000291452"}, Verdict.FAIL, {"metadata/upc-different"}),
        ({"markets": ["US", "JP"]}, Verdict.FAIL, {"metadata/market-missing", "metadata/market-doubtful"}),
        ({"markets_excluded": ["NO"]}, Verdict.FAIL, {"metadata/market-excluded"}),
        (
            {"artists": [{"name": "Mara Vale"}, {"name": "Kai", "role": "featured"}]},
            Verdict.FAIL,
            {"metadata/artists-different"},
        ),
        ({"title": "Neon Hour"}, Verdict.FAIL, {"metadata/title-different"}),
    ],
)
async def test_each_fault_is_told_by_its_rule_and_no_other(
    sheet: dict[str, Any], verdict: Verdict, expected: set[str], case_of: CaseOf, context: Context
) -> None:
    result = await metadata(case_of("metadata", sheet=sheet), context())
    assert (result.verdict, rules(result)) == (verdict, expected)


@pytest.mark.parametrize(
    ("item", "verdict", "expected"),
    [
        ("5BusyOnceTrackIdxxx001", Verdict.PASS, set()),
        ("5BusyTrackIdxxxxxxx001", Verdict.WARN, {"metadata/rate-limited"}),
        ("5QuotaTrackIdxxxxxx001", Verdict.WARN, {"metadata/quota-exceeded"}),
        ("5PremiumTrackIdxxxx001", Verdict.WARN, {"metadata/credentials-unusable"}),
        ("5RelinkedTrackIdxxx001", Verdict.WARN, {"metadata/relinked"}),
        ("5BogusTrackIdxxxxxx001", Verdict.FAIL, {"metadata/not-found"}),
    ],
)
async def test_what_the_web_api_refuses_is_not_held_against_the_release(
    item: str, verdict: Verdict, expected: set[str], case_of: CaseOf, context: Context
) -> None:
    case = case_of("metadata", {"sources": ["spotify"]}, sheet={"spotify": track(item), "upc": None})
    result = await metadata(case, context(credentials=CREDENTIALS))
    assert (result.verdict, rules(result)) == (verdict, expected)


async def test_a_quota_is_not_asked_twice(case_of: CaseOf, context: Context, internet: LocalInternet) -> None:
    case = case_of("metadata", {"sources": ["spotify"]}, sheet={"spotify": track("5QuotaTrackIdxxxxxx001")})
    await metadata(case, context(credentials=CREDENTIALS))
    assert internet.requests.count("api.spotify.com") == 1


async def test_wrong_credentials_are_said_and_the_public_pages_read(
    case_of: CaseOf, context: Context
) -> None:
    case = case_of("metadata", {"sources": ["spotify"]}, sheet={"upc": None})
    wrong = {"DROPCHECK_SPOTIFY_ID": "nobody", "DROPCHECK_SPOTIFY_SECRET": "secret-of-nobody"}
    result = await metadata(case, context(credentials=wrong))
    assert rules(result) == {"metadata/credentials-unusable"}
    assert field(result, "title", "spotify")["match"] == "EXACT"
    assert "secret-of-nobody" not in repr(result)


async def test_nothing_is_asked_before_the_release(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    result = await metadata(case_of("metadata"), context(now=EARLY - dt.timedelta(hours=30)))
    assert result.verdict is Verdict.PENDING
    assert len(internet.requests) == 0
    assert result.release is not None
    assert result.release.hours_since_release == -27.0


async def test_a_missing_item_is_pending_inside_the_48_hours(case_of: CaseOf, context: Context) -> None:
    case = case_of(
        "metadata", {"sources": ["spotify"]}, sheet={"spotify": track("5BogusTrackIdxxxxxx001"), "upc": None}
    )
    result = await metadata(case, context(now=EARLY))
    assert (result.verdict, rules(result, info=True)) == (Verdict.PENDING, {"metadata/not-live-yet"})


async def test_an_ep_is_compared_track_by_track(case_of: CaseOf, context: Context) -> None:
    tracks = [
        {"title": "Night Lines", "isrc": "QZABC2600011", "duration": "3:21"},
        {"title": "Slow Tide", "isrc": "QZABC2600012", "duration": "3:21",
         "artists": [{"name": "Mara Vale"}, {"name": "Kai, The Tide"}]},
    ]  # fmt: skip
    ep = {
        "title": "Night Lines", "isrc": None, "upc": "859712345684", "duration": None, "tracks": tracks,
        "spotify": "https://open.spotify.com/album/4NightLinesAlbumId0001",
        "apple_music": "https://music.apple.com/us/album/night-lines/1440841059",
    }  # fmt: skip
    result = await metadata(case_of("metadata", sheet=ep), context(credentials=CREDENTIALS))
    assert (result.verdict, rules(result)) == (Verdict.PASS, set())
    assert field(result, "isrc", "spotify", "2")["value"] == "QZABC2600012"
    assert field(result, "artists", "apple_music", "2")["match"] == "EXACT"

    swapped = await metadata(case_of("metadata", sheet={**ep, "tracks": tracks[::-1]}), context())
    assert rules(swapped) == {"metadata/track-order"}
    short = await metadata(case_of("metadata", sheet={**ep, "tracks": tracks[:1]}), context())
    assert "metadata/track-count" in rules(short)


async def test_a_sheet_with_only_a_store_link_has_nothing_to_compare(
    case_of: CaseOf, context: Context
) -> None:
    only = dict.fromkeys(
        ("title", "artists", "isrc", "upc", "released", "duration", "explicit", "label", "apple_music")
    )
    result = await metadata(case_of("metadata", sheet=only), context())
    assert result.verdict is Verdict.SKIPPED
    assert "no code to look for" in result.reason


async def test_an_unreachable_store_is_an_error_of_ours(case_of: CaseOf, context: Context) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as refusing:
        result = await metadata(case_of("metadata", sheet={"upc": None}), replace(context(), http=refusing))
    assert (result.verdict, rules(result)) == (Verdict.ERROR, {"metadata/unreachable"})


async def test_a_release_that_is_there_twice_is_told(case_of: CaseOf, context: Context) -> None:
    sheet = {"spotify": track("3TwiceFirstTrackIdx001"), "isrc": "QZABC2600020", "upc": "859712345721"}
    case = case_of("metadata", {"sources": ["spotify"]}, sheet=sheet)
    result = await metadata(case, context(credentials=CREDENTIALS))
    assert rules(result) == {"metadata/duplicate-release"}


async def test_a_upc_with_a_wrong_check_digit_is_doubted_until_a_store_shows_it(
    case_of: CaseOf, context: Context
) -> None:
    mistyped = {"upc": "859712345678"}
    unconfirmed = await metadata(case_of("metadata", {"sources": ["spotify"]}, sheet=mistyped), context())
    shown = {**mistyped, "deezer": "https://www.deezer.com/track/880006"}
    confirmed = await metadata(
        case_of("metadata", {"sources": ["deezer"], "fields": ["upc"]}, sheet=shown), context()
    )
    assert rules(unconfirmed) == {"metadata/upc-check-digit"}
    assert (confirmed.verdict, rules(confirmed)) == (Verdict.PASS, set())


ASKS_MUSICBRAINZ = {"sources": ["deezer", "musicbrainz"]}


async def test_an_isrc_that_musicbrainz_lists_for_another_song_is_told(
    case_of: CaseOf, context: Context
) -> None:
    contact = {"DROPCHECK_CONTACT": "mara@label.example"}
    taken = {"isrc": "QZABC2600009", "deezer": "https://www.deezer.com/track/880003"}
    told = await metadata(case_of("metadata", ASKS_MUSICBRAINZ, sheet=taken), context(credentials=contact))
    assert (told.verdict, rules(told)) == (Verdict.WARN, {"metadata/isrc-taken"})
    assert "Old Harbour" in told.findings[0].title
    unknown = await metadata(case_of("metadata", ASKS_MUSICBRAINZ), context(credentials=contact))
    assert (unknown.verdict, rules(unknown)) == (Verdict.PASS, set())


async def test_musicbrainz_is_not_asked_by_somebody_it_cannot_write_to(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    result = await metadata(case_of("metadata", ASKS_MUSICBRAINZ), context())
    assert (result.verdict, internet.requests.count("musicbrainz.org")) == (Verdict.PASS, 0)
    assert any("DROPCHECK_CONTACT" in line for line in result.data["not_checked"])
    alone = await metadata(case_of("metadata", {"sources": "musicbrainz"}), context())
    assert (alone.verdict, "DROPCHECK_CONTACT" in alone.reason) == (Verdict.SKIPPED, True)
