"""Allure results, read back the way Allure's own tools read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.report.example_results import hostile_results, results

from dropcheck.report import write_allure


def read(folder: Path) -> dict[str, Any]:
    made = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*-result.json")]
    return {one["fullName"]: one for one in made}


@pytest.fixture
def written(tmp_path: Path, evidence: Path) -> Path:
    return write_allure(results(), tmp_path / "allure", evidence=evidence)


def test_every_case_has_a_result_with_its_status(written: Path) -> None:
    statuses = {name: one["status"] for name, one in read(written).items()}
    assert len(statuses) == len(results().cases)
    assert statuses["neon-hours/bio/tiktok-ios/escape"] == "failed"
    assert statuses["neon-hours/bio/tiktok-android/escape"] == "passed"
    assert statuses["neon-hours/presave/tiktok-ios/presave"] == "broken"
    assert statuses["neon-hours/presave/tiktok-android/escape"] == "broken"
    assert statuses["neon-hours/release/sound_page"] == "skipped"


def test_steps_are_hops_and_screenshots_are_attached(written: Path) -> None:
    one = read(written)["neon-hours/bio/tiktok-ios/escape"]
    assert [step["name"] for step in one["steps"]] == [
        "1. app → loads: www.tiktok.com",
        "2. redirect → loads: bio.example",
        "3. tap → loads: open.spotify.com",
    ]
    attached = [item for step in one["steps"] for item in step.get("attachments", [])]
    assert len(attached) == 2
    for item in attached:
        assert (written / item["source"]).read_bytes().startswith(b"\x89PNG")
        assert item["type"] == "image/png"


def test_severity_links_and_labels_are_set(written: Path) -> None:
    one = read(written)["neon-hours/bio/tiktok-ios/escape"]
    labels = {label["name"]: label["value"] for label in one["labels"]}
    assert labels["severity"] == "critical"
    assert labels["parentSuite"] == "neon-hours"
    assert labels["owner"] == "link-service"
    assert one["links"] == [
        {"type": "link", "url": "https://bio.example/mara?utm_source=tiktok", "name": "bio"}
    ]


def test_the_history_id_is_the_cases_own_from_run_to_run(written: Path, tmp_path: Path) -> None:
    again = read(write_allure(results(), tmp_path / "again"))
    first = read(written)
    assert {name: one["historyId"] for name, one in first.items()} == {
        name: one["historyId"] for name, one in again.items()
    }
    assert len({one["historyId"] for one in first.values()}) == len(first)


def test_known_and_flaky_are_told(written: Path) -> None:
    details = read(written)["neon-hours/presave/instagram-ios/presave"]["statusDetails"]
    assert details["known"] is True
    assert details["flaky"] is True


def test_hostile_results_attach_nothing_from_outside_and_link_nowhere(tmp_path: Path, evidence: Path) -> None:
    folder = write_allure(hostile_results(), tmp_path / "allure", evidence=evidence)
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*-result.json"))
    assert "root:" not in text
    assert '"url": "javascript' not in text
    assert "\\u001b" not in text
