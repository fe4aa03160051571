"""Do the stores show what the release sheet says? Side by side, each value with its source and time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dropcheck.catalog.ask import AskError, Trouble
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.match import WORST_FIRST, Match
from dropcheck.catalog.musicbrainz import recordings_of
from dropcheck.catalog.values import isrc_remark, upc_is_valid
from dropcheck.check.metadata_rows import Comparer, Row
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import MetadataOptions
from dropcheck.check.release_clock import hours_since, in_window, release_of, too_early
from dropcheck.check.rulebook import finding
from dropcheck.check.stores import NAMES, Reading, Stores
from dropcheck.result import Basis, Finding, Severity, Verdict
from dropcheck.suite import Case
from dropcheck.suite.sheet import Release

_LABELS = {
    "phonogram": "℗ line",
    "copyright": "© line",
    "released": "release date",
    "isrc": "ISRC",
    "upc": "UPC",
}
#: Services whose list of countries is known to be whole; of Spotify's public tags it isn't (services.md 11).
_WHOLE_LISTS = frozenset({"deezer"})


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
    found = [_row_finding(row) for row in rows if row.rule is not None]
    found += _codes(sheet, rows, fields)
    for reading in readings:
        found += _reading_findings(reading, case, context)
        if reading.facts is not None:
            found += _item_findings(reading.facts, sheet, options, fields)
    if "musicbrainz" in options.sources:
        found += await _conflicts(stores, sheet)
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
    grave = [one.title for one in found if one.severity is not Severity.INFO]
    if verdict in (Verdict.FAIL, Verdict.WARN, Verdict.ERROR, Verdict.BLOCKED) and grave:
        return grave[0] if len(grave) == 1 else f"{grave[0]} (and {len(grave) - 1} more)"
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


def _row_finding(row: Row) -> Finding:
    assert row.rule is not None
    place = f"track {row.track}: " if row.track else ""
    name = _LABELS.get(row.field, row.field)
    seen = f"{NAMES[row.service]} ({row.via}) shows {place}{name} {row.value}; the sheet says {row.expected}"
    note = f" ({row.note})" if row.note else ""
    return finding(
        row.rule,
        f"{seen}{note}.",
        Basis.OBSERVED,
        evidence={
            "field": row.field,
            "service": row.service,
            "expected": row.expected,
            "found": row.value,
            "read_from": row.via,
            "read_at": row.read_at.isoformat(),
            **({"track": row.track} if row.track else {}),
        },
        service=NAMES[row.service],
        value=row.value,
        expected=row.expected,
    )


def _codes(sheet: Release, rows: Sequence[Row], fields: frozenset[str]) -> list[Finding]:
    """What is odd about the sheet's own codes, where no store confirms them."""
    confirmed = {row.field for row in rows if row.match is Match.EXACT}
    found = []
    if (
        sheet.upc
        and not upc_is_valid(sheet.upc)
        and "upc" not in confirmed
        and (not fields or "upc" in fields)
    ):
        seen = f"The sheet has the UPC {sheet.upc}; no store was seen with it."
        found.append(finding("metadata/upc-check-digit", seen, Basis.OBSERVED, value=sheet.upc))
    codes = [(one.isrc, one.title or "the release") for one in (sheet, *sheet.tracks) if one.isrc]
    for code, of in codes:
        remark = isrc_remark(code)
        if remark and "isrc" not in confirmed and (not fields or "isrc" in fields):
            seen = f"The ISRC of {of} is {code}: {remark}."
            found.append(finding("metadata/isrc-doubtful", seen, Basis.OBSERVED, value=code))
    return found


_TROUBLE_RULES = {
    Trouble.RATE_LIMITED: "metadata/rate-limited",
    Trouble.QUOTA: "metadata/quota-exceeded",
    Trouble.CREDENTIALS: "metadata/credentials-unusable",
    Trouble.WALL: "metadata/blocked",
    Trouble.BROKEN: "metadata/service-broken",
    Trouble.UNREADABLE: "metadata/reader-broke",
    Trouble.UNREACHABLE: "metadata/unreachable",
}


def trouble_finding(service: str, error: AskError) -> Finding:
    """Return the finding for a store that gave nothing, other than for an item it doesn't have."""
    rule = _TROUBLE_RULES[error.trouble]
    return finding(
        rule,
        f"{NAMES[service]}: {error.detail}.",
        Basis.OBSERVED,
        evidence={"service": service, "status": error.status} if error.status else {"service": service},
        service=NAMES[service],
        value=error.detail,
    )


