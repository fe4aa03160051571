"""Does the link leave the app before it asks for a login, and does the login then work?"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from dropcheck import apps
from dropcheck.catalog import oauth
from dropcheck.catalog.ask import Asker
from dropcheck.catalog.smart_link import recognise
from dropcheck.catalog.smart_link_readers import Offer
from dropcheck.check.errand import errand_of
from dropcheck.check.escape_findings import technique_words
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.offers import followed, offers_of
from dropcheck.check.options import PresaveOptions
from dropcheck.check.presave_account import library_findings, read_account
from dropcheck.check.presave_address import address_facts, address_findings
from dropcheck.check.presave_judge import (
    PresaveJudged,
    button_finding,
    judge_login,
    with_finding,
)
from dropcheck.check.presave_left_behind import request_of
from dropcheck.check.presave_login import account_findings
from dropcheck.check.presave_static import StaticReading, read_statically
from dropcheck.check.presave_terms import PresaveTerms, verdict_of
from dropcheck.check.verdicts import Terms, both_ways
from dropcheck.device.model import Profile
from dropcheck.journey.login import follow_to_login, visit_alone
from dropcheck.journey.login_model import LoginErrand, LoginJourney, LoginPlay, LoginSigns
from dropcheck.journey.model import Errand
from dropcheck.result import SEVERITY_ORDER, Branch, Finding, Verdict
from dropcheck.suite import Case

#: A banner, a way out, the button, a second choice: more is no pre-save a fan would finish.
_MOST_TAPS = 5
_WORDS = {
    "static": "read from the page's source, nothing was tapped",
    "anonymous": "followed to the login page, nobody logged in",
    "account": "followed through the login with an account",
}
LOGIN_SIGNS = LoginSigns(
    asks=oauth.is_authorize,
    on_site=lambda url: oauth.login_service_of(url) is not None,
    is_challenge=oauth.is_challenge,
    returns_to=lambda url: request.redirect_uri if (request := oauth.read_authorize(url)) else None,
)


async def presave(case: Case, context: CheckContext) -> CheckResult:
    """Follow the link to its login on the case's phone, as deep as the suite says, and judge the way."""
    options = case.options
    assert isinstance(options, PresaveOptions)
    errand = _errand(case, options, context)
    terms = _terms(case, options, context, errand)
    if options.depth == "static":
        result = await _static(errand, terms, context)
    else:
        result = await _driven(case, options, context, errand, terms)
    result.depth = options.depth
    result.reason = f"{result.reason} ({_WORDS[options.depth]})"
    return result


def _errand(case: Case, options: PresaveOptions, context: CheckContext) -> Errand:
    # With an account a picture could show who is logged in.
    errand = errand_of(case, context, pictured=options.depth != "account")
    return replace(errand, to="browser", taps_allowed=_MOST_TAPS + len(case.tap))


def _terms(case: Case, options: PresaveOptions, context: CheckContext, errand: Errand) -> PresaveTerms:
    service = options.service if options.service not in ("auto", "none") else None
    item = getattr(case.release, service or "spotify", None)
    known = recognise(errand.url)
    return PresaveTerms(
        page_url=errand.url,
        now=context.now,
        where=errand.profile.title,
        technique=technique_words(errand, Terms("browser", None, 1, False, ())),
        mode=_mode(case, options, context),
        service=service,
        expects_login=options.service != "none",
        names_service=service is not None,
        action=options.action,
        scopes=options.scopes,
        callback_hosts=(*options.callback_hosts, *(known.callback_hosts if known is not None else ())),
        services=options.services,
        item=apps.resolve_target(item) if isinstance(item, str) else None,
    )


def _mode(case: Case, options: PresaveOptions, context: CheckContext) -> Literal["presave", "live"]:
    if options.mode != "auto":
        return options.mode
    # Follow, save and playlist-add ask for the same login after the release as before it.
    if options.action != "presave" or options.service == "none" or case.release.released is None:
        return "presave"
    return "live" if case.release.released.has_come(context.now) else "presave"


async def _static(errand: Errand, terms: PresaveTerms, context: CheckContext) -> CheckResult:
    # The login is meant for the real browser, so its agent is the one that reads the page.
    reader: Profile = errand.browser or errand.profile
    asker = Asker(context.http, context.now)
    reading = await read_statically(
        errand.url, reader.identity.user_agent, asker, terms.service, context.access
    )
    found = list(_static_findings(reading, terms))
    data = {"login": address_facts(reading.request)} if reading.request is not None else {}
    return CheckResult(
        verdict_of(found), _reason(found, "The login's address is sound"), findings=found, data=data
    )


def _static_findings(reading: StaticReading, terms: PresaveTerms) -> list[Finding]:
    if reading.request is not None:
        if not terms.expects_login:
            return [terms.say("asks-for-login", "The page's source holds a login's address.")]
        return address_findings(reading.request, terms, reading.again)
    page = reading.page
    if page.is_unreachable:
        return [terms.say("unreachable", "The page gave no answer.")]
    if page.wall is not None:
        return [terms.say("blocked", f"{page.wall[:1].upper()}{page.wall[1:]}.", wall=page.wall)]
    if reading.is_circular:
        return [terms.say("loop", "The address redirects again and again.")]
    if page.status >= 400:
        wall = f"status {page.status}"
        return [terms.say("page-error", f"The page answered: {wall}.", wall=wall)]
    if not terms.expects_login:
        return []
    return [terms.say("address-not-readable", "The page's source holds no login's address.")]


