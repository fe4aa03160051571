"""The demo, as its user would run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dropcheck.cli.program import end_with


@pytest.mark.browser
@pytest.mark.webkit
@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_every_case_of_the_demo_comes_out_as_it_declares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = end_with(["demo", "--json", "r.json"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert "came out as the demo declares" in said
    assert (tmp_path / "reports" / "report" / "index.html").is_file()
    results = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert {case["verdict"] for case in results["cases"]} >= {"pass", "warn", "fail"}
    assert any(hop["screenshot"] for case in results["cases"] for hop in case["hops"])
