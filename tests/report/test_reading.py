"""Results of every age and state of repair."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.report.example_results import document, results

from dropcheck.report import ReportError, ReportWarning, load, notices
from dropcheck.report.reading import parse


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(results().to_json(), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = load(path)
    assert read.cases == results().cases
    assert read.summary == results().summary
    assert notices(read) == []


@pytest.mark.parametrize(
    ("schema", "age"), [("dropcheck.results/2", "newer"), ("dropcheck.results/0", "older")]
)
def test_another_schema_is_read_with_a_warning_that_stays_with_the_results(schema: str, age: str) -> None:
    with pytest.warns(ReportWarning, match=age):
        read = parse(json.dumps(document(schema=schema, novelty={"kept": True})))
    assert len(read.cases) == len(document()["cases"])
    assert age in notices(read)[0]
    assert (read.model_extra or {})["novelty"] == {"kept": True}
    with pytest.warns(ReportWarning, match=age):
        assert notices(parse(read.to_json()))[0] == notices(read)[0]


def test_a_case_that_cannot_be_read_is_named_and_left_out() -> None:
    raw = document()
    raw["cases"][1]["verdict"] = "perhaps"
    with pytest.warns(ReportWarning, match=r"cases\[1\].*neon-hours/bio/tiktok-android/escape.*verdict"):
        read = parse(json.dumps(raw))
    assert len(read.cases) == len(raw["cases"]) - 1
    assert read.summary.warn == 1


def test_the_summary_is_counted_not_believed() -> None:
    read = parse(json.dumps(document(summary={"pass": 99})))
    assert read.summary == results().summary


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (json.dumps(document())[:-200], "stops in the middle"),
        (json.dumps(document())[:3000], "stops in the middle"),
        ("", "empty"),
        ("[1]", "one JSON object"),
        ("{'a': 1}", "isn't JSON"),
        ("{}", "no `run` and no `cases`"),
        (json.dumps({"schema": "sarif/2", "run": {}, "cases": []}), "schema is 'sarif/2'"),
        (json.dumps(document(run={"id": "x"})), "`run` can't be read"),
        (json.dumps(document(cases=[{"id": "x"}])), "none of its cases"),
        ("[" * 100_000, "nested too deeply"),
        ('{"run": ' + "[" * 200 + "]" * 200 + "}", "nested too deeply"),
        ('{"run": {"duration": NaN}, "cases": []}', "NaN is no number"),
        ('{"run": {"duration": 1e999}, "cases": []}', "too large"),
        ('{"run": ' + "9" * 5000 + "}", "isn't JSON"),
        (json.dumps(document(run={**document()["run"], "started": "0001-01-01T00:00:00+14:00"})), "started"),
    ],
)
def test_what_is_no_results_file_is_one_clear_error(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=says) as raised:
        load(path)
    assert str(path) in str(raised.value)


def test_a_missing_file_a_folder_and_bytes_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name, says in (("none.json", "no such file"), (".", "folder"), ("binary", "isn't text")):
        with pytest.raises(ReportError, match=says):
            load(tmp_path / name)


def test_half_a_character_in_a_foreign_document_does_not_keep_it_from_being_written_again() -> None:
    raw = document()
    raw["cases"][0]["reason"], raw["run"]["version"] = "a\ud800b", "\udfff"
    read = parse(json.dumps(raw))
    assert read.cases[0].reason == "a\ufffdb"
    assert parse(read.to_json()).cases == read.cases


def test_a_moment_without_a_time_zone_is_in_utc_so_that_runs_can_be_compared() -> None:
    raw = document(run={**document()["run"], "started": "2026-11-21T12:00:00"})
    assert parse(json.dumps(raw)).run.started == datetime(2026, 11, 21, 12, tzinfo=UTC)
