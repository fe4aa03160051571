"""The program: overview, mistakes, exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dropcheck.cli.program import COMMANDS, end_with, program


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_the_overview_is_there_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert end_with([name, "--help"]) == 0
    assert f"Usage: dropcheck {name}" in capsys.readouterr().out


def test_the_overview_imports_no_command_and_nothing_heavy() -> None:
    code = (
        "import sys\nfrom dropcheck.cli.program import end_with\nend_with(['--help'])\n"
        "heavy = {'pydantic', 'playwright', 'httpx', 'rich.console', 'jinja2'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_importing_dropcheck_loads_nothing_heavy() -> None:
    code = "import sys, dropcheck\nassert not {'pydantic', 'playwright', 'httpx'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_mistyped_command_is_answered_with_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert end_with(["valdate", "x"]) == 2
    assert "did you mean `validate`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("https://bio.example/mara", "dropcheck check https://bio.example/mara"),
        ("linktr.ee/mara", "dropcheck check linktr.ee/mara"),
        ("my-song.yaml", "dropcheck run my-song.yaml"),
    ],
)
def test_a_link_or_a_suite_without_a_command_is_answered_with_the_whole_line(
    word: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert end_with([word]) == 2
    assert f"did you mean `{meant}`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "missing.yaml"], "missing.yaml"),
        (["run"], "Missing argument"),
        (["validate", "missing.yaml"], "missing.yaml"),
        (["report", "missing.json"], "there is no such file"),
        (["profiles", "tiktok-ois"], "did you mean `tiktok-ios`?"),
        (["rules", "escape/traped"], "did you mean `escape/trapped`?"),
        (["handoff", "https://a.example/", "--profile", "x"], "no phone is called 'x'"),
        (["handoff", "https://a.example/", "--profile", "tiktok-ios", "--installed", "spotfy"], "spotify"),
        (["handoff", "https://a.example/", "--profile", "safari-ios", "--where", "in-app"], "real browser"),
        (["handoff", "open.spotify.com/track/1", "--profile", "safari-ios"], "no whole address"),
        (["handoff", "", "--profile", "safari-ios"], "no whole address"),
        (["check", "spotify:track:1"], "http"),
        (["check", "https://a.example/", "--spotify", "x"], "--spotify: this is not a web address"),
        (["check", "https://a.example/", "--tidal", "https://a.example"], "the song's address: the address"),
        (["check", "https://a.example/", "--tap", "a", "--tap", ""], "--tap: an empty selector"),
        (["confirm", "missing.json", "a/b/c", "--saw", "app"], "there is no such file"),
        (["merge", "missing.json"], "there is no such file"),
        (["history", "--out", "nowhere"], "there is no history yet"),
    ],
)
def test_a_mistake_is_one_clear_message_and_exit_2(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert end_with(arguments) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said


def test_a_fault_of_dropcheck_is_told_as_one_and_shows_its_traceback_on_demand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **more: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(program, "main", broken)
    assert end_with(["schema"]) == 4
    assert "this is a fault of dropcheck (ZeroDivisionError" in capsys.readouterr().err
    with pytest.raises(ZeroDivisionError):
        end_with(["--debug", "schema"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whatever_is_under_way_is_ended_by_ctrl_c_and_sigterm_alike(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    closed = []

    def busy(*args: object, **more: object) -> None:
        try:
            signal.raise_signal(number)
        finally:
            closed.append(True)

    monkeypatch.setattr(program, "main", busy)
    assert end_with(["report"]) == 130
    assert closed
    assert not capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) == before


def test_commands_options_and_choices_complete_in_a_shell() -> None:
    def completed(line: str, at: int) -> set[str]:
        asked = {"_DROPCHECK_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(at)}
        command = [str(Path(sys.executable).parent / "dropcheck")]
        done = subprocess.run(
            command, env={**os.environ, **asked}, capture_output=True, text=True, timeout=60, check=False
        )
        return {one.partition(",")[2] for one in done.stdout.splitlines()}

    assert {"report", "rejudge"} <= completed("dropcheck re", 1)
    assert completed("dropcheck run --prof", 2) == {"--profile"}
    assert completed("dropcheck run --evidence f", 3) == {"failures"}
