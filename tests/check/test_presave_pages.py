"""Every pre-save page of the local internet on six phones, against the verdicts declared beside the pages."""

import os
from collections.abc import AsyncIterator, Callable
from fnmatch import fnmatchcase
from typing import Any

import pytest
import pytest_asyncio
import yaml
from tests.check.presave_stage import ROOT, PresaveStage, presave_stage

from dropcheck.engine.base import BrowserMissingError, Engine
from dropcheck.engine.chromium import ChromiumEngine
from dropcheck.network import EgressProxy

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
#: One page of each kind; the rest runs with DROPCHECK_ALL_PAGES=1, which takes a quarter of an hour an engine.
QUICK = ("redirect", "popup-inside", "half-way", "google-inside", "implicit", "challenge")


def _webkitgtk(proxy: EgressProxy) -> Engine:
    from dropcheck.engine.webkitgtk import WebKitGtkEngine

    return WebKitGtkEngine(proxy)


ENGINES: dict[str, Callable[[EgressProxy], Engine]] = {"chromium": ChromiumEngine, "webkitgtk": _webkitgtk}
ENGINE_PARAMS = [
    pytest.param("chromium", marks=pytest.mark.browser),
    pytest.param("webkitgtk", marks=pytest.mark.webkit),
]
CELLS = [
    pytest.param(
        page,
        profile,
        id=f"{page}-{profile}",
        marks=()
        if page in QUICK or os.environ.get("DROPCHECK_ALL_PAGES")
        else pytest.mark.skip(reason="a long run: set DROPCHECK_ALL_PAGES=1"),
    )
    for page in PAGES
    for profile in PROFILES
]


def expected(page: str, profile: str) -> dict[str, Any]:
    cells: dict[str, Any] = PAGES[page]["expect"]
    if profile in cells:
        return cells[profile]
    # The first pattern that fits, the bare star last.
    return next(cells[key] for key in sorted(cells, key=len, reverse=True) if fnmatchcase(profile, key))


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=ENGINE_PARAMS)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[PresaveStage]:
    try:
        async with presave_stage(ENGINES[request.param]) as stage:
            yield stage
    except BrowserMissingError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize(("name", "profile"), CELLS)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_page_comes_out_as_declared(stage: PresaveStage, name: str, profile: str) -> None:
    cell = expected(name, profile)
    result = await stage.check(f"{DECLARED['host']}/{name}", profile, PAGES[name].get("check"))
    verdicts = cell["verdict"] if isinstance(cell["verdict"], list) else [cell["verdict"]]
    found = [finding.rule.removeprefix("presave/") for finding in result.findings]
    assert result.verdict.value in verdicts, (result.reason, found)
    if "rule" in cell:
        rules = cell["rule"] if isinstance(cell["rule"], list) else [cell["rule"]]
        assert set(rules) & set(found), (found, cell["why"])
    assert result.depth == "anonymous"


def test_every_page_of_the_host_has_expectations() -> None:
    site = yaml.safe_load((ROOT / "fixtures/sites/presave.example/site.yaml").read_text("utf-8"))
    parts = {"/live", "/widget", "/page-callback", "/rude-callback", "/thanks"}
    assert {path.removeprefix("/") for path in set(site["routes"]) - parts} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_phone_is_declared_with_its_reason(name: str) -> None:
    for profile in PROFILES:
        assert expected(name, profile)["why"]


def test_no_promise_is_made_for_tiktok_where_a_login_is_needed() -> None:
    for page in set(PAGES) - {"email"}:
        for profile in ("tiktok-ios", "tiktok-android"):
            assert expected(page, profile)["verdict"] != "pass", page
