"""Every pre-save page of the local internet on six phones, against the verdicts declared beside the pages."""

import asyncio
import os
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import pytest
import yaml
from tests.check.presave_stage import ROOT, PresaveStage, presave_stage

from dropcheck.engine.base import BrowserMissingError, Engine
from dropcheck.engine.chromium import ChromiumEngine
from dropcheck.engine.differences import differs
from dropcheck.network import EgressProxy
from dropcheck.run.performance import MOST_ATTEMPTS

DECLARED = yaml.safe_load((ROOT / "fixtures/presave-expectations.yaml").read_text("utf-8"))
PAGES: dict[str, dict[str, Any]] = DECLARED["pages"]
PROFILES = (
    "tiktok-ios",
    "tiktok-android",
    "instagram-ios",
    "instagram-android",
    "safari-ios",
    "chrome-android",
)
#: Most of a case is waiting, so many run at once. WebKitGTK has a process for each view, and more than this
#: would only keep each other from being drawn in time on two cores.
AT_ONCE = {"chromium": 20, "webkitgtk": 6}
#: On WebKitGTK the three Android phones are costumes: every page in them takes minutes more and is left to
#: DROPCHECK_ALL_PAGES=1. Of each kind of page one runs on them always.
ONE_OF_EACH_KIND = ("redirect", "popup-inside", "half-way", "google-inside", "rows", "beside", "late-login")
#: What a page hangs on in Android phones, by the difference that keeps a costume of WebKit's from showing it.
HANGS_ON = {"slow-window": "gesture-life", "blank-window-inside": "replaced-window"}


def _webkitgtk(proxy: EgressProxy) -> Engine:
    from dropcheck.engine.webkitgtk import WebKitGtkEngine

    return WebKitGtkEngine(proxy)


ENGINES: dict[str, Callable[[EgressProxy], Engine]] = {"chromium": ChromiumEngine, "webkitgtk": _webkitgtk}
ENGINE_PARAMS = [
    pytest.param("chromium", marks=pytest.mark.browser),
    pytest.param("webkitgtk", marks=pytest.mark.webkit),
]


def expected(page: str, profile: str) -> dict[str, Any]:
    cells: dict[str, Any] = PAGES[page]["expect"]
    if profile in cells:
        return cells[profile]
    # The first pattern that fits, the bare star last.
    return next(cells[key] for key in sorted(cells, key=len, reverse=True) if fnmatchcase(profile, key))


def played(engine: str) -> list[tuple[str, str]]:
    """Return the pages and phones that one run plays."""
    everything = engine == "chromium" or os.environ.get("DROPCHECK_ALL_PAGES")
    costumed = {page for page in PAGES if everything or page in ONE_OF_EACH_KIND}
    costumed -= {page for page, difference in HANGS_ON.items() if differs(engine, difference)}
    return [
        (page, profile)
        for page in PAGES
        for profile in PROFILES
        if profile.endswith("ios") or page in costumed
    ]


async def wrong(stage: PresaveStage, page: str, profile: str) -> str | None:
    """Return how a page came out otherwise than declared, in words, or None."""
    cell = expected(page, profile)
    for _ in range(MOST_ATTEMPTS):
        result = await stage.check(f"{DECLARED['host']}/{page}", profile, PAGES[page].get("check"))
        # As in a run, a case whose browser failed is tried once more.
        if not any(finding.rule == "presave/engine-failed" for finding in result.findings):
            break
    found = [finding.rule.removeprefix("presave/") for finding in result.findings]
    verdicts, rules = _listed(cell["verdict"]), _listed(cell.get("rule", []))
    right = result.verdict.value in verdicts and (not rules or set(rules) & set(found))
    if right and result.depth == "anonymous":
        return None
    seen = f"{result.verdict.value} {found}: {result.reason}"
    return f"{page} in {profile}: {seen}; not {verdicts} {rules} ({cell['why']})"


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("engine", ENGINE_PARAMS)
@pytest.mark.asyncio
@pytest.mark.timeout(1500)
async def test_every_page_comes_out_as_declared_on_six_phones(engine: str) -> None:
    turn = asyncio.Semaphore(AT_ONCE[engine])

    async def cell(stage: PresaveStage, page: str, profile: str) -> str | None:
        async with turn:
            return await wrong(stage, page, profile)

    try:
        async with presave_stage(ENGINES[engine]) as stage:
            cells = [cell(stage, page, profile) for page, profile in played(engine)]
            told = [words for words in await asyncio.gather(*cells) if words is not None]
    except BrowserMissingError as error:
        pytest.skip(str(error))
    assert told == [], "\n".join(told)


def test_every_page_of_the_host_has_expectations() -> None:
    site = yaml.safe_load((ROOT / "fixtures/sites/presave.example/site.yaml").read_text("utf-8"))
    parts = {"/live", "/widget", "/page-callback", "/rude-callback", "/thanks"}
    parts |= {"/form-data", "/onward", "/choose/services"}
    assert {path.removeprefix("/") for path in set(site["routes"]) - parts} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_phone_is_declared_with_its_reason(name: str) -> None:
    for profile in PROFILES:
        assert expected(name, profile)["why"]


def test_no_promise_is_made_for_tiktok_where_a_login_is_needed() -> None:
    for page in set(PAGES) - {"email", "mail", "mail-empty"}:
        for profile in ("tiktok-ios", "tiktok-android"):
            assert expected(page, profile)["verdict"] != "pass", page
