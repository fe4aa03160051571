"""The cases as a table for a spreadsheet; no cell is ever run as a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from dropcheck.report.inert import csv_cell, one_line
from dropcheck.report.redact import redact_results
from dropcheck.report.wording import word_of, wording
from dropcheck.report.writing import write_text
from dropcheck.result import Results

COLUMNS = (
    "id",
    "suite",
    "link",
    "url",
    "placement",
    "profile",
    "check",
    "verdict",
    "in_words",
    "reason",
    "outcome",
    "app",
    "escape",
    "taps",
    "ceiling",
    "first_finding",
    "owner",
    "fix",
    "known_until",
    "attempts",
    "duration_s",
)


def cases_csv(results: Results) -> str:
    """Return the cases of `results` as CSV (RFC 4180), one row each under `COLUMNS`."""
    say = wording()
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for case in redact_results(results).cases:
        outcome = case.outcome
        finding = case.findings[0] if case.findings else None
        row: tuple[object, ...] = (
            case.id,
            case.suite,
            case.link,
            case.url,
            case.placement,
            case.profile,
            case.check,
            case.verdict.value,
            say(f"word.{word_of(case.verdict)}"),
            case.reason,
            outcome.kind.value if outcome else None,
            outcome.app if outcome else None,
            outcome.escape.value if outcome else None,
            outcome.taps if outcome else None,
            outcome.ceiling.value if outcome else None,
            finding.title if finding else None,
            finding.owner.value if finding else None,
            finding.fix if finding else None,
            case.known.until if case.known else None,
            case.attempts,
            round(case.duration_s, 3),
        )
        writer.writerow(csv_cell(one_line(value)) if isinstance(value, str) else value for value in row)
    return table.getvalue()


def write_cases_csv(results: Results, destination: Path) -> Path:
    """Write `cases_csv` to `destination`, as UTF-8 with the mark by which spreadsheets know it."""
    return write_text(destination, cases_csv(results), encoding="utf-8-sig", newline="")
