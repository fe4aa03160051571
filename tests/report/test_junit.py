"""JUnit XML as CI reads it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.report.example_results import case, hostile_results, results

from dropcheck.report import ReportError, junit_xml, write_junit
from dropcheck.result import Verdict

TAGS = {
    "pass": None,
    "warn": None,
    "fail": "failure",
    "blocked": "error",
    "error": "error",
    "pending": "skipped",
    "skipped": "skipped",
}


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_has_its_element_and_says_why(verdict: Verdict) -> None:
    made = results(cases=[case("bio", "tiktok-ios", "escape", verdict.value, reason="because")])
    testcase = ElementTree.fromstring(junit_xml(made)).find(".//testcase")
    assert testcase is not None
    problems = [one for one in testcase if one.tag in ("failure", "error", "skipped")]
    assert [one.tag for one in problems] == ([TAGS[verdict.value]] if TAGS[verdict.value] else [])
    assert all(one.get("message") == "because" for one in problems)


def test_counts_add_up_in_every_suite() -> None:
    root = ElementTree.fromstring(junit_xml(results()))
    for suite in root.iter("testsuite"):
        for attribute, tag in (
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(suite.get(attribute, "-1")) == len(list(suite.iter(tag)))


def test_a_failure_accepted_as_known_is_skipped_with_its_reason_and_fails_once_expired() -> None:
    known = {"reason": "ticket 4711", "until": "2026-12-01"}
    accepted = results(cases=[case("bio", "tiktok-ios", "escape", "fail", known=known)])
    expired = results(cases=[case("bio", "tiktok-ios", "escape", "fail", known={**known, "expired": True})])
    assert 'message="known failure until 2026-12-01: ticket 4711"' in junit_xml(accepted)
    assert "<failure" in junit_xml(expired)


def test_hostile_text_leaves_well_formed_xml_without_control_characters() -> None:
    text = junit_xml(hostile_results())
    root = ElementTree.fromstring(text)
    assert root.find(".//script") is None
    assert not any(ord(character) < 32 and character not in "\n\t" for character in text)


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="can't be written"):
        write_junit(results(), tmp_path)
