import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.handoff import chrome_android
from dropcheck.handoff.chrome_android import Result

VECTORS = Path(__file__).parent.parent / "vectors" / "external_nav.json"
ALL = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
CASES = [case for case in ALL if case["platform"] == "android-chrome"]
# Cases of the shared vectors that no rule of ours is held against, by the start of their ids.
NOT_MODELLED = {
    "fx-": "Firefox for Android is no phone profile: nobody's default browser on a music link's path",
    "fxu-": "as above",
    "ddg-": "DuckDuckGo's browser is no phone profile either",
    "wv-": "a WebView without its app's rules; the profiles' rows say what each app's WebView does",
    "wk-": "WebKit's policy flags; the engine's conditions and the profiles' rows cover them",
}

IMDB = (
    "intent:///name/nm0000158#Intent;scheme=imdb;package=com.imdb.mobile;"
    "S.browser_fallback_url=http%3A%2F%2Fm.imdb.com%2Fname%2Fnm0000158;end"
)
YOUTUBE = {"url_prefix": "http://youtube.com/", "package": "youtube", "specialized": True, "exported": True}
MOBILE_YOUTUBE = {**YOUTUBE, "url_prefix": "http://m.youtube.com"}
IMDB_APP = {**YOUTUBE, "url_prefix": "imdb:", "package": "com.imdb.mobile"}
WEBAPK = {**YOUTUBE, "url_prefix": "https://www.template.com", "package": "org.chromium.webapk.template"}
FROM_INTENT = {"transition": "link|from_api", "renderer_initiated": False}
SPOTIFY = (
    "intent://open.spotify.com/track/1#Intent;scheme=https;package=com.spotify.music;"
    "S.browser_fallback_url=https%3A%2F%2Fopen.spotify.com%2Ftrack%2F1;end"
)
SPOTIFY_APP = {**YOUTUBE, "url_prefix": "https://open.spotify.com", "package": "com.spotify.music"}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_decides_as_chromiums_own_test_asserts(case: dict[str, Any]) -> None:
    explained = chrome_android.explain(case["scenario"])
    assert (explained.result, chrome_android.decide(case["scenario"])) == (case["expected"], case["expected"])
    if explained.target_url is not None and "target_url" in case:
        assert explained.target_url == case["target_url"]


def test_every_shared_case_is_held_against_rules_or_named_as_an_exception() -> None:
    modelled = {"android-chrome", "ios-chrome"}
    others = {case["id"] for case in ALL if case["platform"] not in modelled}
    assert {case_id for case_id in others if not case_id.startswith(tuple(NOT_MODELLED))} == set()


def test_a_platform_without_rules_gets_no_answer_made_up() -> None:
    with pytest.raises(ValueError, match="android-firefox"):
        chrome_android.decide({"platform": "android-firefox", "url": "https://a.example/"})


