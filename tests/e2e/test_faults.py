"""Every fault of the catalogue, met in an in-app browser on both engines: never a pass, never without end.

The other cases of the run come out as if they were alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from tests.e2e.faults import FAULTS, HEALTHY, PHONES, case_id, meeting
from tests.e2e.stage import Running, differences, fixture_file, selected, told

from dropcheck.result import Verdict

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.xdist_group("faults")]

CELLS = [
    pytest.param(
        (fault, phone),
        id=f"{fault}-{phone}",
        marks=pytest.mark.webkit if phone.endswith("ios") else pytest.mark.browser,
    )
    for fault in [*FAULTS, HEALTHY]
    for phone in PHONES
]


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[Mapping[str, Running]]:
    with meeting(selected(request, "cell")) as met:
        yield met


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.values[0][0] != HEALTHY])
def test_a_fault_is_told_as_what_it_is(runs: Mapping[str, Running], cell: tuple[str, str]) -> None:
    fault, phone = cell
    case = case_id(fault, phone)
    result = runs[case.partition("/")[0]].result(case)
    assert result.verdict is not Verdict.PASS
    assert result.verdict.value in FAULTS[fault]["verdicts"], told(result)
    assert re.search(FAULTS[fault].get("says", "."), result.reason), told(result)
    assert result.attempts == 1, "a page's fault is no reason to try again"
    assert "and was ended" not in result.reason, (
        "the journey itself must come to an end, not the runner's bound"
    )
    assert "broke in dropcheck" not in result.reason, told(result)
    assert result.findings, told(result)
    for finding in result.findings:
        assert finding.fix


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell.values[0][0] == HEALTHY])
def test_a_healthy_page_among_them_comes_out_as_alone(
    runs: Mapping[str, Running], cell: tuple[str, str]
) -> None:
    expected = fixture_file("expectations.yaml")["pages"][HEALTHY]["expect"][cell[1]]
    result = runs["faults"].result(case_id(*cell))
    assert not differences(expected, result), told(result)


def test_nobody_visited_the_machines_own_network(runs: Mapping[str, Running]) -> None:
    for fault in ("redirect-to-loopback", "redirect-to-file", "private-network"):
        for phone in PHONES:
            try:
                result = runs["faults"].result(case_id(fault, phone))
            except KeyError:
                continue  # not selected
            landed = [hop.url for hop in result.hops if hop.status == 200]
            assert not [url for url in landed if url.startswith(("file:", "http://127.", "http://localhost"))]
