"""Releases by areas, worst first, by owner, each with its 48-hour clock: the head of a label's month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dropcheck.report.advice import advice_by_owner
from dropcheck.report.headline import Headline, accepted, headline_of
from dropcheck.report.inert import anchor
from dropcheck.report.release_view import Clock, artists_of, clock_of, unlike_titles
from dropcheck.report.selection import suites_of
from dropcheck.report.wording import WORST_FIRST, Word, Wording, word_of, worst
from dropcheck.result import CaseResult, Owner, Release, Results


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One release: where its report is, its clock, a word per area and who has something to do."""

    title: str
    artists: str
    href: str
    clock: Clock | None
    headline: Headline
    areas: Mapping[str, tuple[Word, int]]
    owners: Mapping[Owner, int]


@dataclass(frozen=True, slots=True)
class ReleaseTable:
    """The rows, the areas that are their columns, and what each owner has to do where."""

    rows: tuple[ReleaseRow, ...]
    areas: tuple[tuple[str, str], ...]
    by_owner: tuple[tuple[Owner, tuple[tuple[ReleaseRow, int], ...]], ...]


def release_table(reports: Mapping[str, Results], say: Wording) -> ReleaseTable:
    """Return the table over `reports`, which maps the address of each report to its results."""
    rows = release_rows(reports, say)
    areas = dict.fromkeys(area for row in rows for area in row.areas)
    return ReleaseTable(
        tuple(rows), tuple((area, say.named("area", area)) for area in areas), _by_owner(rows)
    )


def release_rows(reports: Mapping[str, Results], say: Wording) -> list[ReleaseRow]:
    """Return a row per release, worst first; of equals the one with the least time left first."""
    rows = []
    every = [release for results in reports.values() for release in _described(results)]
    titles = unlike_titles(every)
    for href, results in reports.items():
        for release in _described(results):
            suite = release.suite
            cases = [case for case in results.cases if case.suite == suite]
            place = f"{href}#{anchor(suite).replace('case-', 'release-', 1)}"
            rows.append(_row(release, titles[suite], cases, results, place, say))
    return sorted(rows, key=_urgency)


def _described(results: Results) -> list[Release]:
    described = {release.suite: release for release in results.releases}
    return [described.get(suite, Release(suite=suite)) for suite in suites_of(results)]


def _row(
    release: Release, title: str, cases: Sequence[CaseResult], results: Results, href: str, say: Wording
) -> ReleaseRow:
    areas: dict[str, tuple[Word, int]] = {}
    for check in dict.fromkeys(case.check for case in cases):
        words = [word_of(case.verdict) for case in cases if case.check == check and not accepted(case)]
        word = worst(words) if words else Word.WORKS
        areas[check] = (word, words.count(word))
    groups = advice_by_owner(cases, results.profiles, say)
    owners = {group.owner: group.to_mend for group in groups if group.to_mend}
    return ReleaseRow(
        title=title,
        artists=artists_of(release),
        href=href,
        clock=clock_of(release, say),
        headline=headline_of(cases, results.profiles, say),
        areas=areas,
        owners=owners,
    )


def _urgency(row: ReleaseRow) -> tuple[int, int, float]:
    broken = next((one.count for one in row.headline.tally if one.word is Word.BROKEN), 0)
    inside = row.clock is not None and 0 <= row.clock.share < 1
    return WORST_FIRST.index(row.headline.word), -broken, -row.clock.hours if row.clock and inside else 0.0


def _by_owner(
    rows: Sequence[ReleaseRow],
) -> tuple[tuple[Owner, tuple[tuple[ReleaseRow, int], ...]], ...]:
    return tuple(
        (owner, tuple((row, row.owners[owner]) for row in rows if owner in row.owners))
        for owner in Owner
        if any(owner in row.owners for row in rows)
    )
