"""Do the stores show what the release sheet says? Side by side, each value with its source and time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dropcheck.catalog.ask import AskError, Trouble
from dropcheck.catalog.match import WORST_FIRST, Match
from dropcheck.catalog.musicbrainz import CONTACT, recordings_of
from dropcheck.check.metadata_findings import (
    LABELS,
    code_findings,
    item_findings,
    reading_findings,
    row_finding,
    trouble_finding,
)
from dropcheck.check.metadata_rows import Comparer, Row
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import MetadataOptions
from dropcheck.check.release_clock import in_window, release_of, too_early
from dropcheck.check.rulebook import finding, grave
from dropcheck.check.stores import NAMES, Reading, Stores
from dropcheck.result import Basis, Finding, Severity, Verdict
from dropcheck.suite import Case
from dropcheck.suite.sheet import Release


async def metadata(case: Case, context: CheckContext) -> CheckResult:
    """Compare the release sheet with every store asked for."""
    options = case.options
    assert isinstance(options, MetadataOptions)
    sheet = case.release
    if case.is_pending(context.now):
        return too_early(case, context.now)
    stores = Stores(context)
    markets = tuple(dict.fromkeys([*(options.markets or sheet.markets), *sheet.markets_excluded]))
    readings = [
        await stores.read(source, sheet, markets) for source in options.sources if source != "musicbrainz"
    ]
    fields = frozenset(options.fields)
    comparer = Comparer(sheet, options.tolerances, context.now, fields)
    rows = [row for reading in readings if reading.facts for row in comparer.rows(reading.facts)]
    found = [row_finding(row) for row in rows if row.rule is not None]
    found += code_findings(sheet, rows, fields)
    window = in_window(case, context.now)
    for reading in readings:
        found += reading_findings(reading, case, context)
        if reading.facts is not None:
            found += item_findings(reading.facts, sheet, options, fields, window)
    contact = context.credentials.get(CONTACT, "")
    if "musicbrainz" in options.sources and not contact:
        why = f"it wants to know whom it may write to: set {CONTACT} to an e-mail address or a web page"
        readings.append(Reading("musicbrainz", why_not=why))
    elif "musicbrainz" in options.sources:
        found += await _conflicts(stores, sheet, contact)
    return _result(case, context, readings, rows, found)


def _result(
    case: Case, context: CheckContext, readings: Sequence[Reading], rows: Sequence[Row], found: list[Finding]
) -> CheckResult:
    compared = [row for row in rows if not row.skipped]
    verdict = _verdict(readings, compared, found, in_window(case, context.now))
    release = release_of(case, context.now)
    release.fields.extend(side_by_side(rows))
    result = CheckResult(
        verdict, _reason(verdict, compared, found, readings), findings=found, release=release
    )
    result.data["not_checked"] = [*_not_checked(readings, rows), *_unasked_markets(case, readings)]
    return result


def _verdict(
    readings: Sequence[Reading], compared: Sequence[Row], found: Sequence[Finding], window: bool
) -> Verdict:
    if any(one.severity is Severity.ERROR for one in found):
        return Verdict.FAIL
    troubles = [reading.error.trouble for reading in readings if reading.error is not None]
    if Trouble.UNREACHABLE in troubles:
        return Verdict.ERROR
    missing = [
        reading for reading in readings if reading.error and reading.error.trouble is Trouble.NOT_FOUND
    ]
    if len(troubles) > len(missing):
        return Verdict.BLOCKED
    if any(one.severity is Severity.WARNING for one in found):
        return Verdict.WARN
    if window and any(reading.linked for reading in missing):
        return Verdict.PENDING
    return Verdict.PASS if compared else Verdict.SKIPPED


def _reason(
    verdict: Verdict, compared: Sequence[Row], found: Sequence[Finding], readings: Sequence[Reading]
) -> str:
    told = [one.title for one in grave(found)]
    if verdict in (Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.BLOCKED) and told:
        return told[0] if len(told) == 1 else f"{told[0]} (and {len(told) - 1} more)"
    if verdict is Verdict.PENDING:
        return "Not every store shows the release yet; they take up to 48 hours."
    if verdict is Verdict.SKIPPED:
        reasons = "; ".join(f"{NAMES[one.service]}: {one.why_not}" for one in readings if one.why_not)
        return reasons or "The release sheet says nothing that could be compared."
    services = list(dict.fromkeys(NAMES[row.service] for row in compared))
    return f"{len(compared)} values on {', '.join(services)} are what the release sheet says."


def side_by_side(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the rows grouped by field and track, for the report's table."""
    grouped: dict[tuple[str | None, str], dict[str, Any]] = {}
    for row in rows:
        entry = grouped.setdefault(
            (row.track, row.field),
            {
                "field": row.field,
                "track": row.track,
                "expected": row.expected,
                "match": Match.EXACT,
                "values": [],
            },
        )
        if not row.skipped:
            entry["match"] = min(entry["match"], row.match, key=WORST_FIRST.index)
        entry["values"].append(
            {
                "source": row.service,
                "value": row.value,
                "match": "SKIPPED" if row.skipped else row.match.value,
                "note": row.note,
                "via": row.via,
                "read_at": row.read_at.isoformat(),
            }
        )
    for entry in grouped.values():
        nothing = all(value["match"] == "SKIPPED" for value in entry["values"])
        entry["match"] = "SKIPPED" if nothing else entry["match"].value
    return list(grouped.values())


async def _conflicts(stores: Stores, sheet: Release, contact: str) -> list[Finding]:
    """What MusicBrainz knows the sheet's ISRCs for; after a refusal no more is asked."""
    found: list[Finding] = []
    for recording in (sheet, *sheet.tracks):
        titles = [one for one in (recording.title, *recording.title_localized.values()) if one]
        if recording.isrc is None or not titles:
            continue
        try:
            others = await recordings_of(stores.asker, recording.isrc, titles, contact)
        except AskError as error:
            return [*found, trouble_finding("musicbrainz", error)]
        for title in others:
            seen = f"MusicBrainz lists {recording.isrc} for “{title}”."
            made = finding("metadata/isrc-taken", seen, Basis.OBSERVED, value=title, expected=recording.isrc)
            found.append(made)
    return found


def _unasked_markets(case: Case, readings: Sequence[Reading]) -> list[str]:
    """The countries a service was not asked about and doesn't list either."""
    options = case.options
    wanted = options.markets if isinstance(options, MetadataOptions) else ()
    lines = []
    for one in readings:
        if one.facts is not None and one.facts.markets is None:
            left = [code for code in wanted or case.release.markets if code not in one.facts.checked_markets]
            if left:
                lines.append(f"{NAMES[one.service]}: availability in {', '.join(left)} was not asked for.")
    return lines


def _not_checked(readings: Sequence[Reading], rows: Sequence[Row]) -> list[str]:
    """What was not compared and why, one sentence for each store and reason."""
    lines = [f"{NAMES[one.service]}: {one.why_not}." for one in readings if one.why_not]
    by_reason: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.skipped:
            by_reason.setdefault((row.service, row.note), []).append(LABELS.get(row.field, row.field))
    for (service, why), fields in by_reason.items():
        lines.append(f"{NAMES[service]}: {', '.join(dict.fromkeys(fields))} ({why}).")
    return lines