async def _driven(
    case: Case, options: PresaveOptions, context: CheckContext, errand: Errand, terms: PresaveTerms
) -> CheckResult:
    account = read_account(context.account, terms) if options.depth == "account" else None
    logged_in = account is not None and account.storage_state is not None
    login = LoginErrand(
        errand,
        LOGIN_SIGNS,
        action=options.action,
        service=terms.service,
        selectors=options.tap,
        storage_state=account.storage_state if account is not None else None,
        agrees=logged_in,
    )
    browsers = await context.browsers(errand.profile)
    if terms.mode == "live":
        # A live page asks for nothing: what it shows in the real browser decides, the way out is `escape`'s.
        play = await visit_alone(login, browsers, context.associations)
        journey = LoginJourney(play)
        terms = replace(terms, offers=await _followed_offers(play, errand, context))
    else:
        journey = await follow_to_login(login, browsers, context.associations)
    extra: list[Finding] = []
    if account is not None and account.problem is not None:
        extra.append(account.problem)
    elif logged_in:
        extra += await _account_findings(case, context, journey, terms)
    return _judged(journey, terms, extra)


async def _followed_offers(play: LoginPlay, errand: Errand, context: CheckContext) -> tuple[Offer, ...]:
    """What the buttons of a live page lead to, trackers and short links followed."""
    page = play.browser.page if play.browser is not None else None
    if page is None:
        return ()
    agent = (errand.browser or errand.profile).identity.user_agent
    return await followed(offers_of(page), page.url, agent, Asker(context.http, context.now))


async def _account_findings(
    case: Case, context: CheckContext, journey: LoginJourney, terms: PresaveTerms
) -> list[Finding]:
    play = journey.works or journey.fails
    if play.browser is None or not (play.browser.login or play.browser.returned):
        return []
    found = account_findings(play.browser, terms)
    if found:
        return found
    released = case.release.released is None or case.release.released.has_come(context.now)
    return await library_findings(terms.item, terms, context.http, context.credentials, released=released)


def _judged(journey: LoginJourney, terms: PresaveTerms, extra: list[Finding]) -> CheckResult:
    def judge(play: LoginPlay) -> PresaveJudged:
        judged = judge_login(play, terms, again=journey.again, control=journey.control)
        stays = None
        if journey.button is not None and play.in_app is not None and play.in_app.passed_over is not None:
            stays = button_finding(journey.button, terms, play.in_app)
        if stays is not None:
            judged = with_finding(judged, stays)
        findings = (*judged.findings, *(e for e in extra if e.rule not in {f.rule for f in judged.findings}))
        return replace(judged, verdict=verdict_of(findings), findings=findings)

    fails = judge(journey.fails)
    if journey.works is None:
        return _result(fails.verdict, journey.fails, fails, journey, terms, None)
    works = judge(journey.works)
    worst, other = (journey.fails, fails), (journey.works, works)
    if SEVERITY_ORDER.index(works.verdict) < SEVERITY_ORDER.index(fails.verdict):
        worst, other = other, worst
    branch = Branch(
        verdict=other[1].verdict,
        outcome=other[0].playthrough.outcome,
        hops=other[0].playthrough.hops,
        findings=list(other[1].findings),
    )
    verdict = both_ways(fails.verdict, works.verdict)
    return _result(verdict, worst[0], worst[1], journey, terms, branch)


def _result(
    verdict: Verdict,
    play: LoginPlay,
    judged: PresaveJudged,
    journey: LoginJourney,
    terms: PresaveTerms,
    other: Branch | None,
) -> CheckResult:
    reason = _reason(judged.findings, _good_words(play, terms))
    if other is not None and verdict is not judged.verdict:
        reason = f"{reason} — or not: the phone rule it hangs on is contested"
    return CheckResult(
        verdict=verdict,
        reason=reason,
        outcome=play.playthrough.outcome,
        hops=play.playthrough.hops,
        findings=list(judged.findings),
        otherwise=other,
        data=_data(play, journey, terms),
    )


def _good_words(play: LoginPlay, terms: PresaveTerms) -> str:
    if terms.mode == "live":
        return "The page is live and leads to the release"
    if play.browser is None or request_of(play.browser, terms.service) is None:
        return "The page asks for no login"
    return "The link leaves the app first, and the login shows" if play.in_app else "The login shows"


def _reason(findings: tuple[Finding, ...] | list[Finding], otherwise: str) -> str:
    return next((f.title for f in findings if verdict_of([f]) is not Verdict.PASS), otherwise)


def _data(play: LoginPlay, journey: LoginJourney, terms: PresaveTerms) -> dict[str, object]:
    data: dict[str, object] = {"mode": terms.mode, "action": terms.action}
    request = request_of(play.browser, terms.service) or request_of(play.in_app, terms.service)
    if request is not None:
        data["login"] = address_facts(request)
    if journey.control is not None:
        data["control"] = judge_login(journey.control, terms).verdict.value
    return data
