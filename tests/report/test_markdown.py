"""Markdown as GitHub renders it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.report.example_results import cases, hostile_results, many_cases, results

from dropcheck.report import (
    append_step_summary,
    compare,
    comparison_markdown,
    markdown_report,
    write_markdown,
)
from dropcheck.report.inert import markdown

RENDER = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table").enable("strikethrough")


def test_the_verdict_comes_first_and_every_case_is_there() -> None:
    text = markdown_report(results())
    assert text.splitlines()[0] == "<!-- dropcheck -->"
    assert text.splitlines()[2] == "## ❌ 2 things are broken."
    html = RENDER.render(text)
    assert html.count("<tr>") == len(cases()) + 2
    assert "Deezer shows another ISRC" in html


def test_hostile_text_makes_no_tag_link_mention_or_extra_cell() -> None:
    html = RENDER.render(markdown_report(hostile_results()))
    for bad in ("<script", "<img", "<a ", "@everyone"):
        assert bad not in html
    assert all(row.count("<td>") == 5 for row in html.split("<tr>")[1:] if "<td>" in row)


@given(st.text(max_size=80))
def test_any_text_renders_as_itself(text: str) -> None:
    tokens = RENDER.parse(f"| a |\n|---|\n| x{markdown(text)}x |")
    inline = [child.type for token in tokens for child in token.children or ()]
    assert set(inline) <= {"text", "text_special", "softbreak"}


@given(st.text(min_size=1, max_size=40))
def test_any_text_stays_a_paragraph_at_the_start_of_a_line(text: str) -> None:
    kinds = {token.type for token in RENDER.parse(markdown(text))}
    assert kinds <= {"paragraph_open", "inline", "paragraph_close"}


def test_a_long_report_stays_below_the_limit_and_says_it_was_cut() -> None:
    text = markdown_report(many_cases(2000), limit=8000)
    assert len(text) <= 8000
    assert "cut here" in text


def test_changes_come_right_after_the_verdict() -> None:
    better = results(cases=[one for one in cases() if one["verdict"] != "fail"])
    text = markdown_report(results(), previous=better)
    assert text.index("2 newly broken") < text.index("What to do")
    assert comparison_markdown(compare(better, results())).startswith("**Worse: 2 newly broken")


def test_the_step_summary_is_appended_where_github_says(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    assert append_step_summary(results(), environment={}) is None
    assert append_step_summary(results(), environment={"GITHUB_STEP_SUMMARY": str(summary)}) == summary
    assert summary.read_text(encoding="utf-8").startswith("before\n<!-- dropcheck -->")
    assert write_markdown(results(), tmp_path / "deep" / "r.md").is_file()
