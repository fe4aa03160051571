"""Pictures on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.run.runs import case_of

from dropcheck.events import CaseFinished
from dropcheck.result import Release
from dropcheck.run.errors import OutputError
from dropcheck.run.evidence import EvidenceFolder, prepare_folder
from dropcheck.run.options import KeepEvidence


def test_a_picture_is_found_by_the_name_the_results_give_it(tmp_path: Path) -> None:
    name = EvidenceFolder(tmp_path, KeepEvidence.ALL).keep(
        "s/one/tiktok-ios/escape", "hop-01.png", b"picture"
    )
    assert name is not None
    assert (tmp_path / name).read_bytes() == b"picture"


@pytest.mark.parametrize("case_id", ["../../etc/x", "a/../../b", "..", "s/ünïcode/☃", "a" * 400])
def test_no_case_writes_outside_the_folder(tmp_path: Path, case_id: str) -> None:
    out = tmp_path / "out"
    name = EvidenceFolder(out, KeepEvidence.ALL).keep(case_id, "../../x.png", b"p")
    assert name is not None
    assert (out / name).resolve().is_relative_to(out.resolve())


def test_names_that_only_differ_in_odd_characters_stay_apart(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path, KeepEvidence.ALL)
    assert folder.keep("a/b", "x.png", b"1") != folder.keep("a:b", "x.png", b"2")


def test_with_failures_a_case_that_works_loses_its_pictures_and_their_names(tmp_path: Path) -> None:
    folder = EvidenceFolder(tmp_path, KeepEvidence.FAILURES)
    hop = {
        "n": 1,
        "t_ms": 0,
        "where": "in-app",
        "by": "app",
        "gesture": False,
        "url": "https://a.example/",
        "decision": "loads",
        "rule": "r",
        "basis": "modelled",
    }
    for verdict, kept in (("pass", False), ("fail", True)):
        name = str(folder.keep(verdict, "x.png", b"p"))
        seen = {**hop, "screenshot": name}
        branch = {"verdict": "pass", "reason": "", "hops": [seen]}
        release = Release(
            suite="s", artwork=[{"source": "sheet", "file": name}], sound={"cover_file": name, "title": "t"}
        )
        case = case_of(id=verdict, verdict=verdict, hops=[seen], otherwise=branch)
        finished = folder.finished(CaseFinished(case, release))
        assert (tmp_path / name).exists() is kept
        assert (name in finished.result.model_dump_json()) is kept
        assert finished.release is not None
        assert (name in finished.release.model_dump_json()) is kept
        assert finished.release.sound["title"] == "t"


def test_none_keeps_nothing(tmp_path: Path) -> None:
    assert EvidenceFolder(tmp_path, KeepEvidence.NONE).keep("a", "x.png", b"p") is None
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_nothing_costs_a_picture_and_no_case(tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("not a folder")
    folder = EvidenceFolder(file, KeepEvidence.ALL)
    assert folder.keep("a", "x.png", b"p") is None
    assert folder.lost == 1


def test_an_unwritable_output_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="--out"):
        prepare_folder(tmp_path / "out")
