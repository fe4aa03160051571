"""What stops the program, in one message with the exit code that fits."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from dropcheck.cli.problems import told
from dropcheck.cli.program import end_with
from dropcheck.run.exit_codes import ExitCode


def test_a_file_that_cannot_be_opened_is_the_users_and_a_full_disk_the_machines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert told(PermissionError(errno.EACCES, "Permission denied", "a.json")) == ExitCode.USAGE
    assert told(OSError(errno.ENOSPC, "No space left on device")) == ExitCode.ENVIRONMENT
    assert told(TimeoutError()) == ExitCode.INTERNAL
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == ["dropcheck: a.json: Permission denied", "dropcheck: No space left on device"]
    assert "fault of dropcheck (TimeoutError" in said[2]


def test_a_port_that_is_taken_is_told_with_its_address(
    capsys: pytest.CaptureFixture[str], unused_tcp_port: int
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", unused_tcp_port)):
        assert end_with(["serve", "--https-port", str(unused_tcp_port)]) == ExitCode.ENVIRONMENT
    assert "127.0.0.1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["suite: [", "version: 1\nconfirmations: 5\n", "version: 1\nconfirmations: [1]\n"]
)
def test_a_confirmations_file_that_is_none_is_one_clear_error(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "confirmations.yaml").write_text(text)
    arguments = ["handoff", "https://a.example/", "--profile", "tiktok-ios", "--beside", str(tmp_path)]
    assert end_with(arguments) == ExitCode.USAGE
    assert "confirmations.yaml" in capsys.readouterr().err
