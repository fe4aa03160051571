"""A journey as a filmstrip: frames with what the fan sees, and between them who caused what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from dropcheck.report.headline import accepted
from dropcheck.report.inert import anchor, one_line
from dropcheck.report.pictures import Picture, Pictures
from dropcheck.report.trace_links import TraceLinks
from dropcheck.report.wording import Word, Wording, proper_name, word_of
from dropcheck.result import (
    CaseResult,
    DecisionKind,
    Finding,
    Hop,
    Outcome,
    OutcomeKind,
    ProfileUsed,
    Verdict,
)

#: Endings outside the in-app browser; they sound like success.
_OUTSIDE = (OutcomeKind.APP, OutcomeKind.BROWSER, OutcomeKind.STORE)


@dataclass(frozen=True, slots=True)
class Frame:
    """One hop: who caused it, what the phone decided, and the picture of what the fan then sees."""

    hop: Hop
    cause: str
    decision: str
    place: str
    host: str
    picture: Picture | None
    picture_lost: bool
    leaves: bool
    stays: bool
    sends_on: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """One branch of a journey, frame by frame, to its ending."""

    word: Word
    verdict: Verdict
    ending: str
    outcome: Outcome | None
    frames: tuple[Frame, ...]
    findings: tuple[Finding, ...]

    @property
    def but(self) -> str:
        """What is wrong with an ending that sounds well."""
        return _but(self.verdict, self.outcome, self.findings)


@dataclass(frozen=True, slots=True)
class Journey:
    """One case with its branches; `other` only where a contested rule was met."""

    case: CaseResult
    anchor: str
    word: Word
    phone: str
    app: str
    title: str
    strip: Strip
    other: Strip | None
    summary: str
    folded: bool
    trace: str | None
    seen: str

    @property
    def accepted(self) -> bool:
        """Whether the suite accepts this failure as known."""
        return accepted(self.case)

    @property
    def titles(self) -> set[str]:
        """The titles of its findings."""
        return {finding.title for finding in self.strip.findings}

    @property
    def name(self) -> str:
        """The case in a few words: its link, its phone, its check."""
        return " · ".join(filter(None, (self.case.link, self.phone, self.title)))


def journey(
    case: CaseResult,
    profiles: Sequence[ProfileUsed],
    pictures: Pictures,
    say: Wording,
    *,
    traces: TraceLinks | None = None,
    folded: bool,
) -> Journey:
    """Return `case` as a filmstrip; a `folded` one keeps its ending and leaves its frames out."""
    app = app_of(case.profile, profiles)
    other = None
    if case.otherwise is not None:
        branch = case.otherwise
        other = _strip(
            branch.verdict, branch.outcome, branch.hops, branch.findings, app, pictures, say, folded
        )
    strip = _strip(case.verdict, case.outcome, case.hops, case.findings, app, pictures, say, folded)
    return Journey(
        case=case,
        anchor=anchor(case.id),
        word=word_of(case.verdict),
        phone=say.phone(case.profile, profiles),
        app=app,
        title=title_of_case(case, say),
        strip=strip,
        other=other,
        summary=summary(case, say),
        folded=folded,
        trace=traces.of(case) if traces is not None else None,
        seen=_seen(case, say),
    )


def _seen(case: CaseResult, say: Wording) -> str:
    """Say how a tap ended on a person's own phone (`dropcheck confirm`); empty where nobody tried.

    A Sound Page's button, which nobody taps here, is ticked off where the sound is shown.
    """
    told = case.data.get("confirmed")
    if not isinstance(told, Mapping) or case.outcome is None:
        return ""
    at, by, version = told.get("date"), told.get("by"), told.get("app_version")
    when = f", {say.moment_or_text(at)}" if at else ""
    saw = _sight(str(told.get("saw") or "?"), case, say) + (f" ({version})" if version else "")
    if not by:
        return say("page.confirmed_by_nobody", when=when, saw=saw)
    return say("page.confirmed", by=by, when=when, saw=saw)


def _sight(saw: str, case: CaseResult, say: Wording) -> str:
    try:
        kind = OutcomeKind(saw)
    except ValueError:
        return proper_name(saw)
    return say.ending(Outcome(kind=kind, app=case.outcome.app if case.outcome is not None else None))


def title_of_case(case: CaseResult, say: Wording) -> str:
    """Return what a case checks, with its own name where a release has two of a kind."""
    own = case.id.rpartition("/")[2].partition(":")[2]
    return f"{say.check(case)} ({one_line(own, 40)})" if own else say.check(case)


def app_of(profile: str | None, profiles: Sequence[ProfileUsed]) -> str:
    """Return the name of the app whose browser a profile is ("TikTok"), from its identity or its name."""
    if profile is None:
        return ""
    for used in profiles:
        if used.name == profile and used.identity.get("app"):
            return proper_name(str(used.identity["app"]))
    return proper_name(profile.partition("+")[0].removesuffix("-ios").removesuffix("-android"))


def host_of(url: str) -> str:
    """Return what of `url` a person recognises: its host, or its scheme where it has none."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https"):
            return one_line(parts.hostname or url, 60)
        return f"{parts.scheme}:" if parts.scheme else one_line(url, 60)
    except ValueError:
        return one_line(url, 60)


def summary(case: CaseResult, say: Wording) -> str:
    """Return what came of a case in a few words: where it ended, or why there is no result."""
    if case.outcome is None or case.outcome.kind is OutcomeKind.UNKNOWN:
        return case.reason
    worst = _but(case.verdict, case.outcome, case.findings) or say.ending(case.outcome)
    if case.otherwise is None:
        return worst
    branch = case.otherwise
    other = _but(branch.verdict, branch.outcome, branch.findings) or say.ending(branch.outcome)
    return worst if other == worst else say("how.either", worst=worst, other=other)


def _but(verdict: Verdict, outcome: Outcome | None, findings: Sequence[Finding]) -> str:
    """Return what is wrong with an ending that reads as if all were well: another song, a lost parameter."""
    left = outcome is not None and outcome.kind in _OUTSIDE
    return findings[0].title if verdict is not Verdict.PASS and left and findings else ""


def _strip(
    verdict: Verdict,
    outcome: Outcome | None,
    hops: Sequence[Hop],
    findings: Sequence[Finding],
    app: str,
    pictures: Pictures,
    say: Wording,
    folded: bool,
) -> Strip:
    frames = () if folded else tuple(_frame(hop, app, pictures, say) for hop in hops)
    return Strip(word_of(verdict), verdict, say.ending(outcome), outcome, frames, tuple(findings))


def _frame(hop: Hop, app: str, pictures: Pictures, say: Wording) -> Frame:
    picture = pictures.get(hop.screenshot)
    leaving = (DecisionKind.OPENS_APP, DecisionKind.OPENS_BROWSER, DecisionKind.OPENS_STORE)
    return Frame(
        hop=hop,
        cause=say.cause(hop, app or say("place.unknown_app")),
        decision=say(f"decision.{hop.decision.value}"),
        place=say.place(hop.where, app or say("place.unknown_app")),
        host=host_of(hop.url),
        picture=picture,
        picture_lost=bool(hop.screenshot) and picture is None,
        leaves=hop.decision in leaving,
        stays=hop.decision is DecisionKind.LOADS,
        sends_on=hop.status is not None and 300 <= hop.status < 400,
    )