def _reading_findings(reading: Reading, case: Case, context: CheckContext) -> list[Finding]:
    found = []
    name = NAMES[reading.service]
    if reading.refusal is not None:
        found.append(trouble_finding(reading.service, reading.refusal))
    if reading.error is not None and reading.error is not reading.refusal:
        if reading.error.trouble is not Trouble.NOT_FOUND:
            found.append(trouble_finding(reading.service, reading.error))
        else:
            found.append(_missing(reading, reading.error, case, context))
    lacking = sorted(
        {"isrc", "upc", "label"}
        & {
            field
            for field, why in (reading.facts.unasked if reading.facts else {}).items()
            if "DROPCHECK_" in why
        }
        & {field for field in ("isrc", "upc", "label") if getattr(case.release, field)}
    )
    if lacking and reading.refusal is None:
        fields = ", ".join(_LABELS.get(field, field) for field in lacking)
        seen = f"No Spotify credentials are set, so its {fields} was not asked for."
        found.append(finding("metadata/no-credentials", seen, Basis.OBSERVED, service=name, value=fields))
    return found


def _missing(reading: Reading, error: AskError, case: Case, context: CheckContext) -> Finding:
    name = NAMES[reading.service]
    if not reading.linked:
        rule = "metadata/not-delivered"
    elif in_window(case, context.now):
        rule = "metadata/not-live-yet"
    else:
        rule = "metadata/not-found"
    hours = hours_since(case, context.now)
    since = f" {hours:.0f} hours after the release" if hours is not None else ""
    seen = f"{name}: {error.detail}{since}."
    return finding(rule, seen, Basis.OBSERVED, evidence={"service": reading.service}, service=name)


def _item_findings(
    facts: ItemFacts, sheet: Release, options: MetadataOptions, fields: frozenset[str]
) -> list[Finding]:
    found = []
    name = NAMES[facts.service]
    evidence = {
        "service": facts.service,
        "id": facts.id,
        "url": facts.url,
        "read_at": facts.read_at.isoformat(),
    }
    if facts.replaces is not None:
        seen = f"{name} was asked for {facts.replaces} and answered with {facts.id}."
        found.append(
            finding(
                "metadata/relinked", seen, Basis.OBSERVED, evidence=evidence, service=name, value=facts.id
            )
        )
    if facts.duplicates:
        copies = ", ".join(facts.duplicates[:5])
        seen = f"Beside {facts.url} there is {copies}."
        found.append(
            finding(
                "metadata/duplicate-release",
                seen,
                Basis.OBSERVED,
                evidence=evidence,
                service=name,
                value=copies,
            )
        )
    if facts.playable is False:
        seen = f"{facts.url} is shown as not playable."
        found.append(finding("metadata/not-playable", seen, Basis.OBSERVED, evidence=evidence, service=name))
    if not fields or "markets" in fields:
        found += _market_findings(facts, sheet, options, evidence)
    return found


def _market_findings(
    facts: ItemFacts, sheet: Release, options: MetadataOptions, evidence: dict[str, Any]
) -> list[Finding]:
    wanted = options.markets or sheet.markets
    name = NAMES[facts.service]
    listed = facts.markets
    asked = facts.checked_markets
    found = []

    def tell(rule: str, countries: list[str], how: str) -> None:
        if countries:
            which = ", ".join(countries)
            found.append(
                finding(
                    rule,
                    f"{name} {how}: {which}.",
                    Basis.OBSERVED,
                    evidence=evidence,
                    service=name,
                    value=which,
                )
            )

    # What was asked for singly is sure on Spotify; Apple's lookup leaves out streaming-only songs.
    sure = facts.service != "apple_music"
    absent = [code for code in wanted if asked.get(code) is False]
    tell("metadata/market-missing" if sure else "metadata/market-doubtful", absent, "doesn't offer it in")
    if listed is not None:
        rest = [code for code in wanted if code not in asked and code not in listed]
        whole = facts.service in _WHOLE_LISTS or facts.source_of("markets") == "Web API"
        tell("metadata/market-missing" if whole else "metadata/market-doubtful", rest, "doesn't list")
    open_in = [
        code
        for code in sheet.markets_excluded
        if asked.get(code) or (code not in asked and listed is not None and code in listed)
    ]
    tell("metadata/market-excluded", open_in, "offers it in")
    return found


async def _conflicts(stores: Stores, sheet: Release) -> list[Finding]:
    if sheet.isrc is None:
        return []
    try:
        others = await recordings_of(stores.asker, sheet.isrc, sheet.title or "")
    except AskError as error:
        return [trouble_finding("musicbrainz", error)]
    return [
        finding(
            "metadata/isrc-taken",
            f"MusicBrainz lists {sheet.isrc} for “{title}”.",
            Basis.OBSERVED,
            value=title,
            expected=sheet.isrc,
        )
        for title in others
    ]


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
            by_reason.setdefault((row.service, row.note), []).append(_LABELS.get(row.field, row.field))
    for (service, why), fields in by_reason.items():
        lines.append(f"{NAMES[service]}: {', '.join(dict.fromkeys(fields))} ({why}).")
    return lines
