"""``dropcheck run --engine``: which browser stands for a phone, what results say of it, and what when it is missing."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from dropcheck.cli.program import end_with
from dropcheck.engine.browsers import CHROMIUM_VARIABLE, find_chromium
from dropcheck.engine.select import COSTUME_NOTE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SUITE = """
suite: s
internet: local
release: {spotify: "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"}
profiles: [instagram-ios, instagram-android]
links: [{name: bio, url: "https://bio.example/mara"}]
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(SUITE)
    return tmp_path


@pytest.fixture
def without_webkit(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a Chromium and nothing else: no Xvfb on its path, nothing in Playwright's folder."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("Chromium is not installed here; run `dropcheck install chromium`")
    monkeypatch.setenv(CHROMIUM_VARIABLE, chromium.path)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(here / "nothing"))
    monkeypatch.setenv("PATH", str(here / "nothing"))


def run(*more: str) -> tuple[int, Any, dict[str, Any]]:
    code = end_with(["run", "s.yaml", "--json", "r.json", "--evidence", "none", *more])
    results = json.loads(Path("r.json").read_text("utf-8"))
    return code, results, {case["profile"]: case for case in results["cases"]}


@pytest.mark.browser
@pytest.mark.webkit
def test_iphones_run_on_webkit_and_androids_on_chromium_and_both_are_named(here: Path) -> None:
    code, results, cases = run("--engine", "webkit=webkitgtk")
    if cases["instagram-ios"]["verdict"] == "skipped":
        pytest.skip(cases["instagram-ios"]["reason"])
    assert code == 0
    assert {name: case["engine"] for name, case in cases.items()} == {
        "instagram-ios": "webkitgtk",
        "instagram-android": "chromium",
    }
    engines = results["run"]["engines"]
    assert set(engines) == {"chromium", "webkitgtk"}
    assert all(re.fullmatch(r"\d+(\.\d+)+", version) for version in engines.values()), engines
    assert "engine_note" not in cases["instagram-ios"]["data"]


@pytest.mark.browser
def test_without_a_webkit_iphones_are_skipped_with_the_command_and_androids_go_on(
    here: Path, without_webkit: None
) -> None:
    code, results, cases = run()
    iphone = cases["instagram-ios"]
    assert code == 3
    assert (iphone["verdict"], iphone["outcome"]) == ("skipped", None)
    assert re.search(r"run `.*(gir1\.2-webkit2-4\.1|playwright install webkit).*`", iphone["reason"])
    assert iphone["reason"] in results["run"]["not_checked"]
    assert cases["instagram-android"]["verdict"] == "pass"
    assert set(results["run"]["engines"]) == {"chromium"}


@pytest.mark.browser
def test_an_iphone_put_on_chromium_says_so_in_its_case_and_in_what_was_not_checked(
    here: Path, without_webkit: None, capsys: pytest.CaptureFixture[str]
) -> None:
    code, results, cases = run("--engine", "ios=chromium", "--html", "r.html")
    assert code == 0
    iphone = cases["instagram-ios"]
    assert (iphone["engine"], iphone["data"]["engine_note"]) == ("chromium", COSTUME_NOTE)
    assert "engine_note" not in cases["instagram-android"]["data"]
    assert any(COSTUME_NOTE in gap for gap in results["run"]["not_checked"])
    assert COSTUME_NOTE in capsys.readouterr().out
    page = html.unescape(Path("r.html").read_text("utf-8"))
    # Once among what was not checked, once at the case itself.
    assert page.count(COSTUME_NOTE) >= 2


def test_playwrights_webkit_asked_for_by_name_and_missing_is_told_with_its_command(
    here: Path, without_webkit: None
) -> None:
    code, _, cases = run("--engine", "webkit=playwright", "--profile", "instagram-ios")
    assert code == 3
    assert cases["instagram-ios"]["verdict"] == "skipped"
    assert "playwright install webkit`" in cases["instagram-ios"]["reason"]


def test_an_engine_nobody_has_is_refused_before_anything_runs(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert end_with(["run", "s.yaml", "--engine", "ios=netscape"]) == 2
    assert "ios can be webkit or chromium" in re.sub(r"\s+", " ", capsys.readouterr().err)
    assert not Path("reports/results.json").exists()