# Further assertions of Chromium's ExternalNavigationHandlerTest, put into the vectors' field names.
@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        ({"url": "http://youtube.com/", "handlers": [YOUTUBE], "referrer": "chrome://about"}, "stay"),
        ({"url": "tel:012345678", "referrer": "chrome://about"}, "open_app"),
        ({"url": "http://youtube.com/", "handlers": [YOUTUBE], "is_redirect": True}, "open_app"),
        ({"url": "http://youtube.com/", "handlers": [YOUTUBE], **FROM_INTENT}, "stay"),
        (
            {
                "url": "http://youtube.com/",
                "handlers": [YOUTUBE],
                **FROM_INTENT,
                "is_redirect": True,
                "chrome_in_foreground": False,
            },
            "open_app",
        ),
        (
            {
                "url": IMDB,
                "external_schemes_resolve": False,
                **FROM_INTENT,
                "is_redirect": True,
                "chrome_in_foreground": False,
            },
            "fallback_url",
        ),
        ({"url": IMDB, "handlers": [IMDB_APP], "incognito": True}, "prompt"),
        (
            {
                "url": IMDB.replace("http%3A", "javascript%3A"),
                "external_schemes_resolve": False,
                "incognito": True,
            },
            "prompt",
        ),
        ({"url": "market://1234", "transition": "form_submit", "is_redirect": True}, "play_store"),
        (
            {
                "url": "market://1234",
                "transition": "form_submit",
                "is_redirect": True,
                "user_gesture_on_chain": False,
            },
            "prompt",
        ),
        (
            {
                "url": "http://youtube.com://",
                "transition": "form_submit",
                "is_redirect": True,
                "referrer": "http://google.com",
                "handlers": [YOUTUBE],
            },
            "open_app",
        ),
        (
            {
                "url": "http://youtube.com://",
                "transition": "form_submit",
                "is_redirect": True,
                "referrer": "http://youtube.com/",
                "handlers": [YOUTUBE],
            },
            "stay",
        ),
        ({"url": "http://youtube.com/", "transition": "form_submit", "handlers": [YOUTUBE]}, "stay"),
        (
            {
                "url": "http://youtube.com",
                "transition": "form_submit",
                "is_redirect": True,
                "user_gesture_on_chain": False,
                "handlers": [YOUTUBE],
                "chain": [
                    {"intent": "http://example.test", "transition": "link|from_api", "initial": True},
                    {"transition": "form_submit", "gesture": False},
                    {"transition": "form_submit", "redirect": True, "gesture": False},
                ],
            },
            "open_app",
        ),
        (
            {
                "url": "http://m.youtube.com",
                **FROM_INTENT,
                "is_redirect": True,
                "handlers": [MOBILE_YOUTUBE, YOUTUBE],
                "chain": [
                    {"intent": "http://youtube.com/", "transition": "link|from_api", "redirect": False},
                    {"transition": "link|from_api", "redirect": True},
                ],
            },
            "stay",
        ),
        (
            {
                "url": "http://youtube.com/",
                **FROM_INTENT,
                "is_redirect": True,
                "handlers": [YOUTUBE],
                "chain": [
                    {"intent": "http://foo.com/", "custom_tab": True, "transition": "link|from_api"},
                    {"transition": "link|from_api", "redirect": True},
                ],
            },
            "stay",
        ),
        (
            {
                "url": "http://youtube.com/",
                "handlers": [YOUTUBE],
                "chain": [
                    {"intent": "http://foo.com/", "custom_tab": True, "transition": "link|from_api"},
                    {"transition": "link", "gesture": True},
                ],
            },
            "open_app",
        ),
        (
            {
                "url": "http://m.youtube.com",
                "handlers": [MOBILE_YOUTUBE],
                "chain": [
                    {"transition": "typed", "gesture": True},
                    {"transition": "link|client_redirect", "gesture": True},
                ],
            },
            "open_app",
        ),
        (
            {
                "url": "http://m.youtube.com",
                "handlers": [MOBILE_YOUTUBE],
                "user_gesture_on_chain": False,
                "chain": [
                    {"transition": "reload", "redirect": True},
                    {"transition": "link", "gesture": False},
                ],
            },
            "stay",
        ),
        ({"url": "http://m.youtube.com", "handlers": [MOBILE_YOUTUBE], "chain_expired": True}, "stay"),
        ({"url": "http://youtube.com/a/file.pdf", "handlers": [YOUTUBE]}, "stay"),
        ({"url": "intent://a.example/a.pdf#Intent;scheme=http;package=com.adobe.reader;end;"}, "open_app"),
        ({"url": "wtai://wp/mc;0123456789"}, "open_app"),
        ({"url": "wtai://wp/invalid"}, "stay"),
        ({"url": "intent://#Intent;package=com.test.package;scheme=file;end;"}, "stay"),
        ({"url": "intent://#Intent;package=com.test.package;scheme=;end;"}, "open_app"),
        ({"url": "intent://foo#Intent;scheme=https;c.%;end"}, "stay"),
        ({"url": "https://www.template.com", "handlers": [WEBAPK], **FROM_INTENT}, "stay"),
        (
            {"url": "https://www.template.com", "handlers": [WEBAPK, {**WEBAPK, "package": "com.native"}]},
            "open_app",
        ),
        (
            {
                "url": "http://youtube.com/",
                "handlers": [{**YOUTUBE, "package": "test.app.name", "exported": False}],
            },
            "stay",
        ),
        ({"url": "http://youtube.com/", "handlers": [YOUTUBE], "hidden_cross_frame": True}, "stay"),
        ({"url": "intent://#Intent;scheme=mdoc;action=android.intent.action.VIEW;end"}, "prompt"),
        (
            {
                "url": "intent://example.com#Intent;package=test.app.name;scheme=http;end",
                "resolves_to_self": True,
                "incognito": True,
            },
            "navigate_tab",
        ),
        (
            {
                "url": "intent://example.com#Intent;package=test.app.name;scheme=http;"
                "S.browser_fallback_url=http%3A%2F%2Fyoutube.com;end",
                "incognito": True,
            },
            "fallback_url",
        ),
    ],
)
def test_decides_further_cases_of_chromiums_test(scenario: dict[str, Any], expected: str) -> None:
    assert chrome_android.decide(scenario) == expected


