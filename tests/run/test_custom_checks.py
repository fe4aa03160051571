"""Checks of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

import dropcheck
from dropcheck.run.custom_checks import load_checks
from dropcheck.run.errors import CustomCheckError

CHECK = '''
import dropcheck

class Options(dropcheck.CheckOptions):
    """What the suite may say."""
    wanted: str = "pass"

@dropcheck.check("mood", options=Options)
def mood(case, context):
    return dropcheck.CheckResult(dropcheck.Verdict(case.options.wanted), f"mood of {case.link}")

@dropcheck.check("weather", scope="release")
async def weather(case, context):
    return dropcheck.CheckResult(dropcheck.Verdict.PASS)
'''
SUITE = """\
suite: s
profiles: [tiktok-ios]
links: [{name: one, url: "https://one.example/", checks: [{mood: {wanted: warn}}]}]
checks: [weather]
"""


def test_a_file_of_checks_is_run_like_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CHECK)
    (tmp_path / "s.yaml").write_text(SUITE)
    results = dropcheck.run(tmp_path / "s.yaml", custom=[tmp_path / "mine.py"])
    assert [(case.id, case.verdict.value, case.reason) for case in results.cases] == [
        ("s/one/tiktok-ios/mood", "warn", "mood of one"),
        ("s/release/weather", "pass", ""),
    ]


def test_a_check_made_here_can_be_handed_to_run() -> None:
    @dropcheck.check("here")
    def here(case: object, context: object) -> dropcheck.CheckResult:
        return dropcheck.CheckResult(dropcheck.Verdict.PASS)

    assert here.spec.name in load_checks([here]).registry


def test_its_options_are_strict(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CHECK)
    (tmp_path / "s.yaml").write_text(SUITE.replace("wanted", "wnated"))
    with pytest.raises(dropcheck.suite.SuiteError, match="did you mean `wanted`"):
        dropcheck.run(tmp_path / "s.yaml", custom=[tmp_path / "mine.py"])


def test_no_check_is_picked_up_by_itself(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CHECK)
    (tmp_path / "s.yaml").write_text(SUITE)
    with pytest.raises(dropcheck.suite.SuiteError, match="there is no check `mood`"):
        dropcheck.run(tmp_path / "s.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def broken(:", r"mine\.py:1: "),
        ("x = 1\nraise ValueError('no')", r"mine\.py:2: ValueError: no"),
        ("import sys\nsys.exit(0)", r"mine\.py:2: SystemExit: 0"),
        ("x = 1", "no check in it"),
        (
            'import dropcheck\n@dropcheck.check("escape")\ndef f(case, context): ...',
            "already a check called escape",
        ),
        ('import dropcheck\n@dropcheck.check("Bad Name")\ndef f(case, context): ...', "lower-case letters"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_error(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(CustomCheckError, match=message):
        load_checks([tmp_path / "mine.py"])


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CustomCheckError, match="no such file"):
        load_checks([tmp_path / "mine.py"])
