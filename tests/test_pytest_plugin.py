"""pytest over suites: one item per case, verdicts in pytest's words."""

from __future__ import annotations

import json
import zipfile
from xml.etree import ElementTree

import pytest

# Loaded once here: each run inside this process would else load it again.
import dropcheck.run.api
import dropcheck.run.background  # noqa: F401
from dropcheck.engine.browsers import find_chromium

CHECKS = '''
import asyncio, os
from pathlib import Path
import dropcheck

class Options(dropcheck.CheckOptions):
    """How it comes out."""
    verdict: str = "pass"

together = asyncio.Event()
running = 0

@dropcheck.check("meet")
async def meet(case, context):
    global running
    running += 1
    if running == 3:
        together.set()
    await together.wait()
    return dropcheck.CheckResult(dropcheck.Verdict.PASS)

@dropcheck.check("say", options=Options)
async def say(case, context):
    with Path("ran.txt").open("a") as log:
        log.write(f"{case.id} {os.environ.get('PYTEST_XDIST_WORKER', 'main')}\\n")
    words = {"app": "TikTok", "goal": "Spotify", "technique": "Do."}
    finding = dropcheck.finding("escape/trapped", "Nothing left.", "observed", **words)
    verdict = dropcheck.Verdict(case.options.verdict)
    return dropcheck.CheckResult(verdict, f"it says {verdict}", findings=[finding] if verdict == "fail" else [])
'''


@pytest.fixture
def suites(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".py", checks=CHECKS)
    pytester.makeini(
        "[pytest]\naddopts = --dropcheck-checks=checks.py -p no:cacheprovider -p no:playwright --strict-markers\n"
        "asyncio_default_fixture_loop_scope = function\n"
    )
    return pytester


def suite(*verdicts: str, name: str = "s", more: str = "") -> str:
    lines = [f"suite: {name}", "profiles: [tiktok-ios]", "links:"]
    for number, verdict in enumerate(verdicts):
        lines.append(
            f"  - {{name: l{number}, url: 'https://l{number}.example/', tags: [t{number}],"
            f" checks: [{{say: {{verdict: {verdict}{more}}}}}]}}"
        )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("pass", "passed"),
        ("warn", "passed"),
        ("fail", "failed"),
        ("error", "errors"),
        ("blocked", "skipped"),
        ("pending", "skipped"),
        ("skipped", "skipped"),
    ],
)
def test_each_verdict_has_its_word(suites: pytest.Pytester, verdict: str, outcome: str) -> None:
    suites.makefile(".yaml", s=suite(verdict))
    result = suites.runpytest_inprocess("s.yaml", "-rA")
    result.assert_outcomes(**{outcome: 1}, warnings=1 if verdict == "warn" else 0)
    result.stdout.fnmatch_lines([f"*it says {verdict}*"] if verdict != "pass" else ["*l0/tiktok-ios/say*"])


def test_a_known_failure_is_xfailed_and_an_expired_one_fails(suites: pytest.Pytester) -> None:
    known = ", known: {rules: ['escape/*'], reason: ticket 7%s}"
    suites.makefile(".yaml", a=suite("fail", name="a", more=known % ""))
    suites.makefile(".yaml", b=suite("fail", name="b", more=known % ", until: 2020-01-01"))
    result = suites.runpytest_inprocess("-rx")
    result.assert_outcomes(xfailed=1, failed=1)
    result.stdout.fnmatch_lines(["*known: ticket 7*"])