@pytest.mark.parametrize(
    ("scenario", "result", "rule"),
    [
        ({"handlers": [SPOTIFY_APP]}, "open_app", "opens-app"),
        ({"handlers": []}, "fallback_url", "fallback-url"),
        ({"handlers": [SPOTIFY_APP], "user_gesture_on_chain": False}, "fallback_url", "fallback-url"),
        ({"handlers": [{**SPOTIFY_APP, "package": "another.app"}]}, "fallback_url", "fallback-url"),
    ],
)
def test_a_spotify_intent_opens_the_app_or_its_fallback(
    scenario: dict[str, Any], result: str, rule: str
) -> None:
    explained = chrome_android.explain({"url": SPOTIFY, "external_schemes_resolve": False, **scenario})
    assert (explained.result, explained.rule) == (result, rule)


def test_a_fallback_names_the_rule_that_kept_the_app_closed() -> None:
    scenario = {"url": IMDB, "user_gesture_on_chain": False}
    explained = chrome_android.explain(scenario)
    assert (explained.rule, explained.instead_of) == ("fallback-url", "chain-without-gesture")
    assert explained.target_url == "http://m.imdb.com/name/nm0000158"


def test_a_missing_app_without_a_fallback_is_sought_in_the_play_store() -> None:
    intent = "intent:x#Intent;scheme=imdb;package=com.imdb.mobile;end"
    explained = chrome_android.explain({"url": intent, "external_schemes_resolve": False})
    assert (explained.result, explained.target_url) == ("play_store", "market://details?id=com.imdb.mobile")


def test_without_a_play_store_a_missing_app_leads_nowhere() -> None:
    intent = "intent:x#Intent;scheme=imdb;package=com.imdb.mobile;end"
    scenario = {"url": intent, "external_schemes_resolve": False, "market_installed": False}
    assert chrome_android.explain(scenario).rule == "no-app-resolves"


def test_an_intent_only_chrome_can_take_loads_in_the_tab() -> None:
    scenario = {"url": "intent://a.example/x#Intent;scheme=https;end", "external_schemes_resolve": False}
    explained = chrome_android.explain(scenario)
    assert (explained.result, explained.target_url) == ("navigate_tab", "https://a.example/x")


_FLAGS = sorted(
    {name for case in CASES for name, value in case["scenario"].items() if isinstance(value, bool)}
    | {"hidden_cross_frame", "background_tab", "opaque_origin"}
)
_TRANSITIONS = sorted({case["scenario"]["transition"] for case in CASES})
_URLS = [
    *sorted({case["scenario"]["url"] for case in CASES}),
    "",
    "http://",
    "https://[::1",
    "intent:",
    "//x",
]
_CHAINS = [None, *(case["scenario"]["chain"] for case in CASES if "chain" in case["scenario"])]
_HANDLERS = [case["scenario"]["handlers"] for case in CASES]
scenarios = st.fixed_dictionaries(
    {"url": st.sampled_from(_URLS) | st.text()},
    optional={
        **{flag: st.booleans() for flag in _FLAGS},
        "transition": st.sampled_from(_TRANSITIONS),
        "chain": st.sampled_from(_CHAINS),
        "handlers": st.sampled_from(_HANDLERS),
        "referrer": st.none() | st.sampled_from(_URLS),
        "last_committed_url": st.none() | st.sampled_from(_URLS),
    },
)


@given(scenarios)
def test_every_scenario_has_an_answer_with_a_rule(scenario: dict[str, Any]) -> None:
    explained = chrome_android.explain(scenario)
    assert explained.result in list(Result)
    assert explained.rule
    assert explained.why


@pytest.mark.parametrize(
    "scheme", ["http", "https", "spotify", "intent", "market", "about", "file", "data", "tel"]
)
def test_every_combination_of_the_main_facts_has_an_answer(scheme: str) -> None:
    names = ("user_gesture_on_chain", "is_redirect", "renderer_initiated", "main_frame", "incognito")
    for transition, *values in itertools.product(_TRANSITIONS, *[(False, True)] * len(names)):
        scenario = {"url": f"{scheme}:x", "transition": transition, **dict(zip(names, values, strict=True))}
        assert chrome_android.decide(scenario) in list(Result)
