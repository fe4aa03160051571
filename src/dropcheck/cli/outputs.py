"""Writes the reports a command line asks for."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dropcheck.report.errors import ReportError, ReportWarning
from dropcheck.result import Results
from dropcheck.run.results_file import write_results

if TYPE_CHECKING:
    from dropcheck.report.html import Edition

REPORT_FOLDER = "report"


@dataclass(slots=True)
class Outputs:
    """What to write where; fields are those of the output options, and the baseline as read."""

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
        return tuple(one.name for one in fields(Outputs) if one.name != "previous")

    def write(self, results: Results) -> list[str]:
        """Write everything asked for; return a line for each, and for what went wrong in one of them.

        One writer that fails doesn't keep the others from writing; the first failure is raised at the end.
        """
        lines: list[str] = []
        failures: list[Exception] = []
        page = self._page(results, lines, failures)
        jobs: list[tuple[Path | None, Callable[[Path], object], str]] = [
            (self.junit, lambda file: _junit(results, file), "JUnit"),
            (self.markdown, lambda file: _markdown(results, file, self.previous), "Markdown"),
            (self.csv_file, lambda file: _csv(results, file), "CSV"),
            (self.allure, lambda folder: _allure(results, folder, self.out), "Allure"),
            (self.pdf, lambda file: _pdf(page, file), "PDF"),
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
            except (ReportError, OSError) as error:
                failures.append(error)
        if str(self.json_file) == "-":
            click.echo(results.to_json())
        if self.github:
            _github(results, self.previous)
        if self.open_report and page is not None:
            click.launch(page.resolve().as_uri())
        if failures:
            raise failures[0]
        return lines

    def _page(self, results: Results, lines: list[str], failures: list[Exception]) -> Path | None:
        from dropcheck.report.html import write_html

        place = self.html or self.out / REPORT_FOLDER
        single = place.suffix.lower() in (".html", ".htm")
        try:
            with warnings.catch_warnings(record=True) as remarks:
                warnings.simplefilter("always", ReportWarning)
                page = write_html(
                    results,
                    place,
                    evidence=self.out,
                    previous=self.previous,
                    edition=self.edition,
                    single_file=single,
                )
        except ReportError as error:
            failures.append(error)
            return None
        lines += [str(remark.message) for remark in remarks if issubclass(remark.category, ReportWarning)]
        lines.append(f"Report: {page}")
        return page


def _junit(results: Results, file: Path) -> None:
    from dropcheck.report.junit import write_junit

    write_junit(results, file)


def _markdown(results: Results, file: Path, previous: Results | None) -> None:
    from dropcheck.report.markdown import write_markdown

    write_markdown(results, file, previous=previous)


def _csv(results: Results, file: Path) -> None:
    from dropcheck.report.cases_csv import write_cases_csv

    write_cases_csv(results, file)


def _allure(results: Results, folder: Path, evidence: Path) -> None:
    from dropcheck.report.allure_results import write_allure

    write_allure(results, folder, evidence=evidence)


def _pdf(page: Path | None, file: Path) -> None:
    from dropcheck.engine.browsers import find_chromium, install_command
    from dropcheck.report.pdf import write_pdf

    if page is None:
        raise ReportError(f"{file}: the PDF is made of the HTML report, which could not be written.")
    browser = find_chromium()
    if browser is None:
        raise ReportError(
            f"{file}: the PDF is printed by Chromium, which is missing; run `{install_command('chromium')}`."
        )
    write_pdf(page, file, executable_path=browser.path)


def _github(results: Results, previous: Results | None) -> None:
    from dropcheck.report.github import github_annotations
    from dropcheck.report.markdown import append_step_summary

    annotations = github_annotations(results)
    if annotations:
        click.echo(annotations.rstrip("\n"))
    append_step_summary(results, previous=previous, environment=os.environ)
