"""One page over many releases: releases by areas, worst first, by owner, each with its 48-hour clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dropcheck.report.advice import advice_by_owner
from dropcheck.report.headline import Headline, accepted, headline_of
from dropcheck.report.html import Edition, render
from dropcheck.report.inert import anchor
from dropcheck.report.merge import merge
from dropcheck.report.pictures import Pictures
from dropcheck.report.redact import redact_results
from dropcheck.report.release_view import Clock, artists_of, clock_of, title_of
from dropcheck.report.wording import WORST_FIRST, Word, Wording, word_of, wording, worst
from dropcheck.report.writing import write_text
from dropcheck.result import CaseResult, Owner, Release, Results


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One release: where its report is, its clock, a word per area and who has something to do."""

    title: str
    artists: str
    href: str
    clock: Clock | None
    headline: Headline
    areas: Mapping[str, tuple[Word, int]]
    owners: Mapping[Owner, int]


def write_index(reports: Mapping[str, Results], destination: Path, *, edition: Edition | None = None) -> Path:
    """Write the index over `reports`, which maps the address of each report to its results.

    Addresses are relative to the index. Raises `ReportError` without any, or when it can't be written.
    """
    edition = edition or Edition()
    say = wording(edition.language)
    clean = {href: redact_results(results) for href, results in reports.items()}
    rows = index_rows(clean, say)
    areas = list(dict.fromkeys(area for row in rows for area in row.areas))
    text = render(
        "index.html.j2",
        merge(list(clean.values())),
        None,
        edition,
        Pictures(None, None),
        single_file=False,
        rows=rows,
        areas=[(area, say.named("area", area)) for area in areas],
        by_owner=_by_owner(rows),
    )
    return write_text(destination, text)


def index_rows(reports: Mapping[str, Results], say: Wording) -> list[IndexRow]:
    """Return a row per release, worst first; of equals the one with the least time left first."""
    rows = []
    for href, results in reports.items():
        described = {release.suite: release for release in results.releases}
        suites = dict.fromkeys([*described, *(case.suite for case in results.cases)])
        for suite in suites:
            cases = [case for case in results.cases if case.suite == suite]
            place = f"{href}#{anchor(suite).replace('case-', 'release-', 1)}"
            rows.append(_row(described.get(suite, Release(suite=suite)), cases, results, place, say))
    return sorted(rows, key=_urgency)


def _row(
    release: Release, cases: Sequence[CaseResult], results: Results, href: str, say: Wording
) -> IndexRow:
    areas: dict[str, tuple[Word, int]] = {}
    for check in dict.fromkeys(case.check for case in cases):
        words = [word_of(case.verdict) for case in cases if case.check == check and not accepted(case)]
        word = worst(words) if words else Word.WORKS
        areas[check] = (word, words.count(word))
    owners = {group.owner: len(group.advice) for group in advice_by_owner(cases)}
    return IndexRow(
        title=title_of(release),
        artists=artists_of(release),
        href=href,
        clock=clock_of(release, say),
        headline=headline_of(cases, results.profiles, say),
        areas=areas,
        owners=owners,
    )


def _urgency(row: IndexRow) -> tuple[int, int, float]:
    broken = next((one.count for one in row.headline.tally if one.word is Word.BROKEN), 0)
    inside = row.clock is not None and 0 <= row.clock.share < 1
    return WORST_FIRST.index(row.headline.word), -broken, -row.clock.hours if row.clock and inside else 0.0


def _by_owner(rows: Sequence[IndexRow]) -> list[tuple[Owner, list[tuple[IndexRow, int]]]]:
    return [
        (owner, [(row, row.owners[owner]) for row in rows if owner in row.owners])
        for owner in Owner
        if any(owner in row.owners for row in rows)
    ]
