"""The results file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.run.runs import case_of, results_of

from dropcheck.result import Release
from dropcheck.run.errors import OutputError
from dropcheck.run.results_file import with_pictures_from, write_results

HOP = {
    "n": 1,
    "t_ms": 0,
    "where": "in-app",
    "by": "app",
    "gesture": False,
    "url": "https://a.example/",
    "decision": "loads",
    "rule": "r",
    "basis": "modelled",
    "screenshot": "evidence/a.png",
}


def test_it_is_the_contracts_document(tmp_path: Path) -> None:
    file = write_results(results_of(case_of()), tmp_path / "deep" / "r.json")
    document = json.loads(file.read_text("utf-8"))
    assert document["schema"] == "dropcheck.results/1"
    assert document["summary"]["pass"] == 0
    assert document["cases"][0]["id"] == "s/one/tiktok-ios/escape"
    assert [path.name for path in file.parent.iterdir()] == ["r.json"]


def test_pictures_are_named_from_where_the_file_is(tmp_path: Path) -> None:
    file = write_results(results_of(case_of(hops=[HOP])), tmp_path / "r.json", pictures=tmp_path / "reports")
    named = json.loads(file.read_text("utf-8"))["cases"][0]["hops"][0]["screenshot"]
    assert named == "reports/evidence/a.png"


def test_traces_and_the_covers_of_stores_and_sounds_are_named_from_there_too(tmp_path: Path) -> None:
    made = results_of(case_of(data={"trace": "traces/a.zip"}))
    release = {
        "suite": "s",
        "artwork": [{"source": "sheet", "file": "evidence/cover.png"}, {"source": "deezer", "file": None}],
        "sound": {"cover_file": "evidence/sound.png"},
    }
    made.releases.append(Release.model_validate(release))
    moved = with_pictures_from(made, tmp_path / "shard", tmp_path)
    again = with_pictures_from(moved, tmp_path, tmp_path.parent)
    here = f"{tmp_path.name}/shard"
    assert again.cases[0].data["trace"] == f"{here}/traces/a.zip"
    assert [one["file"] for one in again.releases[0].artwork] == [f"{here}/evidence/cover.png", None]
    assert again.releases[0].sound["cover_file"] == f"{here}/evidence/sound.png"
    assert made.releases[0].sound["cover_file"] == "evidence/sound.png"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_results(results_of(case_of()), pipe, pictures=tmp_path / "reports")
        assert json.loads(os.read(reading, 100_000))["schema"] == "dropcheck.results/1"
    finally:
        os.close(reading)
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_link_stays_a_link_and_its_file_gets_the_results(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "r.json").symlink_to(tmp_path / "elsewhere" / "r.json")
    write_results(results_of(case_of()), tmp_path / "r.json")
    assert (tmp_path / "r.json").is_symlink()
    assert json.loads((tmp_path / "elsewhere" / "r.json").read_text("utf-8"))["cases"]


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"r\.json: the results can't be written"):
        write_results(results_of(), tmp_path / "file" / "r.json")
