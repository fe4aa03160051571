"""``dropcheck run`` and its neighbours, on checks that need no browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dropcheck.cli.program import end_with

CHECKS = '''
import dropcheck

class Options(dropcheck.CheckOptions):
    """How it comes out."""
    verdict: str = "pass"
    reason: str = ""

@dropcheck.check("say", options=Options)
def say(case, context):
    return dropcheck.CheckResult(dropcheck.Verdict(case.options.verdict), case.options.reason)
'''


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "checks.py").write_text(CHECKS)
    return tmp_path


def write(folder: Path, *verdicts: str, reason: str = "", name: str = "s") -> None:
    links = [
        {
            "name": f"l{number}",
            "url": f"https://l{number}.example/",
            "tags": [f"t{number}"],
            "checks": [{"say": {"verdict": verdict, "reason": reason}}],
        }
        for number, verdict in enumerate(verdicts)
    ]
    data = {"suite": name, "profiles": ["tiktok-ios"], "links": links}
    (folder / f"{name}.yaml").write_text(json.dumps(data))


def run(*more: str) -> int:
    return end_with(["run", "s.yaml", "--checks", "checks.py", *more])


def results(folder: Path, file: str = "reports/results.json") -> Any:
    return json.loads((folder / file).read_text("utf-8"))


@pytest.mark.parametrize(
    ("verdict", "more", "code"),
    [
        ("pass", [], 0),
        ("warn", [], 0),
        ("warn", ["--fail-on", "warn"], 1),
        ("warn", ["--strict"], 1),
        ("fail", [], 1),
        ("error", [], 3),
        ("blocked", [], 3),
        ("pending", [], 0),
        ("pending", ["--fail-on", "blocked,pending"], 1),
        ("pass", ["--tag", "nope"], 5),
        ("pass", ["--link", "nope"], 2),
        ("pass", ["--fail-on", "everything"], 2),
        ("pass", ["--shard", "3/2"], 2),
        ("pass", ["--resolve", "a.example"], 2),
        ("pass", ["--engine", "ios=netscape"], 2),
        ("pass", ["--out", "checks.py"], 2),
    ],
)
def test_exit_codes(here: Path, verdict: str, more: list[str], code: int) -> None:
    write(here, verdict)
    assert run(*more) == code


def test_everything_asked_for_is_written(here: Path) -> None:
    write(here, "pass", "fail")
    outputs = [
        "--json",
        "r.json",
        "--junit",
        "j.xml",
        "--markdown",
        "m.md",
        "--csv",
        "c.csv",
        "--allure",
        "al",
    ]
    assert run(*outputs, "--html", "one.html") == 1
    for name in (
        "r.json",
        "j.xml",
        "m.md",
        "c.csv",
        "one.html",
        "reports/journal.ndjson",
        "reports/results.json",
    ):
        assert (here / name).stat().st_size > 0, name
    assert len(list((here / "al").glob("*-result.json"))) == 2
    assert results(here, "r.json")["summary"] == results(here)["summary"]


def test_results_on_standard_output_are_nothing_but_json(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, "warn")
    assert run("--json", "-") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["schema"] == "dropcheck.results/1"
    assert "Works but loses fans" in said.err


def test_the_verdict_comes_first_and_hints_last(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, "pass", "fail", reason="it is broken")
    run()
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    last_case = max(number for number, line in enumerate(lines) if line.startswith("["))
    story = lines[last_case + 1 :]
    assert "broken" in story[0]
    assert story[-1].startswith("Report: ")


def test_hostile_text_is_inert_on_the_terminal(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, "fail", reason="\x1b]0;owned\x07\x1b[2J[bold]x[/bold]\u202eevil")
    run()
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "\u202e" not in said
    assert "[bold]x[/bold]" in said


def test_a_phone_that_nobody_knows_is_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    song = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
    link = {"url": "https://a.example/", "phones": ["no-apple-music", "no-spotfy"]}
    (here / "s.yaml").write_text(json.dumps({"release": {"spotify": song}, "links": [link]}))
    assert end_with(["validate", "s.yaml"]) == 2
    said = capsys.readouterr().err
    assert "`no-spotfy`" in said
    assert "did you mean `no-spotify`?" in said


def test_a_merge_without_a_file_goes_to_standard_output(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, "pass", "fail")
    run()
    capsys.readouterr()
    assert end_with(["merge", "reports/results.json"]) == 1
    assert json.loads(capsys.readouterr().out)["summary"]["fail"] == 1


def test_shards_run_everything_once_and_merge_into_one(here: Path) -> None:
    write(here, *["pass"] * 6)
    for shard in ("1/2", "2/2"):
        assert run("--shard", shard, "--out", f"r{shard[0]}") == 0
    assert end_with(["merge", "r1/results.json", "r2/results.json", "--json", "all.json"]) == 0
    assert sorted(case["link"] for case in results(here, "all.json")["cases"]) == [f"l{n}" for n in range(6)]


def test_a_share_without_a_case_says_that_there_are_too_many_shares(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, "pass")
    assert sorted(run("--shard", f"{share}/2") for share in "12") == [0, 5]
    assert "take fewer shares than 2" in capsys.readouterr().err


def test_a_shard_that_is_missing_is_told_and_the_rest_is_no_success(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, *["pass"] * 6)
    for share in "123":
        assert run("--shard", f"{share}/3", "--out", share) == 0
    capsys.readouterr()
    assert end_with(["merge", "1/results.json", "3/results.json", "--json", "all.json"]) == 3
    said = capsys.readouterr().out
    assert "2 of 6 are in none of the joined results; is a shard missing?" in said
    assert "Everything works" not in said
    assert end_with(["merge", "all.json", "2/results.json", "--json", "whole.json"]) == 0


def test_merged_shards_stand_in_the_order_of_the_plan(here: Path) -> None:
    write(here, *["pass"] * 6)
    for share in "12":
        run("--shard", f"{share}/2", "--out", share)
    for parts in (["1", "2"], ["2", "1"]):
        end_with(["merge", *(f"{part}/results.json" for part in parts), "--json", "all.json"])
        names = [case["link"] for case in results(here, "all.json")["cases"]]
        assert names == [f"l{number}" for number in range(6)]


def test_a_result_says_which_verdict_its_suite_declares(here: Path) -> None:
    write(here, "fail")
    text = (here / "s.yaml").read_text()
    (here / "s.yaml").write_text(text.replace('"reason": ""', '"reason": "", "expect": "fail"'))
    run()
    assert results(here)["cases"][0]["data"]["expected"] == "fail"
    assert "as this suite expects" in (here / "reports/report/index.html").read_text("utf-8")


def test_a_baseline_refuses_only_what_became_worse(here: Path) -> None:
    write(here, "pass", "fail")
    run("--json", "old.json")
    assert run("--baseline", "old.json") == 0
    write(here, "fail", "fail")
    assert run("--baseline", "old.json") == 1


def test_compare_says_what_became_worse(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, "pass")
    run("--json", "old.json")
    write(here, "fail")
    run("--json", "new.json")
    capsys.readouterr()
    assert end_with(["compare", "old.json", "new.json"]) == 1
    assert capsys.readouterr().out.startswith("Worse: 1 newly broken")
    assert end_with(["compare", "new.json", "old.json"]) == 0


def test_history_shows_when_it_broke(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, "pass")
    run()
    write(here, "fail")
    run()
    capsys.readouterr()
    assert end_with(["history", "l0"]) == 0
    said = capsys.readouterr().out
    assert "✓✗  s/l0/tiktok-ios/say" in said
    assert "pass until" in said
    assert "fail since" in said


def test_a_report_is_made_again_from_the_results(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, "fail", reason="it is broken")
    run()
    assert end_with(["report", "reports/results.json", "--html", "again", "--client", "Night Bus"]) == 0
    assert "Night Bus" in (here / "again" / "index.html").read_text("utf-8")
    capsys.readouterr()
    assert end_with(["report", "reports/results.json"]) == 0
    assert "it is broken" in capsys.readouterr().out


def test_resume_runs_nothing_that_has_finished(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, "pass", "pass")
    run()
    (here / "checks.py").write_text(CHECKS.replace("case.options.verdict", "'fail'"))
    assert run("--resume") == 0
    assert results(here)["summary"]["pass"] == 2
    assert end_with(["run", "s.yaml", "--checks", "checks.py", "--resume", "--out", "fresh"]) == 2
    assert "no journal to resume" in capsys.readouterr().err


def test_resume_asks_again_what_the_suite_now_asks_otherwise(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(here, "pass", "pass")
    run()
    write(here, "pass", "fail")
    capsys.readouterr()
    assert run("--resume") == 1
    said = "".join(capsys.readouterr())
    assert "2 cases, 1 of them finished before" in said
    assert "[2/2] " in said
    assert (results(here)["summary"]["pass"], results(here)["summary"]["fail"]) == (1, 1)


def test_validate_prints_the_plan_and_its_visits(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(here, "pass", "pass")
    assert end_with(["validate", "s.yaml", "--checks", "checks.py", "--plan"]) == 0
    said = capsys.readouterr().out
    assert "s/l0/tiktok-ios/say  https://l0.example/" in said
    assert "l0.example will count 1 to 4 visits" in said


def test_a_plan_shows_no_secret_that_a_variable_holds(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DROPCHECK_VAR_PREVIEW_TOKEN", "s3cr3tvalue")
    write(here, "pass")
    text = (here / "s.yaml").read_text()
    (here / "s.yaml").write_text(text.replace(".example/", ".example/?x=${DROPCHECK_VAR_PREVIEW_TOKEN}"))
    for option in ("--plan", "--json"):
        assert end_with(["validate", "s.yaml", "--checks", "checks.py", option]) == 0
    assert "s3cr3tvalue" not in capsys.readouterr().out


def test_the_schema_names_the_checks_of_ones_own(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(["schema", "--checks", "checks.py"]) == 0
    assert "check-say" in json.loads(capsys.readouterr().out)["$defs"]
