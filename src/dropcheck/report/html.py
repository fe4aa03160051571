"""The report as a page: one folder that works offline, or one file; many releases get a page each."""

from __future__ import annotations

import warnings
from pathlib import Path

from dropcheck.report.errors import ReportError, ReportWarning
from dropcheck.report.index_page import index_text
from dropcheck.report.inert import one_line
from dropcheck.report.pages import PHONE_PAGE_NAME, REPORT_NAME, Edition, render
from dropcheck.report.pictures import Pictures
from dropcheck.report.redact import redact_results
from dropcheck.report.selection import folder_names, of_suites, suites_of
from dropcheck.report.trace_links import TraceLinks
from dropcheck.report.translation import in_words_of
from dropcheck.report.wording import wording
from dropcheck.result import Results

__all__ = ["PHONE_PAGE_NAME", "REPORT_NAME", "SINGLE_FILE_LIMIT", "Edition", "write_html"]

PICTURES_FOLDER = "pictures"
#: Mail servers commonly refuse attachments above 25 MB; base64 and the page itself need room below that.
SINGLE_FILE_LIMIT = 15_000_000
#: More releases than this on one page and nobody finds theirs; each then gets a page, and an index leads there.
MOST_ON_ONE_PAGE = 12


def write_html(
    results: Results,
    destination: Path,
    *,
    evidence: Path | None = None,
    previous: Results | None = None,
    edition: Edition | None = None,
    single_file: bool = False,
    limit: int = SINGLE_FILE_LIMIT,
) -> Path:
    """Write the report and return the page's path.

    `destination` is a folder, or with `single_file` the file. `evidence` is the folder of the results file,
    where screenshots are looked up; `previous` an earlier run to compare with. With more than
    `MOST_ON_ONE_PAGE` releases the page is an index, and each release has a folder of its own beside it that
    can be sent on. Warns (`ReportWarning`) of pictures that can't be shown and of a single file above `limit`
    bytes, which is then written without pictures. Raises `ReportError` when it can't be written.
    """
    edition = edition or Edition()
    say = wording(edition.language)
    clean = in_words_of(redact_results(results), say, plain=edition.label)
    before = redact_results(previous) if previous is not None else None
    page = destination if single_file else destination / REPORT_NAME
    try:
        if single_file:
            _write_file(clean, page, evidence, before, edition, limit)
        elif len(suites_of(clean)) > MOST_ON_ONE_PAGE:
            _write_many(clean, destination, evidence, before, edition)
        else:
            _tell_missing(page, _write_folder(clean, destination, evidence, before, edition))
    except OSError as error:
        raise ReportError(f"{page}: the report can't be written: {error.strerror or error}.") from None
    return page


def _write_folder(
    results: Results,
    folder: Path,
    evidence: Path | None,
    previous: Results | None,
    edition: Edition,
    index: str = "",
) -> list[str]:
    """Write one report and its page for phones; return the names of pictures that could not be shown."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = Pictures(evidence, folder / PICTURES_FOLDER)
    traces = TraceLinks(evidence, folder)
    for template, name in (("report.html.j2", REPORT_NAME), ("phone.html.j2", PHONE_PAGE_NAME)):
        text = render(
            template, results, previous, edition, pictures, traces=traces, single_file=False, index=index
        )
        (folder / name).write_text(text, encoding="utf-8")
    pictures.tidy()
    return pictures.missing


def _write_many(
    results: Results, destination: Path, evidence: Path | None, previous: Results | None, edition: Edition
) -> None:
    missing: list[str] = []
    reports: dict[str, Results] = {}
    for suite, folder in folder_names(suites_of(results)).items():
        part = of_suites(results, [suite])
        before = of_suites(previous, [suite]) if previous is not None else None
        missing += _write_folder(
            part, destination / folder, evidence, before, edition, index=f"../{REPORT_NAME}"
        )
        reports[f"{folder}/{REPORT_NAME}"] = part
    page = destination / REPORT_NAME
    page.write_text(index_text(results, reports, edition), encoding="utf-8")
    _tell_missing(page, missing)


def _write_file(
    results: Results,
    page: Path,
    evidence: Path | None,
    previous: Results | None,
    edition: Edition,
    limit: int,
) -> None:
    page.parent.mkdir(parents=True, exist_ok=True)

    def made(pictures: Pictures) -> str:
        traces = TraceLinks(evidence, page.parent)
        return render("report.html.j2", results, previous, edition, pictures, traces=traces, single_file=True)

    pictures = Pictures(evidence, None)
    text = made(pictures)
    if len(text.encode()) > limit:
        warnings.warn(
            f"{page}: with its pictures the report has {len(text.encode()) / 1e6:.0f} MB, above the"
            f" limit of {limit / 1e6:.0f} MB, so they were left out. Write it as a folder to keep them.",
            ReportWarning,
            stacklevel=3,
        )
        text = made(Pictures(None, None))
    else:
        _tell_missing(page, pictures.missing)
    page.write_text(text, encoding="utf-8")


def _tell_missing(page: Path, missing: list[str]) -> None:
    if missing:
        warnings.warn(
            f"{page}: {len(missing)} pictures are missing or can't be read, the first is"
            f" {one_line(missing[0], 120)}. The report says so where they would be.",
            ReportWarning,
            stacklevel=4,
        )
