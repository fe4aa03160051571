"""``dropcheck watch`` without a browser: what is due, and the lines for other schedulers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from dropcheck.cli.program import end_with

SUITE = """
suite: song
release: {{released: "{released}"}}
links: [{{url: "https://bio.example/mara", checks: [{{escape: {{to: browser}}}}]}}]
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    file = tmp_path / "song.yaml"
    file.write_text(SUITE.format(released="2026-11-20T00:00:00-05:00"))
    return file


def test_cron_lines_call_the_suite_once_at_each_time(suite: Path, capsys):
    assert end_with(["watch", str(suite), "--print-cron"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "CRON_TZ=UTC"
    assert len(out) == 8
    assert f"dropcheck watch {suite} --once" in out[1]


def test_the_lines_for_github_are_a_workflows_own(suite: Path, capsys):
    assert end_with(["watch", str(suite), "--print-cron", "github", "--at", "0,6h"]) == 0
    out = capsys.readouterr().out
    document = yaml.safe_load(out)
    # YAML 1.1 reads the key `on` as true.
    assert [one["cron"] for one in document[True]["schedule"]] == ["0 5 20 11 *", "0 11 20 11 *"]
    assert "--at 0,6h --once" in out


def test_a_release_to_come_is_not_due_yet(suite: Path, tmp_path: Path, capsys):
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
    suite.write_text(SUITE.format(released=later.isoformat()))
    out = ["--out", str(tmp_path / "watch")]
    assert end_with(["watch", str(suite), "--when", *out]) == 5
    assert end_with(["watch", str(suite), "--once", *out]) == 0
    assert "Nothing is due" in capsys.readouterr().out


def test_a_suite_without_a_release_moment_is_told(suite: Path, capsys):
    suite.write_text('suite: song\nlinks: [{url: "https://a.example", checks: [{escape: {to: browser}}]}]\n')
    assert end_with(["watch", str(suite)]) == 2
    assert "no `released:`" in capsys.readouterr().err
