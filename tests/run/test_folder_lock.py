"""Two runs into one folder come one after the other; a killed one lets go by itself."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dropcheck.run.folder_lock import only_run_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows locks no folders")

HOLDS = """
import sys, pathlib
from dropcheck.run.folder_lock import only_run_in
with only_run_in(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def other_run(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize("killed", [False, True])
def test_a_second_run_waits_for_the_first_says_so_and_then_has_the_folder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, killed: bool
) -> None:
    said = threading.Event()

    class Ears(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            assert str(tmp_path) in record.getMessage()
            said.set()

    ears = Ears()
    logging.getLogger("dropcheck").addHandler(ears)
    entered = threading.Event()

    def second() -> None:
        with only_run_in(tmp_path):
            entered.set()

    with other_run(tmp_path) as first:
        waiting = threading.Thread(target=second)
        waiting.start()
        assert said.wait(60)
        assert not entered.is_set()
        if killed:
            first.kill()
        else:
            first.communicate("")
        waiting.join(60)
        assert entered.is_set()
    logging.getLogger("dropcheck").removeHandler(ears)


def test_a_run_may_take_what_it_holds_and_lets_go_at_its_end(tmp_path: Path) -> None:
    with only_run_in(tmp_path), only_run_in(tmp_path / "."):
        pass
    with other_run(tmp_path) as other:
        other.communicate("")


def test_nobody_waits_for_another_folders_run(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with other_run(tmp_path / "a") as other, only_run_in(tmp_path / "b"):
        other.communicate("")


def test_browsers_do_not_hold_a_folder_after_their_run(tmp_path: Path) -> None:
    with only_run_in(tmp_path):
        child = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
        )
    with other_run(tmp_path) as other:
        other.communicate("")
    child.communicate(b"")
    assert not list(tmp_path.iterdir())
