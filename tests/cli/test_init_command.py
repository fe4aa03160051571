"""``dropcheck init`` as a person or a script uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dropcheck.cli.program import end_with

SPOTIFY = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
GIVEN = ["init", "song.yaml", "--bio", "https://bio.example/mara", "--spotify", SPOTIFY, "--no-look-up"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_a_suite_that_validates_and_its_schema(here: Path, capsys):
    assert end_with(GIVEN) == 0
    assert (here / "suite.schema.json").is_file()
    assert end_with(["validate", "song.yaml"]) == 0
    assert "dropcheck run song.yaml" in capsys.readouterr().out


def test_it_never_writes_over_a_suite_unasked(here: Path, capsys):
    (here / "song.yaml").write_text("mine")
    assert end_with(GIVEN) == 2
    assert (here / "song.yaml").read_text() == "mine"
    assert "--force" in capsys.readouterr().err
    assert end_with([*GIVEN, "--force"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["init"], "--bio https://…"),
        (["init", "--bio", "bio.example/mara"], "https://bio.example/mara"),
        (
            ["init", "--bio", "https://a.example", "--spotify", "https://a.example"],
            "not an address of Spotify",
        ),
        (["init", "song.txt", "--bio", "https://a.example"], "song.txt.yaml"),
    ],
)
def test_bad_input_is_told_in_one_message(arguments, said, here: Path, capsys):
    assert end_with([*arguments, "--no-look-up"]) == 2
    assert said in capsys.readouterr().err
    assert not list(here.glob("*.yaml"))


@pytest.mark.parametrize(
    ("kind", "file"), [("github", ".github/workflows/dropcheck.yml"), ("gitlab", ".gitlab-ci.yml")]
)
def test_the_ci_file_runs_the_suite(kind, file, here: Path):
    assert end_with([*GIVEN, "--ci", kind]) == 0
    text = (here / file).read_text()
    assert yaml.safe_load(text)
    assert "dropcheck run song.yaml" in text
