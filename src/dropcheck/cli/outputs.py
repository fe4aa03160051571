"""Writes the reports a command line asks for."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dropcheck.engine.base import EngineError
from dropcheck.report.errors import ReportError, ReportWarning
from dropcheck.result import Results
from dropcheck.run.errors import OutputError
from dropcheck.run.results_file import write_results

if TYPE_CHECKING:
    from dropcheck.report.html import Edition

REPORT_FOLDER = "report"


@dataclass(slots=True)
class Outputs:
    """What to write where; fields are those of the output options, the baseline as read, and what couldn't be
    written. With `page_too` there is a page in `out` even where nobody named a place for one.
    """

    out: Path
    json_file: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    pdf: Path | None = None
    allure: Path | None = None
    markdown: Path | None = None
    csv_file: Path | None = None
    github: bool = False
    baseline: Path | None = None
    open_report: bool = False
    edition: Edition | None = None
    previous: Results | None = None
    page_too: bool = True
    failures: list[Exception] = field(default_factory=list)

    @classmethod
    def of(cls, given: dict[str, Any]) -> Outputs:
        """Take the output options out of a command's parameters; raises `ReportError` for a bad baseline."""
        from dropcheck.report.reading import load

        named = {name: given.pop(name) for name in cls.names() if name in given}
        made = cls(**named)
        if made.baseline is not None:
            made.previous = load(made.baseline)
        return made

    @staticmethod
    def names() -> tuple[str, ...]:
        """The output options' parameter names."""
        made_here = ("previous", "page_too", "failures")
        return tuple(one.name for one in fields(Outputs) if one.name not in made_here)

    def write(self, results: Results) -> list[str]:
        """Write everything asked for; return a line for each.

        One writer that fails keeps neither the others from writing nor the story from being told: `failures`
        has what went wrong.
        """
        lines: list[str] = []
        page = self._page(results, lines)
        jobs: list[tuple[Path | None, Callable[[Path], object], str]] = [
            (self.junit, lambda file: _junit(results, file), "JUnit"),
            (self.markdown, lambda file: self._markdown(results, file), "Markdown"),
            (self.csv_file, lambda file: _csv(results, file), "CSV"),
            (self.allure, lambda folder: _allure(results, folder, self.out), "Allure"),
            (self.pdf, lambda file: self._pdf(results, page, file), "PDF"),
        ]
        if self.json_file is not None and str(self.json_file) != "-":
            jobs.insert(
                0, (self.json_file, lambda file: write_results(results, file, pictures=self.out), "Results")
            )
        for place, write, what in jobs:
            if place is None:
                continue
            try:
                write(place)
                lines.append(f"{what}: {place}")
            except (ReportError, OutputError, EngineError, OSError) as error:
                self.failures.append(error)
        piped = str(self.json_file) == "-"
        if piped:
            print_results(results)
        if self.github:
            try:
                _github(results, self.previous, err=piped)
            except ReportError as error:
                self.failures.append(error)
        if self.open_report and page is not None:
            click.launch(page.resolve().as_uri())
        return lines

    def _page(self, results: Results, lines: list[str]) -> Path | None:
        place = self.html or (self.out / REPORT_FOLDER if self.page_too else None)
        if place is None:
            return None
        try:
            with warnings.catch_warnings(record=True) as remarks:
                warnings.simplefilter("always", ReportWarning)
                page = self._html(results, place)
        except ReportError as error:
            self.failures.append(error)
            return None
        lines += [str(remark.message) for remark in remarks if issubclass(remark.category, ReportWarning)]
        lines.append(f"Report: {page}")
        return page

    def _html(self, results: Results, place: Path) -> Path:
        from dropcheck.report.html import write_html

        single = place.suffix.lower() in (".html", ".htm")
        return write_html(
            results,
            place,
            evidence=self.out,
            previous=self.previous,
            edition=self.edition,
            single_file=single,
        )

    def _markdown(self, results: Results, file: Path) -> None:
        from dropcheck.report.markdown import write_markdown

        language = self.edition.language if self.edition is not None else "en"
        write_markdown(results, file, previous=self.previous, language=language)

    def _pdf(self, results: Results, page: Path | None, file: Path) -> None:
        from dropcheck.engine.browsers import find_chromium, install_command
        from dropcheck.report.pdf import write_pdf

        browser = find_chromium()
        if browser is None:
            raise EngineError(
                f"{file}: the PDF is printed by Chromium, which is missing; run `{install_command('chromium')}`."
            )
        if page is not None:
            write_pdf(page, file, executable_path=browser.path)
            return
        # Nobody asked for the page itself: a document for a client must not stand in its place.
        with tempfile.TemporaryDirectory(prefix="dropcheck-") as folder:
            write_pdf(self._html(results, Path(folder)), file, executable_path=browser.path)


def print_results(results: Results) -> None:
    """Write the results to standard output: UTF-8, as JSON is, whatever the terminal speaks."""
    click.echo(f"{results.to_json()}\n".encode(), nl=False)


def _junit(results: Results, file: Path) -> None:
    from dropcheck.report.junit import write_junit

    write_junit(results, file)


def _csv(results: Results, file: Path) -> None:
    from dropcheck.report.case_table import write_cases_csv

    write_cases_csv(results, file)


def _allure(results: Results, folder: Path, evidence: Path) -> None:
    from dropcheck.report.allure_results import write_allure

    write_allure(results, folder, evidence=evidence)


def _github(results: Results, previous: Results | None, *, err: bool) -> None:
    from dropcheck.report.github import github_annotations
    from dropcheck.report.markdown import append_step_summary

    annotations = github_annotations(results)
    if annotations:
        # GitHub reads its commands on either stream.
        click.echo(annotations.rstrip("\n"), err=err)
    append_step_summary(results, previous=previous, environment=os.environ)
