"""What the `metadata` check says: of a row that differs, of the sheet's own codes, of a store that gave nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dropcheck.catalog.ask import AskError, Trouble
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.match import Match
from dropcheck.catalog.values import isrc_remark, upc_is_valid
from dropcheck.check.metadata_rows import Row
from dropcheck.check.model import CheckContext
from dropcheck.check.options import MetadataOptions
from dropcheck.check.release_clock import hours_since, in_window
from dropcheck.check.rulebook import finding
from dropcheck.check.stores import NAMES, Reading
from dropcheck.result import Basis, Finding, Severity
from dropcheck.suite import Case
from dropcheck.suite.sheet import Release

LABELS = {
    "phonogram": "℗ line",
    "copyright": "© line",
    "released": "release date",
    "isrc": "ISRC",
    "upc": "UPC",
}
#: Services whose list of countries is known to be whole; of Spotify's public tags it isn't (services.md 11).
_WHOLE_LISTS = frozenset({"deezer"})


def row_finding(row: Row) -> Finding:
    """Return the finding for a row that breaks a rule."""
    assert row.rule is not None
    place = f"track {row.track}: " if row.track else ""
    name = LABELS.get(row.field, row.field)
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


def code_findings(sheet: Release, rows: Sequence[Row], fields: frozenset[str]) -> list[Finding]:
    """What is odd about the sheet's own codes, where no store confirms them."""
    confirmed = {(row.field, row.expected) for row in rows if row.match is Match.EXACT}
    found = []
    is_seen = ("upc", sheet.upc) in confirmed
    if sheet.upc and not upc_is_valid(sheet.upc) and not is_seen and (not fields or "upc" in fields):
        seen = f"The sheet has the UPC {sheet.upc}; no store was seen with it."
        found.append(finding("metadata/upc-check-digit", seen, Basis.OBSERVED, value=sheet.upc))
    codes = [(one.isrc, one.title or "the release") for one in (sheet, *sheet.tracks) if one.isrc]
    for code, of in codes:
        remark = isrc_remark(code)
        if remark and ("isrc", code) not in confirmed and (not fields or "isrc" in fields):
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


def reading_findings(reading: Reading, case: Case, context: CheckContext) -> list[Finding]:
    """Return what is to be said of asking a store: refusals, a missing item, fields that need credentials."""
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
        fields = ", ".join(LABELS.get(field, field) for field in lacking)
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


def item_findings(
    facts: ItemFacts, sheet: Release, options: MetadataOptions, fields: frozenset[str], window: bool
) -> list[Finding]:
    """Return what is to be said of an item beside its fields: other ids, copies, where it plays and where not.

    Inside the `window` after the release a country that is missing may still come.
    """
    found = []
    name = NAMES[facts.service]
    evidence = {
        "service": facts.service,
        "id": facts.id,
        "url": facts.url,
        "read_at": facts.read_at.isoformat(),
    }

    def tell(rule: str, seen: str, value: str = "", severity: Severity | None = None) -> None:
        made = finding(
            rule, seen, Basis.OBSERVED, evidence=evidence, severity=severity, service=name, value=value
        )
        found.append(made)

    if facts.replaces is not None:
        seen = f"{name} was asked for {facts.replaces} and answered with {facts.id}."
        tell("metadata/relinked", seen, facts.id)
    if facts.twins:
        played = ", ".join(f"{market}: {twin}" for market, twin in facts.twins.items())
        tell(
            "metadata/relinked",
            f"{name} was asked for {facts.id} by country; it plays {played}.",
            value=played,
        )
    if facts.duplicates:
        copies = ", ".join(facts.duplicates[:5])
        tell("metadata/duplicate-release", f"Beside {facts.url} there is {copies}.", copies)
    if facts.playable is False:
        # Apple was asked for a storefront. The others answer for the country this machine is in.
        sure = facts.service == "apple_music"
        where = "" if sure else " where this machine is"
        tell(
            "metadata/not-playable",
            f"{facts.url} is shown as not playable{where}.",
            severity=None if sure else Severity.WARNING,
        )
    if fields and "markets" not in fields:
        return found
    for rule, which, how in _markets(facts, sheet, options, window):
        tell(rule, f"{name} {how}: {which}.", which)
    return found


def _markets(
    facts: ItemFacts, sheet: Release, options: MetadataOptions, window: bool
) -> Iterator[tuple[str, str, str]]:
    """The rule, the countries and the words for each way in which the countries are not the sheet's."""
    wanted = options.markets or sheet.markets
    listed, asked = facts.markets, facts.checked_markets
    # What was asked for singly is sure on Spotify; Apple's lookup leaves out streaming-only songs.
    sure = facts.service != "apple_music" and not window
    if absent := [code for code in wanted if asked.get(code) is False]:
        rule = "metadata/market-missing" if sure else "metadata/market-doubtful"
        yield rule, ", ".join(absent), "doesn't offer it in"
    if listed is not None and (rest := [one for one in wanted if one not in asked and one not in listed]):
        whole = facts.service in _WHOLE_LISTS or facts.source_of("markets") == "Web API"
        rule = "metadata/market-missing" if whole and not window else "metadata/market-doubtful"
        yield rule, ", ".join(rest), "doesn't list"
    open_in = [
        code
        for code in sheet.markets_excluded
        if asked.get(code) or (code not in asked and listed is not None and code in listed)
    ]
    if open_in:
        yield "metadata/market-excluded", ", ".join(open_in), "offers it in"
