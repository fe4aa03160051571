"""Shards become one document again."""

from __future__ import annotations

import json

import pytest
from tests.report.example_results import case, document, release, results

from dropcheck.report import ReportError, ReportWarning, compare, merge, notices
from dropcheck.report.comparison import Change
from dropcheck.report.reading import left_out, parse
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


def test_whichever_shard_comes_first_the_cases_stand_as_in_the_plan() -> None:
    plan = [
        case(link, phone, "escape", "pass", suite=suite)
        for suite in ("slow-tide", "neon-hours")
        for link in ("bio", "presave", "ad", "story")
        for phone in ("tiktok-ios", "tiktok-android", "instagram-ios", "instagram-android")
    ]
    plan += [case(None, None, check, "pass", suite="slow-tide") for check in ("metadata", "artwork")]
    plan.sort(key=lambda one: ("slow-tide", "neon-hours").index(one["suite"]))
    plan = [{**one, "number": number} for number, one in enumerate(plan, start=1)]
    run = {**document()["run"], "suites": ["slow-tide", "neon-hours"]}
    shards = [results(cases=plan[number::3], run=run) for number in range(3)]
    for order in (shards, shards[::-1], [shards[1], shards[0], shards[2]]):
        assert [one.id for one in merge(order).cases] == [one["id"] for one in plan]


def test_what_could_not_be_read_of_a_part_is_said_of_the_whole() -> None:
    raw = document()
    raw["cases"][0]["verdict"] = "perhaps"
    with pytest.warns(ReportWarning):
        damaged = parse(json.dumps(raw))
    joined = merge([results(), damaged])
    assert notices(joined) == notices(damaged)
    assert left_out(joined)


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
