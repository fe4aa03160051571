"""Does the link leave the in-app browser, and end where it should?"""

from __future__ import annotations

from dataclasses import replace

from dropcheck import apps
from dropcheck.check.ad_link import with_ad_parameters
from dropcheck.check.errand import errand_of
from dropcheck.check.escape_findings import findings_of
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import EscapeOptions
from dropcheck.check.verdicts import Judged, Terms, both_ways, judge
from dropcheck.journey.follow import follow
from dropcheck.journey.model import Errand, Journey, Playthrough
from dropcheck.result import SEVERITY_ORDER, Branch, Verdict
from dropcheck.suite import Case

#: The journey goes on for this many taps more, to say how many it would have taken.
_TAPS_BEYOND = 3
#: The placement whose link is opened with what an ad adds to it.
SPARK_AD = "tiktok-spark-ad"


async def escape(case: Case, context: CheckContext) -> CheckResult:
    """Follow the link on the case's phone and judge where it ended."""
    options = case.options
    assert isinstance(options, EscapeOptions)
    errand = _errand(case, options, context)
    browsers = await context.browsers(errand.profile)
    journey = await follow(errand, browsers, context.associations)
    terms = Terms(
        options.to,
        options.app,
        options.max_taps,
        options.names_max_taps,
        options.keeps,
        names_item=options.opens is not None,
    )
    return judged_journey(journey, errand, terms)


def _errand(case: Case, options: EscapeOptions, context: CheckContext) -> Errand:
    errand = errand_of(case, context)
    return replace(
        errand,
        url=with_ad_parameters(errand.url) if case.placement == SPARK_AD else errand.url,
        to=options.to,
        app=options.app if options.to == "app" else None,
        opens=apps.resolve_target(options.opens) if options.opens else None,
        taps_allowed=max(options.max_taps, len(case.tap)) + _TAPS_BEYOND,
        within_s=options.within or errand.within_s,
        within_is_asked=options.within is not None,
    )


def judged_journey(journey: Journey, errand: Errand, terms: Terms) -> CheckResult:
    """Return the verdict over both branches: pass or fail only where both agree, else `warn`."""
    fails = judge(journey.fails, errand, terms)
    if journey.works is None:
        return _result(fails.verdict, journey.fails, fails, errand, terms, None)
    works = judge(journey.works, errand, terms)
    verdict = both_ways(fails.verdict, works.verdict)
    worst, other = (journey.fails, fails), (journey.works, works)
    if SEVERITY_ORDER.index(works.verdict) < SEVERITY_ORDER.index(fails.verdict):
        worst, other = other, worst
    branch = Branch(
        verdict=other[1].verdict,
        outcome=other[0].outcome,
        hops=other[0].hops,
        findings=findings_of(other[0], other[1], errand, terms),
    )
    return _result(verdict, worst[0], worst[1], errand, terms, branch)


def _result(
    verdict: Verdict, play: Playthrough, judged: Judged, errand: Errand, terms: Terms, other: Branch | None
) -> CheckResult:
    found = findings_of(play, judged, errand, terms)
    reason = found[0].title if found and judged.rules else play.reason
    if other is not None and verdict is not judged.verdict:
        reason = f"{reason} — or not: the phone rule it hangs on is contested"
    return CheckResult(
        verdict=verdict,
        reason=reason,
        outcome=play.outcome,
        hops=play.hops,
        findings=found,
        otherwise=other,
        data={
            # What was asked, for whoever judges the stored journey again.
            "to": errand.to,
            "seen": [
                {"what": seen.what.value, "where": seen.where.value, "t_ms": seen.t_ms, **seen.detail}
                for seen in play.seen
            ],
        },
    )
