import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from dropcheck.handoff import chrome_android, chrome_ios
from dropcheck.handoff.chrome_ios import Result

VECTORS = Path(__file__).parent.parent / "vectors" / "external_nav.json"
ALL = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
CASES = [case for case in ALL if case["platform"] == "ios-chrome"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_decides_as_chromiums_own_test_asserts(case: dict[str, Any]) -> None:
    assert chrome_ios.decide(case["scenario"]) == case["expected"]


def test_the_platform_may_be_named_in_the_scenario() -> None:
    scenario = {"platform": "ios-chrome", "url": "app-settings://"}
    assert chrome_android.explain(scenario) == chrome_ios.explain(scenario)


@pytest.mark.parametrize(
    ("scenario", "result", "rule"),
    [
        ({"url": "spotify:track:1"}, "open_app", "opens-app"),
        ({"url": "spotify:track:1", "user_initiated": False}, "prompt", "main-frame-without-gesture"),
        ({"url": "spotify:track:1", "app_installed": False}, "prompt", "launch-failed"),
        ({"url": "https://open.spotify.com/track/1"}, "stay", "browser-scheme"),
        ({"url": "app-settings://"}, "blocked", "invalid-url"),
    ],
)
def test_names_the_rule_that_decided(scenario: dict[str, Any], result: str, rule: str) -> None:
    explained = chrome_ios.explain(scenario)
    assert (explained.result, explained.rule) == (result, rule)


def test_every_combination_has_an_answer() -> None:
    flags = sorted(
        {name for case in CASES for name, value in case["scenario"].items() if value in (True, False)}
    )
    urls = ["spotify:x", "tel:1", "https://a.example/", "x"]
    for url, *values in itertools.product(urls, *[(False, True)] * len(flags)):
        assert chrome_ios.decide({"url": url, **dict(zip(flags, values, strict=True))}) in list(Result)
