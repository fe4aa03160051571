"""Shards become one document again."""

from __future__ import annotations

import pytest
from tests.report.example_results import case, document, release, results

from dropcheck.report import ReportError, compare, merge
from dropcheck.report.compare import Change
from dropcheck.result import RunStatus, Summary


def test_shards_of_a_run_add_up_to_the_run() -> None:
    whole = results()
    half = len(whole.cases) // 2
    first = whole.model_copy(update={"cases": whole.cases[:half]})
    second = whole.model_copy(update={"cases": whole.cases[half:], "releases": []})
    merged = merge([first, second])
    assert merged.cases == whole.cases
    assert merged.summary == Summary.of(whole.cases)
    assert merged.releases == whole.releases
    assert merged.profiles == whole.profiles
    assert merged.run == whole.run


def test_a_decided_case_replaces_one_that_could_not_be_checked() -> None:
    error = results(cases=[case("bio", "tiktok-ios", "escape", "error")])
    done = results(cases=[case("bio", "tiktok-ios", "escape", "pass")])
    for order in ([error, done], [done, error]):
        assert [one.verdict.value for one in merge(order).cases] == ["pass"]


def test_a_case_decided_in_two_ways_keeps_the_worse_and_is_flaky() -> None:
    failed = results(cases=[case("bio", "tiktok-ios", "escape", "fail")])
    passed = results(cases=[case("bio", "tiktok-ios", "escape", "pass")])
    merged = merge([passed, failed])
    assert merged.cases[0].verdict.value == "fail"
    assert merged.cases[0].data["flaky"] is True
    assert compare(merged, merge([passed])).of(Change.FIXED)


def test_one_interrupted_shard_makes_the_run_interrupted() -> None:
    stopped = results(run={**document()["run"], "id": "other", "status": "interrupted"})
    merged = merge([results(), stopped])
    assert merged.run.status is RunStatus.INTERRUPTED
    assert merged.run.id == "20261121-1200-a1+other"


def test_parts_of_one_release_are_joined() -> None:
    fields = results(releases=[{**release(), "sound": {}, "artwork": []}])
    sound = results(
        releases=[{"suite": "neon-hours", "sound": release()["sound"], "artwork": release()["artwork"]}]
    )
    merged = merge([fields, sound]).releases
    assert merged == results().releases


def test_nothing_to_merge_is_one_clear_error() -> None:
    with pytest.raises(ReportError, match="nothing to merge"):
        merge([])
