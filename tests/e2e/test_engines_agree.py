"""An iPhone's journeys on Chromium, as `--engine ios=chromium` runs them: where they end as on WebKit, and where not.

The pages are those on which engines could differ: windows, frames, gestures, schemes by redirect and by script.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.e2e.stage import JOBS, TRACK, Running, differences, fixture_file, running, selected, suite_of, told

from dropcheck.run.options import RunOptions

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("engines-agree"),
]

SUITE = "ios-on-chromium"
PAGES = fixture_file("expectations.yaml")["pages"]
ASKED = (
    "escape-page",
    "redirects-to-the-scheme",
    "script-only",
    "short-timer",
    "popup",
    "popup-after-wait",
    "form-post",
    "frame-with-scheme",
    "blank-target",
    "redirect-loop",
)
PHONES = ("tiktok-ios", "instagram-ios", "safari-ios")
#: The one list of where Chromium in an iPhone's identity ends otherwise than the facts say: (page, phone) to what
#: it ends in and why. Empty: none is known.
DIFFERENCES: Mapping[tuple[str, str], tuple[Mapping[str, Any], str]] = {}

CELLS = [
    pytest.param((page, phone), id=f"{page}-{phone}")
    for page in ASKED
    for phone in PHONES
    if "unsettled" not in PAGES[page]["expect"].get(phone, {"unsettled": ""})
]


@pytest.fixture(scope="module")
def pages(request: pytest.FixtureRequest) -> Iterator[Running]:
    links = {}
    for page in ASKED:
        options = {"to": "app", "app": "spotify", "opens": TRACK, **(PAGES[page].get("check") or {})}
        links[page] = (PAGES[page]["url"], options)
    wanted = [f"{SUITE}/{page}/{phone}/escape" for page, phone in selected(request, "cell")]
    options = RunOptions(jobs=JOBS, engines=("ios=chromium",))
    with running([suite_of(SUITE, links, PHONES, local=True)], wanted, options) as run:
        yield run


@pytest.mark.parametrize("cell", CELLS)
def test_chromium_in_an_iphones_identity_comes_to_the_same(pages: Running, cell: tuple[str, str]) -> None:
    page, phone = cell
    expected = PAGES[page]["expect"][phone]
    if cell in DIFFERENCES:
        expected = {**expected, **DIFFERENCES[cell][0]}
    result = pages.result(f"{SUITE}/{page}/{phone}/escape")
    assert not differences(expected, result), told(result)
    assert result.engine == "chromium"
    assert "Chromium" in result.data["engine_note"]
