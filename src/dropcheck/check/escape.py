"""Does the link leave the in-app browser, and end where it should?"""

from __future__ import annotations

from dropcheck import apps
from dropcheck.check.ad_link import with_ad_parameters
from dropcheck.check.escape_findings import findings_of
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import EscapeOptions
from dropcheck.check.verdicts import Judged, Terms, judge
from dropcheck.handoff.model import Phone
from dropcheck.journey.follow import follow
from dropcheck.journey.model import Errand, Journey, Playthrough
from dropcheck.result import SEVERITY_ORDER, Branch, Verdict
from dropcheck.suite import Case

#: The journey goes on for this many taps more, to say how many it would have taken.
_TAPS_BEYOND = 3
#: The placement whose link is opened with what an ad adds to it.
SPARK_AD = "tiktok-spark-ad"
#: Seconds for each side of the phone where the suite names none.
DEFAULT_WITHIN_S = 30.0

_APPS_OF_DEFAULT_PHONE = frozenset({"spotify", "apple_music"})


def phone_of(case: Case) -> Phone:
    """Return the phone a case runs on."""
    return phone_named(case.phone or "")


def phone_named(name: str) -> Phone:
    """Return the default phone, or one without the app that ``no-APP`` names; ``with-APP`` adds one.

    Several stand together with ``+`` between them.
    """
    installed = set(_APPS_OF_DEFAULT_PHONE)
    for word in name.split("+"):
        if word.startswith("no-"):
            installed.discard(word.removeprefix("no-").replace("-", "_"))
        elif word.startswith("with-"):
            installed.add(word.removeprefix("with-").replace("-", "_"))
    return Phone(installed=frozenset(installed))


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
    assert case.url is not None
    assert case.profile is not None
    profile = context.profiles[case.profile]
    evidence = context.evidence

    def keep(number: int, picture: bytes) -> str:
        name = evidence.keep(case.id, f"hop-{number:02d}.png", picture) if evidence is not None else None
        return name or ""

    return Errand(
        url=with_ad_parameters(case.url) if case.placement == SPARK_AD else case.url,
        profile=profile,
        browser=context.profiles[profile.browser] if profile.browser is not None else None,
        phone=phone_of(case),
        to=options.to,
        app=options.app if options.to == "app" else None,
        opens=apps.resolve_target(options.opens) if options.opens else None,
        selectors=case.tap,
        taps_allowed=max(options.max_taps, len(case.tap)) + _TAPS_BEYOND,
        within_s=options.within or DEFAULT_WITHIN_S,
        within_is_asked=options.within is not None,
        variant=case.variant,
        placement=case.placement,
        access=context.access,
        send_analytics=context.send_analytics,
        keep_screenshot=keep if evidence is not None else None,
        on_hop=context.on_hop,
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


def both_ways(first: Verdict, second: Verdict) -> Verdict:
    """Return the verdict where contested rows were played both ways (design, section 2).

    Both pass is a pass, both fail a fail; what this machine or a wall kept from being seen in either branch
    stays so; anything else warns.
    """
    for verdict in (Verdict.ERROR, Verdict.BLOCKED):
        if verdict in (first, second):
            return verdict
    return first if first is second else Verdict.WARN


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
