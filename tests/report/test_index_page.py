"""The index over a label's month."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.example_results import case, finding, results

from dropcheck.report import Edition, ReportError, write_index
from dropcheck.result import Results


def one_release(suite: str, verdict: str, hours: float | None) -> Results:
    found = [finding(owner="distributor")] if verdict == "fail" else []
    return results(
        cases=[case("bio", "tiktok-ios", "escape", verdict, suite=suite, findings=found)],
        releases=[{"suite": suite, "sheet": {"title": suite.title()}, "hours_since_release": hours}],
    )


def test_the_page_names_every_release_and_its_clock(tmp_path: Path) -> None:
    page = write_index(
        {"x/index.html": results(), "y/index.html": one_release("later", "pending", -30)},
        tmp_path / "index.html",
    )
    text = page.read_text(encoding="utf-8")
    assert "31 h since release" in text
    assert "30 h to release" in text
    assert 'href="x/index.html#release-neon-hours"' in text


@pytest.mark.parametrize(
    ("language", "says"), [("en", "This is the overview"), ("de", "Dies ist die Übersicht")]
)
def test_it_says_of_itself_that_it_is_no_release_s_own_report(
    tmp_path: Path, language: str, says: str
) -> None:
    index = write_index({"a.html": results()}, tmp_path / "i.html", edition=Edition(language=language))
    assert says in index.read_text("utf-8")


def test_no_release_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="nothing"):
        write_index({}, tmp_path / "index.html")
