"""One page over many releases: releases by areas, worst first, by owner, each with its 48-hour clock."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dropcheck.report.merging import merge
from dropcheck.report.pages import Edition, render
from dropcheck.report.pictures import Pictures
from dropcheck.report.redact import redact_results
from dropcheck.report.release_table import release_table
from dropcheck.report.translation import in_words_of
from dropcheck.report.wording import wording
from dropcheck.report.writing import write_text
from dropcheck.result import Results


def write_index(reports: Mapping[str, Results], destination: Path, *, edition: Edition | None = None) -> Path:
    """Write the index over `reports`, which maps the address of each report to its results.

    Addresses are relative to the index. Raises `ReportError` without any, or when it can't be written.
    """
    edition = edition or Edition()
    say = wording(edition.language)
    clean = {
        href: in_words_of(redact_results(results), say, plain=edition.label)
        for href, results in reports.items()
    }
    return write_text(destination, index_text(merge(list(clean.values())), clean, edition))


def index_text(results: Results, reports: Mapping[str, Results], edition: Edition) -> str:
    """Return the index over `reports` as HTML; `results` are all of theirs."""
    table = release_table(reports, wording(edition.language))
    return render(
        "index.html.j2", results, None, edition, Pictures(None, None), single_file=False, table=table
    )
