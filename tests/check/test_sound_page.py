"""The `sound_page` check against a stand-in of TikTok, over real HTTP: the decision table and where it leads."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.sound_page import sound_page
from dropcheck.device.load import load_profiles
from dropcheck.device.model import Profile
from dropcheck.engine.chromium import ChromiumEngine
from dropcheck.journey.follow import Browsers
from dropcheck.localnet import LocalInternet, Response
from dropcheck.localnet.services.tiktok_sounds import APPLE_TOKEN
from dropcheck.network import Dialler, EgressProxy, ResolveMap
from dropcheck.places import data_folder
from dropcheck.result import Severity, Verdict
from dropcheck.suite import Case

CREDENTIALS = {"DROPCHECK_SPOTIFY_ID": "someone", "DROPCHECK_SPOTIFY_SECRET": "a-secret"}
EARLY = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.UTC)
CaseOf = Callable[..., Case]
Context = Callable[..., CheckContext]


def sound(last: int) -> dict[str, Any]:
    return {"tiktok_sound": f"https://www.tiktok.com/music/original-sound-73000000000000000{last:02d}"}


def spotify_of(result: CheckResult) -> str:
    assert result.release is not None
    return next(str(one["note"]) for one in result.release.sound["services"] if one["service"] == "spotify")


def rules(result: CheckResult) -> set[str]:
    return {one.rule for one in result.findings}


async def test_the_delivered_sound_passes_and_says_where_it_leads(case_of: CaseOf, context: Context) -> None:
    result = await sound_page(case_of("sound_page", sheet=sound(1)), context())
    assert (result.verdict, result.findings) == (Verdict.PASS, [])
    assert result.release is not None
    shown = result.release.sound
    assert (shown["state"], shown["video_count"], shown["clip_seconds"]) == ("delivered", 1284, 60.0)
    assert {one["service"]: one["ours"] for one in shown["services"]} == {
        "spotify": True,
        "apple_music": True,
        "deezer": True,
    }
    assert shown["cover"].endswith(".jpeg")
    assert result.data["manual"]


@pytest.mark.parametrize(
    ("last", "now", "verdict", "rule"),
    [
        (2, LATER, Verdict.FAIL, "sound_page/direct-upload"),
        (3, LATER, Verdict.WARN, "sound_page/matched-upload"),
        (4, EARLY, Verdict.PENDING, "sound_page/linking-pending"),
        (4, LATER, Verdict.FAIL, "sound_page/not-linked"),
        (18, EARLY, Verdict.PENDING, "sound_page/linking-pending"),
        (18, LATER, Verdict.WARN, "sound_page/stores-not-told"),
        (5, LATER, Verdict.FAIL, "sound_page/wrong-target"),
        (7, LATER, Verdict.BLOCKED, "sound_page/blocked"),
        (8, LATER, Verdict.BLOCKED, "sound_page/blocked"),
        (9, EARLY, Verdict.PENDING, "sound_page/not-live-yet"),
        (9, LATER, Verdict.FAIL, "sound_page/not-available"),
        (15, LATER, Verdict.FAIL, "sound_page/version-different"),
        (17, LATER, Verdict.FAIL, "sound_page/title-different"),
        (12, LATER, Verdict.FAIL, "sound_page/wrong-target"),
    ],
)
async def test_the_decision_table(
    last: int, now: dt.datetime, verdict: Verdict, rule: str, case_of: CaseOf, context: Context
) -> None:
    result = await sound_page(case_of("sound_page", sheet=sound(last)), context(now=now))
    assert result.verdict is verdict
    assert rule in rules(result)


async def test_another_copy_of_the_recording_is_ours_by_its_isrc(case_of: CaseOf, context: Context) -> None:
    case = case_of("sound_page", sheet=sound(6))
    by_tiktok = await sound_page(case, context())
    by_isrc = await sound_page(case, context(credentials=CREDENTIALS))
    assert [(one.verdict, rules(one)) for one in (by_tiktok, by_isrc)] == [(Verdict.PASS, set())] * 2
    assert "TikTok counts it as the recording" in spotify_of(by_tiktok)
    assert "ISRC QZABC2600001" in spotify_of(by_isrc)
    without_twin = {**sound(6), "apple_music": None}
    lone = await sound_page(case_of("sound_page", {"services": "spotify"}, sheet=without_twin), context())
    assert lone.verdict is Verdict.PASS  # Deezer's row has the ISRC


async def test_a_service_the_release_is_on_must_be_linked(case_of: CaseOf, context: Context) -> None:
    case = case_of("sound_page", {"services": ["spotify", "amazon_music"]}, sheet=sound(1))
    late, early = await sound_page(case, context()), await sound_page(case, context(now=EARLY))
    assert (late.verdict, rules(late)) == (Verdict.FAIL, {"sound_page/service-missing"})
    assert (early.verdict, rules(early)) == (Verdict.PENDING, {"sound_page/service-pending"})


async def test_the_apple_token_in_the_page_is_kept_nowhere(case_of: CaseOf, context: Context) -> None:
    made = context(credentials=CREDENTIALS)
    result = await sound_page(case_of("sound_page", sheet=sound(1)), made)
    assert APPLE_TOKEN not in repr(result)
    assert "x-signature" not in repr(result)


async def test_a_competing_sound_with_more_videos_is_told(case_of: CaseOf, context: Context) -> None:
    other = "https://www.tiktok.com/music/son-original-7300000000000000003"
    result = await sound_page(
        case_of("sound_page", sheet={**sound(1), "alternate_sounds": [other]}), context()
    )
    assert (result.verdict, rules(result)) == (Verdict.PASS, {"sound_page/competing-sound"})
    assert result.release is not None
    assert result.release.sound["competing"][0]["video_count"] == 4120


@pytest.mark.parametrize(
    ("sheet", "rule"),
    [
        ({"clip_start": "2:30", "hook_at": "2:30"}, "sound_page/late-hook"),
        ({"clip_start": "1:30"}, "sound_page/late-clip"),
        ({"clip_start": 0, "hook_at": 12}, None),
        ({"clip_start": 45, "hook_at": 25}, None),
    ],
)
async def test_the_clip_is_held_against_the_song(
    sheet: dict[str, Any], rule: str | None, case_of: CaseOf, context: Context
) -> None:
    result = await sound_page(case_of("sound_page", sheet={**sound(1), **sheet}), context())
    warned = {one.rule for one in result.findings if one.severity is Severity.WARNING}
    assert warned == ({rule} if rule else set())


async def test_an_audience_where_spotify_does_not_lead_is_a_hint(case_of: CaseOf, context: Context) -> None:
    result = await sound_page(case_of("sound_page", sheet={**sound(1), "audience": ["JP", "US"]}), context())
    assert (result.verdict, rules(result)) == (Verdict.PASS, {"sound_page/audience"})
    assert "Japan" in result.findings[0].title


async def test_without_a_sound_page_on_the_sheet_nothing_is_asked(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    result = await sound_page(case_of("sound_page"), context())
    assert (result.verdict, len(internet.requests)) == (Verdict.SKIPPED, 0)


MUSIC: dict[str, Any] = {
    "id": "7300000000000000001", "title": "Neon Hours", "authorName": "Mara Vale", "album": "Neon Hours",
    "original": False, "duration": 60, "coverLarge": "https://p16/tos-v-2774/x.jpeg",
}  # fmt: skip
ROWS = {"tt_to_dsp_song_infos": [{"platform": 3, "song_id": "11dFghVXANMlKmJXsNCbNl", "meta_song_id": "9"},
                                 {"platform": 1, "song_id": "1440833060", "meta_song_id": "9"}]}  # fmt: skip
LINKED = {**MUSIC, "tt2dsp": ROWS}
UPLOAD = {
    **MUSIC, "original": True, "title": "original sound", "authorName": "maravale", "album": "",
    "coverLarge": "https://p16/tos-maliva-avt-0068/y.jpeg",
}  # fmt: skip


def page_of(music: Any, status: Any = 0, **detail: Any) -> str:
    info = {"music": music, "stats": {"videoCount": 0}}
    state = {
        "__DEFAULT_SCOPE__": {"webapp.music-detail": {"statusCode": status, "musicInfo": info, **detail}}
    }
    return f'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{json.dumps(state)}</script>'


@pytest.mark.parametrize(
    ("page", "verdict", "expected"),
    [
        (page_of(LINKED), Verdict.PASS, set()),
        # Stores: told, told as none, told only by the page's videos, not told at all.
        (page_of({**MUSIC, "tt2dsp": {"tt_to_dsp_song_infos": []}}), Verdict.FAIL, {"not-linked"}),
        (page_of({**MUSIC, "tt2dsp": {}}), Verdict.FAIL, {"not-linked"}),
        (page_of(MUSIC), Verdict.WARN, {"stores-not-told"}),
        (page_of({**MUSIC, "tt2dsp": None}), Verdict.WARN, {"stores-not-told"}),
        (page_of(MUSIC, itemList=[]), Verdict.WARN, {"stores-not-told"}),
        (page_of(MUSIC, itemList=[{"id": "1", "music": LINKED}]), Verdict.PASS, set()),
        (page_of(MUSIC, itemList=[{"id": "1", "music": {**LINKED, "id": "73"}}]), Verdict.WARN, {"stores-not-told"}),
        (page_of(MUSIC, itemList=[{"music": {**MUSIC, "tt2dsp": {}}}]), Verdict.FAIL, {"not-linked"}),
        (page_of({**LINKED, "id": 7300000000000000001}), Verdict.PASS, set()),
        (page_of({**LINKED, "id": "7300000000000000099"}), Verdict.WARN, {"relinked"}),
        # Uploads, in any language, matched or not; what is told of a sound by no single mark.
        (page_of(UPLOAD), Verdict.FAIL, {"direct-upload"}),
        (page_of({**UPLOAD, "title": "оригинальный звук - maravale"}), Verdict.FAIL, {"direct-upload"}),
        (page_of({**UPLOAD, "isCopyrighted": True}), Verdict.FAIL, {"direct-upload"}),
        (page_of({**UPLOAD, "tt2dsp": ROWS}), Verdict.WARN, {"matched-upload"}),
        (page_of({**UPLOAD, "matched_pgc_sound": {"title": "Neon Hours"}}), Verdict.WARN, {"matched-upload"}),
        (page_of({**LINKED, "original": None}), Verdict.WARN, {"unclear"}),
        (page_of({**LINKED, "original": ""}), Verdict.WARN, {"unclear"}),
        (page_of({**LINKED, "album": ""}), Verdict.WARN, {"unclear"}),
        # Texts: features, other scripts, other artists, other versions.
        (page_of({**LINKED, "title": "Neon Hours (feat. Kai)"}), Verdict.PASS, set()),
        (page_of({**LINKED, "title": "NEON HOURS"}), Verdict.PASS, set()),
        (page_of({**LINKED, "authorName": "Mara Vale & Kai"}), Verdict.PASS, set()),
        (page_of({**LINKED, "authorName": "Tamara Valey"}), Verdict.FAIL, {"unclear", "artist-different"}),
        (page_of({**LINKED, "authorName": "マラ・ヴェイル"}), Verdict.WARN, {"unclear", "artist-different"}),
        (page_of({**LINKED, "title": "Slow Tide"}), Verdict.FAIL, {"unclear", "title-different"}),
        (page_of({**LINKED, "title": "Neon Hours (Sped Up)"}), Verdict.WARN, {"version-different"}),
        (page_of({**LINKED, "coverLarge": ""}), Verdict.WARN, {"artwork-missing"}),
        (page_of({**LINKED, "duration": 1e999}), Verdict.PASS, set()),
        # Walls and pages that say nothing.
        ("<div class='captcha-verify-container'>Drag the slider</div>", Verdict.BLOCKED, {"blocked"}),
        ("<p>Log in to TikTok</p>", Verdict.BLOCKED, {"blocked"}),
        ("", Verdict.BLOCKED, {"blocked"}),
        (page_of(None), Verdict.BLOCKED, {"blocked"}),
        (page_of({}), Verdict.BLOCKED, {"blocked"}),
        (page_of(None, status=10218), Verdict.FAIL, {"not-available"}),
        (page_of(None, status="10218"), Verdict.BLOCKED, {"blocked"}),
        (Response.text("slow down", 429, (("Retry-After", "79200"),)), Verdict.BLOCKED, {"blocked"}),
        (Response.redirect("https://www.tiktok.com/login?redirect_url=x"), Verdict.BLOCKED, {"blocked"}),
        (Response.text("oops", 502), Verdict.BLOCKED, {"blocked"}),
        ("<!doctype html><title>TikTok</title><div id=app></div>", Verdict.BLOCKED, {"reader-broke"}),
        (page_of(LINKED)[:-200], Verdict.BLOCKED, {"reader-broke"}),
    ],
)  # fmt: skip
async def test_pages_as_tiktok_answers_with_them(
    page: Any, verdict: Verdict, expected: set[str], answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {"/music/": page, "/login": "<p>Log in to TikTok</p>"}
    result = await sound_page(case_of("sound_page", sheet=sound(1)), replace(context(), http=answers.http))
    assert (result.verdict, rules(result)) == (verdict, {f"sound_page/{one}" for one in expected})


async def test_a_page_that_names_another_sounds_stores_is_not_silent_about_ours(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    other = "https://www.tiktok.com/music/x-7300000000000000077"
    answers.table |= {"00077": page_of({**LINKED, "id": "7300000000000000077"}), "/music/": page_of(MUSIC)}
    case = case_of("sound_page", sheet={**sound(1), "alternate_sounds": other})
    result = await sound_page(case, replace(context(), http=answers.http))
    assert (result.verdict, rules(result)) == (Verdict.FAIL, {"sound_page/not-linked"})


EP = {
    "title": "Night Lines", "isrc": None, "duration": None, "apple_music": None,
    "tracks": [{"title": "Slow Tide"}, {"title": "Neon Hours", "apple_music": "https://music.apple.com/us/song/1440833060"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("title", "sheet", "verdict", "expected"),
    [
        ("Neon Hours", EP, Verdict.PASS, set()),
        ("Somebody Else's Song", EP, Verdict.FAIL, {"unclear", "title-different"}),
        ("夜の時間", {"title_localized": {"ja": "夜の時間"}}, Verdict.PASS, set()),
        ("Neon Hours", {"version": "Sped Up"}, Verdict.WARN, {"version-different"}),
        ("Neon Hours - sped up", {"version": "Sped Up"}, Verdict.PASS, set()),
    ],
)
async def test_the_sound_is_held_against_the_recording_it_is_of(
    title: str,
    sheet: dict[str, Any],
    verdict: Verdict,
    expected: set[str],
    answers: Any,
    case_of: CaseOf,
    context: Context,
) -> None:
    answers.table |= {"/music/": page_of({**LINKED, "title": title})}
    case = case_of("sound_page", {"services": "spotify"}, sheet={**sound(1), **sheet})
    result = await sound_page(case, replace(context(), http=answers.http))
    assert (result.verdict, rules(result)) == (verdict, {f"sound_page/{one}" for one in expected})


@pytest.mark.parametrize(
    ("address", "leads_to", "verdict", "rule"),
    [
        ("https://www.tiktok.com/@mara/video/7310000000000000001", "", Verdict.FAIL, "not-a-sound"),
        ("https://www.tiktok.com/@mara", "", Verdict.FAIL, "not-a-sound"),
        ("https://vm.tiktok.com/ZMabc/", "https://www.tiktok.com/music/x-7300000000000000001?_r=1", Verdict.PASS, ""),
        ("https://vm.tiktok.com/ZMabc/", "https://www.tiktok.com/@m/video/7310000000000000001", Verdict.FAIL,
         "not-a-sound"),
        ("https://vm.tiktok.com/ZMabc/", "https://www.tiktok.com/?_r=1", Verdict.BLOCKED, "blocked"),
        ("https://vm.tiktok.com/ZMabc/", "https://www.tiktok.com/login", Verdict.BLOCKED, "blocked"),
    ],
)  # fmt: skip
async def test_only_the_address_of_a_sound_is_one(
    address: str, leads_to: str, verdict: Verdict, rule: str, answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {
        "/ZMabc": Response.redirect(leads_to),
        "/music/": page_of(LINKED),
        "tiktok.com/": "<p>TikTok",
    }
    case = case_of("sound_page", sheet={"tiktok_sound": address})
    result = await sound_page(case, replace(context(), http=answers.http))
    assert (result.verdict, rules(result)) == (verdict, {f"sound_page/{rule}"} if rule else set())


async def test_a_service_only_the_sheet_knows_of_is_no_failure(
    answers: Any, case_of: CaseOf, context: Context
) -> None:
    answers.table |= {"/music/": page_of(LINKED)}
    sheet = {**sound(1), "deezer": "https://www.deezer.com/track/880001"}
    by_sheet = await sound_page(case_of("sound_page", sheet=sheet), replace(context(), http=answers.http))
    named = case_of("sound_page", {"services": ["spotify", "deezer"]}, sheet=sheet)
    by_suite = await sound_page(named, replace(context(), http=answers.http))
    assert (by_sheet.verdict, by_suite.verdict) == (Verdict.WARN, Verdict.FAIL)
    assert rules(by_sheet) == rules(by_suite) == {"sound_page/service-missing"}


@pytest.mark.browser
@pytest.mark.parametrize(("last", "verdict"), [(10, Verdict.BLOCKED), (19, Verdict.WARN)])
async def test_a_page_that_shows_a_plain_client_less_is_read_in_a_real_browser(
    last: int, verdict: Verdict, case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    plain = await sound_page(case_of("sound_page", sheet=sound(last)), context())
    assert plain.verdict is verdict
    rules_of_map = ResolveMap.parse(internet.resolve_rules())
    async with EgressProxy(Dialler(rules_of_map, insecure=True)) as proxy:
        engine = ChromiumEngine(proxy)
        await engine.start()

        async def browsers(_profile: Profile) -> Browsers:
            return Browsers(engine, engine)

        try:
            made = replace(
                context(), profiles=load_profiles(data_folder("device_profiles")), browsers=browsers
            )
            result = await sound_page(case_of("sound_page", sheet=sound(last)), made)
        finally:
            await engine.close()
    assert (result.verdict, result.findings) == (Verdict.PASS, [])
