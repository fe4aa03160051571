"""The results document: what a run found, and nothing of how it found it.

Every report is made from these models and from nothing else (schema ``dropcheck.results/1``).
Unknown fields are kept, so that a report made by an older dropcheck still shows a newer document.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SCHEMA = "dropcheck.results/1"
_UNTOLD: set[str] = set()


class Verdict(StrEnum):
    """What a check came to."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    BLOCKED = "blocked"
    PENDING = "pending"
    SKIPPED = "skipped"
    ERROR = "error"


#: Worst first: of two branches the results keep the one that stands earlier here.
SEVERITY_ORDER: tuple[Verdict, ...] = (
    Verdict.ERROR,
    Verdict.FAIL,
    Verdict.BLOCKED,
    Verdict.WARN,
    Verdict.PENDING,
    Verdict.SKIPPED,
    Verdict.PASS,
)


class OutcomeKind(StrEnum):
    """Where a journey ended."""

    APP = "app"
    STORE = "store"
    BROWSER = "browser"
    WEBVIEW = "webview"
    DEAD_END = "dead_end"
    UNKNOWN = "unknown"


class Escape(StrEnum):
    """How a journey left the in-app browser, cheapest for the fan first."""

    AUTO = "auto"
    TAP = "tap"
    PROMPT = "prompt"
    GUIDED = "guided"
    NONE = "none"


#: Cheapest for the fan first.
ESCAPE_ORDER: tuple[Escape, ...] = (Escape.AUTO, Escape.TAP, Escape.PROMPT, Escape.GUIDED, Escape.NONE)


class Ceiling(StrEnum):
    """Whether an outcome is the best that any recorded technique achieves on that phone."""

    REACHED = "reached"
    BELOW = "below"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """Who caused a hop. ``app`` is a load the host app starts itself."""

    APP = "app"
    REDIRECT = "redirect"
    SCRIPT = "script"
    META = "meta"
    TAP = "tap"
    POPUP = "popup"
    FORM = "form"
    FRAME = "frame"
    DOWNLOAD = "download"


class Where(StrEnum):
    """Which side of the phone a hop happened on."""

    IN_APP = "in-app"
    BROWSER = "browser"


class DecisionKind(StrEnum):
    """What the phone does with a navigation."""

    LOADS = "loads"
    OPENS_APP = "opens_app"
    OPENS_BROWSER = "opens_browser"
    OPENS_STORE = "opens_store"
    ASKS = "asks"
    REFUSED = "refused"


class Basis(StrEnum):
    """What a statement rests on."""

    OBSERVED = "observed"
    MODELLED = "modelled"
    CONFIRMED = "confirmed"


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Owner(StrEnum):
    """Who can fix a finding."""

    ARTIST = "artist"
    LINK_SERVICE = "link-service"
    DISTRIBUTOR = "distributor"
    STORE = "store"
    APP = "app"
    US = "us"


class Confidence(StrEnum):
    """How well a phone rule is known; ``contested`` and ``assumed`` never decide alone."""

    CONFIRMED = "confirmed"
    SEVERAL = "several"
    SINGLE = "single"
    INFERRED = "inferred"
    CONTESTED = "contested"
    ASSUMED = "assumed"

    @property
    def decides(self) -> bool:
        """Whether a row of this confidence may decide a verdict."""
        return self not in (Confidence.CONTESTED, Confidence.ASSUMED)


class _Document(BaseModel):
    model_config = ConfigDict(extra="allow", use_enum_values=False)

    def model_post_init(self, _context: Any, /) -> None:
        """Let all models share one empty list of the fields that were given.

        Nothing here asks for it, and it would be half of what a run holds in memory of each case.
        """
        object.__setattr__(self, "__pydantic_fields_set__", _UNTOLD)


class Outcome(_Document):
    """Where a journey ended, how it got there and whether anything better is known.

    ``url`` is the last page or the URL handed over; ``target`` the music item inside it, in the
    service's own URI form. ``taps`` counts both browsers, prompts excluded.
    """

    kind: OutcomeKind
    app: str | None = None
    url: str | None = None
    target: str | None = None
    taps: int = 0
    escape: Escape = Escape.NONE
    ceiling: Ceiling = Ceiling.UNKNOWN


class Hop(_Document):
    """One navigation attempt. ``t_ms`` is milliseconds since the journey began."""

    n: int
    t_ms: int
    where: Where
    by: Cause
    gesture: bool
    url: str
    status: int | None = None
    decision: DecisionKind
    rule: str
    basis: Basis
    screenshot: str | None = None


