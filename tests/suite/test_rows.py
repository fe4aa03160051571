"""Links from a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dropcheck.check.options import builtin_registry
from dropcheck.suite import SuiteError, load_suite

from .conftest import outcome

SUITE = "suite: s\nlinks_from: links.csv\n"


@pytest.fixture
def with_rows(load, tmp_path: Path):
    def loaded(rows: str, name: str = "links.csv", suite: str | None = None):
        (tmp_path / name).write_text(rows)
        return load(suite or f"suite: s\nlinks_from: {name}\n")

    return loaded


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_of_any_country_is_read(with_rows, separator):
    rows = [
        ["name", "url", "tags", "profiles", "tap"],
        ["bio", "https://a.example/?q=1", "tiktok paid", "tiktok-ios|tiktok-android", "text=Open it"],
        ["ad", "https://b.example", "", "", ""],
    ]
    suite = with_rows("\ufeff" + "\r\n".join(separator.join(row) for row in rows) + "\r\n\r\n")
    assert [link.name for link in suite.links] == ["bio", "ad"]
    assert suite.links[0].tags == ("tiktok", "paid")
    assert suite.links[0].profiles == ("tiktok-ios", "tiktok-android")
    assert suite.links[0].tap == ("text=Open it",)
    assert suite.links[1].profiles is None


def test_jsonl_is_read_with_checks(with_rows):
    suite = with_rows(
        '{"name": "a", "url": "https://a.example", "checks": [{"escape": {"to": "browser"}}]}\n\n'
        '{"name": "b", "url": "https://b.example"}\n',
        "links.jsonl",
    )
    assert [link.name for link in suite.links] == ["a", "b"]
    assert suite.links[0].checks[0].check == "escape"


def test_rows_come_after_the_suites_own_links(with_rows):
    suite = with_rows(
        "name,url\nb,https://b.example\n", suite=SUITE + "links: [{name: a, url: 'https://a.example'}]\n"
    )
    assert [link.name for link in suite.links] == ["a", "b"]


def test_a_cell_with_a_line_break_does_not_shift_the_lines_after_it(with_rows):
    with pytest.raises(SuiteError) as caught:
        with_rows('name,url,tap\na,https://a.example,"one\ntwo"\nb,ftp://b.example,\n')
    (problem,) = caught.value.problems
    assert Path(problem.file).name == "links.csv"
    assert problem.line == 4
    assert problem.source_line.startswith("b,ftp:")


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        ("nome,url\na,https://a.example\n", 1, "unknown column `nome`"),
        ("name\na\n", 1, "no column `url`"),
        ("url,url\na,b\n", 1, "named twice"),
        ("name,url\na,https://a.example,x\n", 2, "3 cells in 2 columns"),
        ("name,url\na,\n", 2, "`url` is missing"),
        ('name,url\n"a,https://a.example\n', 2, "not valid CSV"),
        ("name,url\na,https://a.example\na,https://b.example\n", 3, "two links are called `a`"),
    ],
)
def test_a_broken_csv_is_told_by_its_line(with_rows, rows, line, said):
    with pytest.raises(SuiteError) as caught:
        with_rows(rows)
    assert (caught.value.problems[0].line, said in caught.value.problems[0].message) == (line, True)


def test_a_broken_line_of_jsonl_is_told(with_rows):
    with pytest.raises(SuiteError) as caught:
        with_rows(
            '{"url": "https://a.example"}\n[1]\n{"url": \n{"urk": "x", "url": "https://b.example"}\n',
            "l.jsonl",
        )
    assert [problem.line for problem in caught.value.problems][:2] == [2, 3]


def test_rows_outside_the_folder_are_refused(load, tmp_path: Path):
    (tmp_path.parent / "out.csv").write_text("url\nhttps://a.example\n")
    with pytest.raises(SuiteError, match="outside the suite's folder"):
        load("links_from: ../out.csv\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=200) | st.text(alphabet='urlname,;\n\r"\x00{}[]: ', max_size=80).map(str.encode),
    st.sampled_from(["csv", "jsonl"]),
)
def test_any_bytes_are_rows_or_a_suite_error(tmp_path: Path, raw: bytes, kind: str):
    (tmp_path / f"rows.{kind}").write_bytes(raw)
    file = tmp_path / "s.yaml"
    file.write_text(f"links_from: rows.{kind}\n")
    assert outcome(lambda: load_suite(file, builtin_registry(), {}))
