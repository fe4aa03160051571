"""Allure's own command line reads our results back and makes its report of them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.report.example_results import hostile_results, results, write_evidence

from dropcheck.report import write_allure
from dropcheck.result import Results, Verdict

from .node_packages import node_folder

#: The command line of Allure 3; `npx allure@3.18.0 generate FOLDER` is the same by hand.
ALLURE = "allure@3.18.0"


def generated(made: Results, folder: Path) -> dict[str, dict[str, Any]]:
    """Return what Allure read, by full name."""
    write_evidence(folder)
    written = write_allure(made, folder / "results", evidence=folder)
    command = [str(node_folder(ALLURE) / "node_modules/.bin/allure"), "generate", str(written)]
    done = subprocess.run(
        [*command, "--output", str(folder / "report")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "report/index.html").is_file()
    read = [
        json.loads(file.read_text("utf-8")) for file in (folder / "report/data/test-results").glob("*.json")
    ]
    return {one["fullName"]: one for one in read}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return generated(results(), tmp_path_factory.mktemp("allure"))


def test_every_case_arrives_with_its_status(read: dict[str, dict[str, Any]]) -> None:
    assert set(read) == {case.id for case in results().cases}
    assert read["neon-hours/bio/tiktok-ios/escape"]["status"] == "failed"
    assert read["neon-hours/presave/tiktok-android/escape"]["status"] == "broken"
    assert read["neon-hours/release/sound_page"]["status"] == "skipped"


def test_hops_arrive_as_steps_with_their_pictures(read: dict[str, dict[str, Any]]) -> None:
    steps = read["neon-hours/bio/tiktok-ios/escape"]["steps"]
    assert [step["name"].split(":")[0] for step in steps][:2] == ["1. app → loads", "2. redirect → loads"]
    links = [one["link"] for step in steps for one in step["steps"] if one["type"] == "attachment"]
    assert [one["contentType"] for one in links] == ["image/png", "image/png"]
    assert not any(one.get("missing") for one in links)


def test_severity_link_and_description_arrive(read: dict[str, dict[str, Any]]) -> None:
    one = read["neon-hours/bio/tiktok-ios/escape"]
    assert {"name": "severity", "value": "critical"} in one["labels"]
    assert one["links"][0]["url"] == "https://bio.example/mara?utm_source=tiktok"
    assert "<strong>The Spotify button opens a web player inside TikTok</strong>" in one["descriptionHtml"]


def test_a_case_keeps_its_history_when_its_verdict_changes(
    read: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    other = results()
    cases = [case.model_copy(update={"verdict": Verdict.ERROR, "outcome": None}) for case in other.cases]
    again = generated(other.model_copy(update={"cases": cases}), tmp_path)
    assert {name: one["historyId"] for name, one in again.items()} == {
        name: one["historyId"] for name, one in read.items()
    }


def test_hostile_text_arrives_as_text(tmp_path: Path) -> None:
    for one in generated(hostile_results(), tmp_path).values():
        html = one.get("descriptionHtml") or ""
        assert "<script" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html
        assert [link for link in one["links"] if not link["url"].startswith("http")] == []
