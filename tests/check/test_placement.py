"""The `placement` check over real HTTP: ads, stories, bios and lists of links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.placement import placement
from dropcheck.localnet import LocalInternet, Request, Response
from dropcheck.result import Verdict
from dropcheck.suite import Case

CaseOf = Callable[..., Case]
Context = Callable[..., CheckContext]
LATER = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.UTC)
SPARK = {"code_ends": "2026-12-31", "campaign_ends": "2026-12-15"}
AD = "https://ad.example/go?utm_source=tiktok&utm_campaign=__CAMPAIGN_NAME__"


def rules(result: CheckResult) -> set[str]:
    return {one.rule for one in result.findings}


Answerer = Callable[[Request], Response]


def mounted(internet: LocalInternet, answer: Answerer) -> None:
    async def handler(request: Request) -> Response | None:
        return answer(request)

    internet.mount("ad.example", handler)


def keeps_query(request: Request) -> Response:
    if request.path == "/go":
        return Response.redirect(f"https://ad.example/landing?{request.query}")
    return Response.html("<h1>Neon Hours</h1>")


async def test_an_ad_whose_link_keeps_everything_passes(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    mounted(internet, keeps_query)
    case = case_of("placement", SPARK, url=AD, placement="tiktok-spark-ad")
    result = await placement(case, context())
    assert (result.verdict, result.findings, result.data["kind"]) == (Verdict.PASS, [], "spark-ad")
    landing = internet.requests.to("ad.example", "/landing")[0]
    assert landing.parameters["ttclid"]
    assert landing.parameters["utm_campaign"] != "__CAMPAIGN_NAME__"


def drops_query(request: Request) -> Response:
    return Response.redirect("https://ad.example/landing") if request.path == "/go" else Response.html("x")


def adds_macro(request: Request) -> Response:
    if request.path == "/go":
        return Response.redirect(f"https://ad.example/landing?{request.query}&utm_term=__AID_NAME__")
    return Response.html("x")


def leads_over_http(request: Request) -> Response:
    if request.path == "/go":
        return Response.redirect(f"http://ad.example/landing?{request.query}")
    return Response.html("x")


def refuses_bots(request: Request) -> Response:
    return Response.text("no", 403) if "bot" in request.user_agent else Response.html("x")


def refuses_long(request: Request) -> Response:
    return Response.text("too long", 414) if len(request.query) > 1500 else Response.html("x")


def keeps_source_only(request: Request) -> Response:
    if request.path == "/go":
        kept = {name: request.parameters[name] for name in ("utm_source", "ttclid")}
        return Response.redirect(f"https://ad.example/landing?{urlencode(kept)}")
    return Response.html("x")


def challenges(request: Request) -> Response:
    return Response.html("<title>Just a moment...</title>", 403)


def turns_away(request: Request) -> Response:
    return Response.text("Forbidden", 403)


def is_gone(request: Request) -> Response:
    return Response.text("gone", 410)


def loses_to_store(request: Request) -> Response:
    return Response.redirect("https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl")


@pytest.mark.parametrize(
    ("answer", "verdict", "rule"),
    [
        (drops_query, Verdict.FAIL, "placement/parameter-lost"),
        (adds_macro, Verdict.FAIL, "placement/macro-live"),
        (leads_over_http, Verdict.WARN, "placement/not-https"),
        (refuses_bots, Verdict.FAIL, "placement/review-refused"),
        (refuses_long, Verdict.WARN, "placement/long-parameter"),
        (is_gone, Verdict.FAIL, "placement/link-broken"),
        # Every utm parameter counts, not only the source, and what carries a macro.
        (keeps_source_only, Verdict.FAIL, "placement/parameter-lost"),
        (challenges, Verdict.BLOCKED, "placement/not-let-in"),
        (turns_away, Verdict.BLOCKED, "placement/not-let-in"),
    ],
)
async def test_what_is_wrong_on_the_way_of_an_ad(
    answer: Answerer,
    verdict: Verdict,
    rule: str,
    case_of: CaseOf,
    context: Context,
    internet: LocalInternet,
) -> None:
    mounted(internet, answer)
    result = await placement(case_of("placement", SPARK, url=AD, placement="tiktok-spark-ad"), context())
    assert (result.verdict, rules(result)) == (verdict, {rule})


async def test_a_store_at_the_end_need_not_keep_parameters(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    mounted(internet, loses_to_store)
    result = await placement(case_of("placement", SPARK, url=AD, placement="tiktok-spark-ad"), context())
    assert rules(result) == set()


@pytest.mark.parametrize(
    ("options", "url", "verdict", "rule"),
    [
        ({"code_ends": "2026-12-01"}, AD, Verdict.FAIL, "placement/code-ends-early"),
        ({"code_ends": None}, AD, Verdict.WARN, "placement/code-unknown"),
        ({"code_ends": "2026-11-21"}, AD, Verdict.FAIL, "placement/code-ended"),
        ({"code_ends": "2026-11-21", "campaign_ends": None}, AD, Verdict.FAIL, "placement/code-ended"),
        ({"own_post": False}, AD, Verdict.WARN, "placement/authorisation-unknown"),
        ({"own_post": False, "authorised": False}, AD, Verdict.FAIL, "placement/not-authorised"),
        ({}, "https://ad.example/go?utm_id=_CAMPAIGN_ID_", Verdict.FAIL, "placement/macro-typo"),
        ({}, "https://ad.example/go?utm_id=__campaign_id__", Verdict.FAIL, "placement/macro-typo"),
        ({}, "https://ad.example/go?utm_id=__ADSET__", Verdict.WARN, "placement/macro-unknown"),
        ({}, "https://ad.example/go", Verdict.WARN, "placement/no-utm"),
        (
            {"post": "https://www.tiktok.com/@m/video/7310000000000000002"},
            AD,
            Verdict.FAIL,
            "placement/other-sound",
        ),
        (
            {"post": "https://www.tiktok.com/@m/video/7310000000000000099"},
            AD,
            Verdict.WARN,
            "placement/post-not-seen",
        ),
    ],
)
async def test_what_is_wrong_with_an_ad_itself(
    options: dict[str, Any],
    url: str,
    verdict: Verdict,
    rule: str,
    case_of: CaseOf,
    context: Context,
    internet: LocalInternet,
) -> None:
    mounted(internet, keeps_query)
    given = {key: value for key, value in {**SPARK, **options}.items() if value is not None}
    sheet = {"tiktok_sound": "https://www.tiktok.com/music/neon-hours-7300000000000000001"}
    case = case_of("placement", given, url=url, placement="tiktok-spark-ad", sheet=sheet)
    result = await placement(case, context())
    assert (result.verdict, rules(result)) == (verdict, {rule})


async def test_a_post_with_the_releases_sound_has_nothing_to_say(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    mounted(internet, keeps_query)
    sheet = {"tiktok_sound": "https://www.tiktok.com/music/neon-hours-7300000000000000001"}
    options = {**SPARK, "post": "https://www.tiktok.com/@mara/video/7310000000000000001", "cpm": 2}
    case = case_of("placement", options, url=AD, placement="tiktok-spark-ad", sheet=sheet)
    result = await placement(case, context())
    assert rules(result) == set()
    estimate = result.data["estimate"]
    assert (estimate["low"], estimate["high"]) == (0.1, 0.4)
    assert "stimate" in estimate["text"]
    assert estimate["source"]


@pytest.mark.parametrize(
    ("place", "options", "verdict", "expected"),
    [
        ("tiktok-story", {"posted": "2026-11-21T10:00:00Z"}, Verdict.FAIL, {"placement/story-expired"}),
        ("tiktok-story", {"posted": "2026-11-22T10:00:00Z"}, Verdict.PASS, {"placement/story-ends"}),
        ("instagram-story", {"posted": "2026-11-20T10:00:00Z", "highlight": True}, Verdict.PASS, set()),
        ("tiktok-story", {"posted": "2026-11-20T10:00:00Z", "highlight": True}, Verdict.FAIL,
         {"placement/story-expired"}),
        ("instagram-story", {}, Verdict.PASS, {"placement/story-time-unknown"}),
    ],
)  # fmt: skip
async def test_a_story_lives_a_day_unless_a_highlight_keeps_it(
    place: str,
    options: dict[str, Any],
    verdict: Verdict,
    expected: set[str],
    case_of: CaseOf,
    context: Context,
    internet: LocalInternet,
) -> None:
    mounted(internet, keeps_query)
    case = case_of("placement", options, url="https://ad.example/landing", placement=place)
    result = await placement(case, context(now=LATER))
    assert (result.verdict, rules(result)) == (verdict, expected)


SONG = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
LINKTREE = (
    '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"links":['
    f'{{"title":"Shop","url":"https://shop.example/","position":1}},'
    f'{{"title":"Song","url":"{SONG}","position":0}}]}}}}}}</script>'
)
MERCH = "<a href='https://shop.example/shirts'>Merch</a>"


@pytest.mark.parametrize(
    ("html", "verdict", "expected"),
    [
        (f"<a href='{SONG}?si=1'>Neon Hours</a>{MERCH}", Verdict.PASS, set()),
        (f"{MERCH}<a href='{SONG}'>Neon Hours</a>", Verdict.WARN, {"placement/not-first"}),
        (f"{MERCH}<a class='link pinned' href='{SONG}'>Neon Hours</a>", Verdict.PASS, set()),
        (MERCH, Verdict.FAIL, {"placement/not-in-list"}),
        ("<div id=root></div>", Verdict.BLOCKED, {"placement/list-not-read"}),
        (
            LINKTREE,
            Verdict.PASS,
            set(),
        ),
    ],
)
async def test_a_list_of_links_shows_the_release_first(
    html: str,
    verdict: Verdict,
    expected: set[str],
    case_of: CaseOf,
    context: Context,
    internet: LocalInternet,
) -> None:
    mounted(internet, lambda _request: Response.html(html))
    options = {"contains": "release.spotify"}
    case = case_of("placement", options, url="https://ad.example/mara", placement="tiktok-bio")
    result = await placement(case, context())
    assert (result.verdict, rules(result)) == (verdict, expected)


@pytest.mark.parametrize(
    ("answer", "verdict", "expected"),
    [
        (Response.text("no", 403), Verdict.BLOCKED, {"placement/not-let-in"}),
        (
            Response.text("slow down", 429, (("Retry-After", "79200"),)),
            Verdict.BLOCKED,
            {"placement/not-let-in"},
        ),
        (Response.html("<p>Verify you are human</p>", 503), Verdict.BLOCKED, {"placement/not-let-in"}),
        (Response.text("gone", 410), Verdict.FAIL, {"placement/link-broken"}),
        (Response.text("oops", 500), Verdict.FAIL, {"placement/link-broken"}),
        (Response.redirect("https://ad.example/landing"), Verdict.FAIL, {"placement/link-broken"}),
        # A link that opens the app at once is no broken one.
        (Response.redirect("spotify:track:11dFghVXANMlKmJXsNCbNl"), Verdict.PASS, set()),
        (Response.html("<h1>Verify your captcha-free mailing list</h1>"), Verdict.PASS, set()),
    ],
)
async def test_a_wall_against_this_machine_is_no_broken_link(
    answer: Response,
    verdict: Verdict,
    expected: set[str],
    case_of: CaseOf,
    context: Context,
    internet: LocalInternet,
) -> None:
    mounted(internet, lambda _request: answer)
    case = case_of("placement", url="https://ad.example/landing", placement="tiktok-bio")
    result = await placement(case, context())
    assert (result.verdict, rules(result)) == (verdict, expected)


async def test_a_list_in_which_nothing_is_looked_for_is_no_pass(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    mounted(internet, lambda _request: Response.html(MERCH))
    case = case_of("placement", {"kind": "link-list"}, url="https://ad.example/mara", sheet={"spotify": None})
    result = await placement(case, context())
    assert (result.verdict, "contains" in result.reason) == (Verdict.SKIPPED, True)


@pytest.mark.parametrize(
    ("listed", "wanted", "rules_broken"),
    [
        ("https://www.youtube.com/watch?v=aaaaaaaaaaa", "https://www.youtube.com/watch?v=bbbbbbbbbbb", True),
        ("https://shop.example/p?id=1", "https://shop.example/p?id=2", True),
        ("https://shop.example/p?id=1&ref=list", "https://shop.example/p?id=1&utm_source=tiktok", False),
    ],
)
async def test_an_address_of_the_same_path_is_the_wanted_one_only_with_its_query(
    listed: str, wanted: str, rules_broken: bool, case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    mounted(internet, lambda _request: Response.html(f"<a href='{listed}'>Neon Hours</a>{MERCH}"))
    case = case_of("placement", {"contains": wanted, "kind": "link-list"}, url="https://ad.example/mara")
    result = await placement(case, context())
    assert ("placement/not-in-list" in rules(result)) is rules_broken


async def test_the_entry_of_a_list_must_resolve(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    def answer(request: Request) -> Response:
        if request.path == "/mara":
            return Response.html("<a href='https://ad.example/links/song'>Neon Hours</a>")
        return Response.text("gone", 404)

    mounted(internet, answer)
    options = {"contains": "https://ad.example/links/song"}
    case = case_of("placement", options, url="https://ad.example/mara", placement="tiktok-bio")
    result = await placement(case, context())
    assert (result.verdict, rules(result)) == (Verdict.FAIL, {"placement/link-broken"})
