"""One decision, explained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dropcheck.cli.program import end_with

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"


def decided(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert end_with(["handoff", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["decision"]


def test_a_plain_decision_is_told_with_rule_why_source_date_and_what_would_change_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert end_with(["handoff", TRACK, "--profile", "safari-ios", "--by", "script"]) == 0
    said = capsys.readouterr().out
    for part in ("rule     ios/", "why      ", "sure     ", "source   ", "changes  "):
        assert part in said


def test_a_contested_one_shows_both_branches(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(["handoff", "spotify:track:1", "--profile", "tiktok-ios"]) == 0
    said = capsys.readouterr().out
    assert "If it fails" in said
    assert "If it works" in said
    decision = decided(capsys, "spotify:track:1", "--profile", "tiktok-ios")
    assert decision["contested"]
    assert decision["otherwise"]["kind"] != decision["kind"]


def test_a_tap_in_safari_opens_the_app_and_a_script_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert decided(capsys, TRACK, "--profile", "safari-ios")["kind"] == "opens_app"
    assert decided(capsys, TRACK, "--profile", "safari-ios", "--no-gesture")["kind"] == "loads"
    assert decided(capsys, TRACK, "--profile", "safari-ios", "--installed", "none")["kind"] == "loads"


def test_an_association_file_overrules_the_catalogue(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "aasa"
    file.write_text('{"applinks": {"details": []}}')
    decision = decided(capsys, TRACK, "--profile", "safari-ios", "--aasa", str(file))
    assert decision["kind"] == "loads"


def test_the_real_browser_of_a_phone_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert decided(capsys, TRACK, "--profile", "tiktok-ios", "--where", "browser")["kind"] == "opens_app"