class Finding(_Document):
    """A rule that was broken: what was seen, why it matters, how to fix it and who can.

    `detail` begins with `seen`; `values` are what the rule's texts were filled in with. By these two a report
    says the finding in another language.
    """

    rule: str
    severity: Severity
    owner: Owner
    title: str
    detail: str
    fix: str
    message: str = ""
    basis: Basis
    evidence: dict[str, Any] = Field(default_factory=dict)
    seen: str = ""
    values: dict[str, str] = Field(default_factory=dict)


class Branch(_Document):
    """The other branch of a journey that met a contested rule."""

    verdict: Verdict
    outcome: Outcome | None = None
    hops: list[Hop] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)


class Known(_Document):
    """A failure the suite declared as known."""

    reason: str
    owner: str | None = None
    until: str | None = None
    expired: bool = False
    unexpected_pass: bool = False


class CaseResult(_Document):
    """One check on one link under one profile. ``link`` and ``profile`` are null for release-wide checks.

    ``number`` is its place in the whole plan, from 1, by which the results of shards are joined in order.
    """

    id: str
    number: int | None = None
    suite: str
    link: str | None = None
    url: str | None = None
    placement: str | None = None
    profile: str | None = None
    engine: str | None = None
    check: str
    depth: str | None = None
    verdict: Verdict
    reason: str = ""
    known: Known | None = None
    attempts: int = 1
    duration_s: float = 0.0
    data: dict[str, Any] = Field(default_factory=dict)
    outcome: Outcome | None = None
    hops: list[Hop] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    otherwise: Branch | None = None


class RuleRow(_Document):
    """One row of a profile as the run used it."""

    id: str
    confidence: Confidence
    date: str
    stale: bool = False
    source: str


class ProfileUsed(_Document):
    """A device profile as the run used it."""

    name: str
    identity: dict[str, Any] = Field(default_factory=dict)
    rules: list[RuleRow] = Field(default_factory=list)


class Release(_Document):
    """A release and what was compared: ``fields`` side by side, ``artwork``, the Sound Page, the funnel."""

    suite: str
    sheet: dict[str, Any] = Field(default_factory=dict)
    hours_since_release: float | None = None
    fields: list[dict[str, Any]] = Field(default_factory=list)
    artwork: list[dict[str, Any]] = Field(default_factory=list)
    sound: dict[str, Any] = Field(default_factory=dict)
    funnel: dict[str, Any] = Field(default_factory=dict)


def _aware(at: datetime) -> datetime:
    """A moment without a time zone is in UTC; one that UTC can't name is none."""
    try:
        at.astimezone(UTC)
    except OverflowError:
        raise ValueError("this moment is out of range") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


_Moment = Annotated[datetime, AfterValidator(_aware)]


class RunStatus(StrEnum):
    """Whether a run came to its end."""

    FINISHED = "finished"
    INTERRUPTED = "interrupted"


class RunInfo(_Document):
    """When, with what and on what a run ran, and what it did not check.

    ``selected`` counts the cases of the plan that were asked for, in all shards together.
    """

    id: str
    status: RunStatus
    started: _Moment
    finished: _Moment | None = None
    version: str
    selected: int | None = None
    suites: list[str] = Field(default_factory=list)
    engines: dict[str, str] = Field(default_factory=dict)
    not_checked: list[str] = Field(default_factory=list)


class Summary(_Document):
    """How many cases came to each verdict."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    pass_: int = Field(default=0, alias="pass")
    warn: int = 0
    fail: int = 0
    blocked: int = 0
    pending: int = 0
    skipped: int = 0
    error: int = 0

    @classmethod
    def of(cls, cases: list[CaseResult]) -> Summary:
        """Count the verdicts of `cases`."""
        counts = {verdict.value: 0 for verdict in Verdict}
        for case in cases:
            counts[case.verdict.value] += 1
        return cls(**counts)


class Results(_Document):
    """A whole run, as ``--json`` writes it."""

    schema_: str = Field(default=SCHEMA, alias="schema")
    run: RunInfo
    summary: Summary
    releases: list[Release] = Field(default_factory=list)
    profiles: list[ProfileUsed] = Field(default_factory=list)
    cases: list[CaseResult] = Field(default_factory=list)

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    def to_json(self, indent: int | None = 2) -> str:
        """Return the document as JSON text with the contract's own field names."""
        return self.model_dump_json(by_alias=True, indent=indent)


def worse(first: Verdict, second: Verdict) -> Verdict:
    """Return the worse of two verdicts (`SEVERITY_ORDER`)."""
    return min(first, second, key=SEVERITY_ORDER.index)