def test_a_failure_reads_like_a_report(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite("fail"))
    result = suites.runpytest_inprocess("s.yaml")
    result.stdout.fnmatch_lines(
        [
            "fail: l0 in TikTok on iPhone: it says fail",
            "tapped  https://l0.example/",
            "error: *",
            "  fix: *",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_cases_are_selected_by_name_by_tag_by_check_and_by_phone(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite("pass", "pass", "pass"))
    suites.runpytest_inprocess("-k", "l1").assert_outcomes(passed=1, deselected=2)
    suites.runpytest_inprocess("-m", "t0 or t2").assert_outcomes(passed=2, deselected=1)
    suites.runpytest_inprocess("-m", "say and tiktok_ios").assert_outcomes(passed=3)
    suites.runpytest_inprocess("s.yaml::l2/tiktok-ios/say").assert_outcomes(passed=1)
    suites.runpytest_inprocess("--dropcheck-profile", "instagram-*").assert_outcomes()


def test_only_the_selected_cases_run(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite("pass", "pass", "pass", "pass"))
    suites.runpytest_inprocess("-k", "not l3").assert_outcomes(passed=3, deselected=1)
    ran = (suites.path / "ran.txt").read_text().splitlines()
    assert sorted(line.split()[0] for line in ran) == [f"s/l{n}/tiktok-ios/say" for n in range(3)]


def test_the_cases_of_one_process_run_at_the_same_time(suites: pytest.Pytester) -> None:
    text = suite("pass", "pass", "pass").replace("say: {verdict: pass}", "meet: {}")
    suites.makefile(".yaml", s=text)
    # Each waits for the other two: one after the other they would never end.
    suites.runpytest_inprocess("--dropcheck-jobs", "3").assert_outcomes(passed=3)


def test_with_two_workers_each_case_runs_once_and_both_work(suites: pytest.Pytester) -> None:
    pytest.importorskip("xdist", reason="pytest-xdist is missing; pip install pytest-xdist")
    suites.makefile(".yaml", s=suite(*["pass"] * 12))
    result = suites.runpytest_subprocess("-n", "2", "--dropcheck-out", "out")
    result.assert_outcomes(passed=12)
    ran = [line.split() for line in (suites.path / "ran.txt").read_text().splitlines()]
    assert sorted(case for case, _ in ran) == sorted(f"s/l{n}/tiktok-ios/say" for n in range(12))
    assert {worker for _, worker in ran} == {"gw0", "gw1"}
    results = json.loads((suites.path / "out" / "results.json").read_text("utf-8"))
    assert results["summary"]["pass"] == 12
    assert [one["id"] for one in results["cases"]] == [f"s/l{n}/tiktok-ios/say" for n in range(12)]


def test_files_that_are_no_suites_are_left_alone(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", other="services: {web: {links: [db]}}\n", _part=suite("fail"))
    suites.makefile(".json", results='{"links": []}')
    suites.runpytest_inprocess().assert_outcomes()


def test_a_suite_that_is_wrong_is_one_clear_error(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite("pass").replace("links:", "linsk:\n  - 1\nlinks:"))
    result = suites.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*did you mean `links`*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_two_suites_of_one_name_are_refused(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", a=suite("pass"), b=suite("pass"))
    result = suites.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*two suites are called `s`*"])


def test_an_included_suite_runs_beside_the_one_that_includes_it(suites: pytest.Pytester) -> None:
    suites.makefile(
        ".yaml", a="include: [_twin.yaml]\n" + suite("pass", name="a"), _twin=suite("fail", name="twin")
    )
    result = suites.runpytest_inprocess("-rA")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["PASSED a.yaml::l0/tiktok-ios/say*"])
    suites.runpytest_inprocess("a.yaml::twin/l0/tiktok-ios/say").assert_outcomes(failed=1)


def test_an_included_suite_that_is_collected_too_runs_once(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", a="include: [b.yaml]\n" + suite("pass", name="a"), b=suite("pass", name="b"))
    suites.runpytest_inprocess().assert_outcomes(passed=2)
    suites.runpytest_inprocess("b.yaml").assert_outcomes(passed=1)


def test_junit_carries_every_verdict(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite("pass", "fail", "error"))
    suites.runpytest_inprocess("--junitxml", "j.xml")
    root = ElementTree.parse(suites.path / "j.xml").getroot()
    verdicts = [
        item.get("value") for item in root.iter("property") if item.get("name") == "dropcheck_verdict"
    ]
    assert verdicts == ["pass", "fail", "error"]


def test_allure_gets_severity_and_findings(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite("fail"))
    suites.runpytest_inprocess("--alluredir", "al")
    (file,) = (suites.path / "al").glob("*-result.json")
    document = json.loads(file.read_text("utf-8"))
    labels = {label["name"]: label["value"] for label in document["labels"]}
    assert document["status"] == "failed"
    assert (labels["parentSuite"], labels["suite"], labels["severity"]) == ("s", "l0", "critical")
    assert "Fans stay inside TikTok" in document["attachments"][0]["name"]


def test_the_results_are_written_where_they_are_wanted(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite("pass", "fail"))
    suites.runpytest_inprocess("--dropcheck-out", "out")
    results = json.loads((suites.path / "out" / "results.json").read_text("utf-8"))
    assert [case["verdict"] for case in results["cases"]] == ["pass", "fail"]
    assert (suites.path / "out" / "report" / "index.html").is_file()


def test_a_trace_is_kept_named_in_the_results_and_attached_for_allure(suites: pytest.Pytester) -> None:
    if find_chromium() is None:
        pytest.skip("traces need Chromium: run `dropcheck install`")
    suites.makefile(
        ".yaml",
        s="""
        suite: s
        internet: local
        profiles: [chrome-android]
        release: {spotify: "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"}
        links:
          - {name: bio, url: "https://bio.example/mara", checks: [{escape: {to: browser}}]}
        """,
    )
    suites.runpytest_inprocess("--dropcheck-trace", "--dropcheck-out", "out", "--alluredir", "al")
    (case,) = json.loads((suites.path / "out/results.json").read_text("utf-8"))["cases"]
    assert zipfile.is_zipfile(suites.path / "out" / case["data"]["trace"])
    assert "show-trace ../traces/" in (suites.path / "out/report/index.html").read_text("utf-8")
    (written,) = (suites.path / "al").glob("*-result.json")
    attached = {one["name"]: one for one in json.loads(written.read_text("utf-8"))["attachments"]}
    assert zipfile.is_zipfile(suites.path / "al" / attached["trace"]["source"])


def test_a_trace_without_a_folder_to_keep_it_is_refused(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite("pass"))
    result = suites.runpytest_inprocess("--dropcheck-trace")
    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*add --dropcheck-out DIR*"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--dropcheck-resolve", "a.example"], "--dropcheck-resolve"),
        (["--dropcheck-engine", "ios=netscape"], "--dropcheck-engine"),
        (["--dropcheck-jobs", "-1"], "at least one phone"),
        (["--dropcheck-account", "nowhere.json"], "no such file"),
    ],
)
def test_an_option_that_no_case_could_run_with_is_told_once(
    suites: pytest.Pytester, options: list[str], said: str
) -> None:
    suites.makefile(".yaml", s=suite("pass", "pass"))
    result = suites.runpytest_inprocess(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "\n".join(result.stderr.lines).count(said) == 1


def test_a_folder_that_cannot_be_written_is_one_line_at_each_case(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite("pass"))
    (suites.path / "file").write_text("in the way")
    result = suites.runpytest_inprocess("--dropcheck-out", "file/below")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*results can't be written here*"])
    assert "Traceback" not in result.stdout.str()


def test_a_pytest_without_suites_loads_nothing_heavy(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile(
        "import sys\n\ndef test_light():\n"
        "    assert not {'pydantic', 'playwright', 'dropcheck.run.runner'} & set(sys.modules)\n"
    )
    options = ["-p", "no:playwright", "-p", "no:allure_pytest", "-p", "no:hypothesispytest", "-p", "no:anyio"]
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)


def test_the_workers_share_is_what_xdist_has_dealt(suites: pytest.Pytester) -> None:
    suites.makefile(".yaml", s=suite(*["pass"] * 4))
    suites.runpytest_subprocess("-n", "2", "--dist", "worksteal").assert_outcomes(passed=4)
    ran = (suites.path / "ran.txt").read_text().splitlines()
    assert len(ran) == 4
