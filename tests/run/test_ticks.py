"""The button behind a Sound Page, seen by a person: what it settles, and where it is shown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.run.runs import case_of, performed, results_of

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.rulebook import finding
from dropcheck.cli import main
from dropcheck.device.load import load_profiles
from dropcheck.report.html import write_html
from dropcheck.report.reading import load
from dropcheck.result import Basis, CaseResult, Release, Severity, Verdict
from dropcheck.run.confirm import settle
from dropcheck.run.confirmations import Confirmation, record
from dropcheck.run.custom_checks import Checks
from dropcheck.run.plan_files import plan_files
from dropcheck.run.results_file import write_results
from dropcheck.run.ticks import tick
from dropcheck.suite import Case

CASE = "s/release/sound_page"
SOUND = "https://www.tiktok.com/music/neon-hours-7300000000000000001"


def sound_case(verdict: str, *rules: str) -> CaseResult:
    found = [finding(f"sound_page/{rule}", "Seen.", Basis.OBSERVED) for rule in rules]
    return case_of(
        id=CASE, suite="s", check="sound_page", verdict=verdict, findings=found, link=None, profile=None
    )


def seen(saw: Any, case: CaseResult) -> Confirmation:
    return settle(case, saw, load_profiles(), date=dt.date(2026, 11, 23), app_version="46.4", by="Mara")


@pytest.mark.parametrize(
    ("saw", "before", "rules", "after"),
    [
        ("app", "pass", (), Verdict.PASS),
        ("app", "warn", ("stores-not-told",), Verdict.PASS),
        ("app", "fail", ("not-linked",), Verdict.PASS),
        ("app", "pending", ("linking-pending",), Verdict.PASS),
        ("app", "fail", ("not-linked", "artwork-missing"), Verdict.WARN),
        # What a button doesn't settle.
        ("app", "fail", ("not-linked", "title-different"), Verdict.FAIL),
        ("app", "fail", ("direct-upload",), Verdict.FAIL),
        ("app", "blocked", ("blocked",), Verdict.BLOCKED),
        ("dead_end", "pass", (), Verdict.WARN),
        ("webview", "pass", (), Verdict.WARN),
        ("dead_end", "fail", ("not-linked",), Verdict.FAIL),
        ("dead_end", "blocked", ("blocked",), Verdict.BLOCKED),
    ],
)
def test_what_a_person_saw_settles_the_button_and_nothing_else(
    saw: str, before: str, rules: tuple[str, ...], after: Verdict
) -> None:
    case, release = sound_case(before, *rules), Release(suite="s", sound={"url": SOUND})
    tick(case, release, seen(saw, case))
    assert case.verdict is after
    assert ("ticked" in release.sound) is (saw == "app")
    told = {one.rule for one in case.findings if one.severity is not Severity.INFO}
    assert ("sound_page/button-not-seen" in told) is (saw != "app")
    assert not told & {"sound_page/not-linked", "sound_page/stores-not-told"} or saw != "app"


async def test_later_runs_of_the_suite_show_the_tick(tmp_path: Path) -> None:
    suite = tmp_path / "s.yaml"
    suite.write_text(f"suite: s\nrelease: {{tiktok_sound: '{SOUND}'}}\nchecks: [sound_page]\n")
    record(tmp_path, seen("app", sound_case("warn", "stores-not-told")))
    plan = plan_files([suite], Checks())

    async def looking(case: Case, context: CheckContext) -> CheckResult:
        made = finding("sound_page/stores-not-told", "Seen.", Basis.OBSERVED)
        entry = Release(suite=case.suite, sound={"url": SOUND})
        return CheckResult(Verdict.WARN, made.title, findings=[made], release=entry)

    results = await performed(plan, looking)
    (case,) = results.cases
    assert (case.verdict, case.data["confirmed"]["saw"]) == (Verdict.PASS, "app")
    assert results.releases[0].sound["ticked"] == {"by": "Mara", "at": "2026-11-23", "app_version": "46.4"}


def test_the_command_writes_the_tick_into_the_results_and_the_report_shows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = results_of(sound_case("warn", "stores-not-told"))
    results.releases = [
        Release(suite="s", sheet={"title": "Neon Hours"}, sound={"url": SOUND, "state": "linking-pending"})
    ]
    file = write_results(results, tmp_path / "results.json")
    args = ["confirm", str(file), CASE, "--saw", "app", "--by", "Mara", "--beside", str(tmp_path)]
    with pytest.raises(SystemExit) as ended:
        main(args)
    assert ended.value.code == 0
    assert "You saw: Add to Music App opened the right song." in capsys.readouterr().out
    again = load(file)
    assert again.releases[0].sound["ticked"]["by"] == "Mara"
    assert (again.cases[0].verdict, again.summary.pass_, again.summary.warn) == (Verdict.PASS, 1, 0)
    assert (tmp_path / "confirmations.yaml").is_file()
    write_html(again, tmp_path / "report")
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "Seen in the app by Mara" in page
