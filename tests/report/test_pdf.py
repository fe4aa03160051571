"""The PDF: summary first, bookmarks, page numbers."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.report.example_results import case, results

from dropcheck.report import ReportError, write_html, write_pdf

pytestmark = pytest.mark.browser


def test_a_pdf_has_a_summary_page_bookmarks_and_page_numbers(
    tmp_path: Path, evidence: Path, chromium_path: str | None, reader: Browser
) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is missing: pip install pypdf")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = write_html(results(), tmp_path / "site", evidence=evidence)
    pdf = pypdf.PdfReader(write_pdf(page, tmp_path / "out" / "report.pdf", executable_path=chromium_path))
    pages = [" ".join(one.extract_text().split()) for one in pdf.pages]
    first = pages[0]
    assert "2 things are broken." in first
    assert "What to do" not in first
    assert f"1 / {len(pdf.pages)}" in first
    titles = [one.title for one in _flat(pdf.outline)]
    assert "What the stores show" in titles
    assert "Please switch on" in " ".join(pages)


def test_a_pdf_of_many_releases_says_it_is_the_overview_and_names_no_folder_of_this_machine(
    tmp_path: Path, chromium_path: str | None
) -> None:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is missing: pip install pypdf")
    suites = [f"song-{number}" for number in range(13)]
    made = results(
        cases=[case("bio", "tiktok-ios", "escape", "pass", suite=suite) for suite in suites],
        releases=[{"suite": suite} for suite in suites],
    )
    page = write_html(made, tmp_path / "site")
    pdf = pypdf.PdfReader(write_pdf(page, tmp_path / "report.pdf", executable_path=chromium_path))
    assert "This is the overview" in " ".join(" ".join(one.extract_text().split()) for one in pdf.pages)
    noted = [note.get_object().get("/A", {}) for one in pdf.pages for note in one.get("/Annots") or ()]
    assert not [str(action) for action in noted if "file:" in str(action)]


def test_no_page_and_no_browser_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no such page"):
        write_pdf(tmp_path / "none.html", tmp_path / "r.pdf")
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>x</title>")
    with pytest.raises(ReportError, match="can't be printed"):
        write_pdf(page, tmp_path / "r.pdf", executable_path=str(tmp_path / "no-browser"))


def _flat(outline: list) -> list:  # type: ignore[type-arg]
    return [leaf for one in outline for leaf in (_flat(one) if isinstance(one, list) else [one])]
