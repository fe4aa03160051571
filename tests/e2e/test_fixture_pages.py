"""Every page of the fixtures on six phones: it comes to what is written beside it.

iPhones run on WebKit, Android phones on Chromium; a missing browser skips its cases and names the command
that gets it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.e2e.stage import (
    JOBS,
    PHONES,
    TRACK,
    Running,
    differences,
    fixture_file,
    running,
    selected,
    suite_of,
    told,
)

from dropcheck.device.load import load_profiles
from dropcheck.result import Basis, Verdict
from dropcheck.run.options import RunOptions

SUITE = "fixture-pages"
PAGES = fixture_file("expectations.yaml")["pages"]

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(900),  # the first test waits while others' journeys go on beside it
    pytest.mark.xdist_group("fixture-pages"),
]


def _check(page: str) -> dict[str, object]:
    options = {"to": "app", **(PAGES[page].get("check") or {})}
    if options["to"] == "app":
        options = {"app": "spotify", "opens": TRACK, **options}
    return options


def _cells() -> list[object]:
    cells = []
    for page, entry in PAGES.items():
        for phone in PHONES:
            expected = entry["expect"].get(phone)
            if expected is None or "unsettled" in expected:
                continue
            is_ios = load_profiles()[phone].engine == "webkit"
            mark = pytest.mark.webkit if is_ios else pytest.mark.browser
            cells.append(pytest.param((page, phone), id=f"{page}-{phone}", marks=mark))
    return cells


@pytest.fixture(scope="module")
def pages(request: pytest.FixtureRequest) -> Iterator[Running]:
    links = {page: (entry["url"], _check(page)) for page, entry in PAGES.items()}
    wanted = [f"{SUITE}/{page}/{phone}/escape" for page, phone in selected(request, "cell")]
    with running([suite_of(SUITE, links, PHONES, local=True)], wanted, RunOptions(jobs=JOBS)) as run:
        yield run


@pytest.mark.parametrize("cell", _cells())
def test_a_page_comes_to_what_is_written_beside_it(pages: Running, cell: tuple[str, str]) -> None:
    page, phone = cell
    expected = PAGES[page]["expect"][phone]
    result = pages.result(f"{SUITE}/{page}/{phone}/escape")
    assert not differences(expected, result), f"{expected['why']}\n{told(result)}"
    _is_explained(result)


def _is_explained(result: object) -> None:
    """Whatever a result says, it says on which basis, why it matters and how to mend it."""
    from dropcheck.result import CaseResult

    assert isinstance(result, CaseResult)
    assert result.engine
    assert result.reason
    for hop in result.hops:
        assert hop.rule
        assert hop.basis in Basis
    for finding in result.findings:
        assert finding.title
        assert finding.detail
        assert finding.fix
        assert "{" not in finding.title + finding.fix
    if result.verdict not in (Verdict.PASS, Verdict.ERROR):
        assert result.findings, "a verdict that is no pass names what to do about it"
