"""What a journey to a login showed, as findings: pure rules over what both sides of the phone saw.

The order is judged first (was the app left before the login was asked for?), then the login itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from dropcheck import apps
from dropcheck.check.presave_address import address_findings
from dropcheck.check.presave_left_behind import left_behind_findings, request_of
from dropcheck.check.presave_live import live_findings, looks_live, offer_findings
from dropcheck.check.presave_login import login_findings
from dropcheck.check.presave_terms import PresaveTerms, service_name, verdict_of
from dropcheck.handoff.model import Decision
from dropcheck.handoff.rows import scheme_and_host
from dropcheck.journey.login_model import Form, LoginPlay, LoginVisit
from dropcheck.journey.model import CUT_SHORT, Ending
from dropcheck.result import Basis, DecisionKind, Finding, Severity, Verdict

_UNREACHABLE = CUT_SHORT - {Ending.ENGINE}
_NO_PAGE = frozenset(
    {
        Ending.HTTP_ERROR,
        Ending.BLANK,
        Ending.BAD_CERTIFICATE,
        Ending.DOWNLOAD,
        Ending.CLOSED,
        Ending.CRASHED,
        Ending.STORM,
        Ending.BAD_ANSWER,
    }
)
#: Spotify's own countdown page, on which the app saves without a login elsewhere (services reference 1.9, 2.6).
_COUNTDOWN = re.compile(
    r"https://open\.spotify\.com/(?:intl-\w+/)?prerelease/|spotify:prerelease:", re.IGNORECASE
)
#: What becomes of a fan who stays inside; anything else that a second look finds isn't the button's doing.
_STAYS = frozenset(
    {
        "presave/popup-blocked",
        "presave/opener-lost",
        "presave/login-in-app",
        "presave/google-refuses-webview",
        "presave/skipped-by-app",
        "presave/framed",
        "presave/trapped",
    }
)


@dataclass(frozen=True, slots=True)
class PresaveJudged:
    """The findings of one playthrough, gravest first, and the verdict they come to."""

    verdict: Verdict
    findings: tuple[Finding, ...]


def judge_login(
    play: LoginPlay,
    terms: PresaveTerms,
    *,
    again: LoginVisit | None = None,
    control: LoginPlay | None = None,
) -> PresaveJudged:
    """Return what one playthrough comes to; `control` is the same link in the real browser alone."""
    by_rule: dict[str, Finding] = {}
    for finding in _findings(play, terms, again):
        # A fault seen in the address and again on the login page is one fault.
        by_rule.setdefault(finding.rule, finding)
    found = list(by_rule.values())
    if play.in_app is not None and control is not None and verdict_of(found) is Verdict.FAIL:
        alone = judge_login(control, terms)
        if alone.verdict is Verdict.FAIL:
            first = alone.findings[0]
            found.append(terms.say("broken-everywhere", f"In the real browser: {first.title}."))
    if play.playthrough.contested:
        rows = ", ".join(play.playthrough.contested)
        found.append(
            terms.say(
                "contested",
                f"The outcome hangs on {rows}.",
                Basis.MODELLED,
                evidence={"rows": list(play.playthrough.contested)},
            )
        )
    return _ranked(found)


def with_finding(judged: PresaveJudged, finding: Finding) -> PresaveJudged:
    """Return the same with one finding more."""
    return _ranked([*judged.findings, finding])


def _ranked(found: Iterable[Finding]) -> PresaveJudged:
    order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    ranked = tuple(sorted(found, key=lambda finding: order.index(finding.severity)))
    return PresaveJudged(verdict_of(ranked), ranked)


def button_finding(play: LoginPlay, terms: PresaveTerms, beside: LoginVisit) -> Finding | None:
    """Return what happens to a fan who taps the save button inside the app, though a way out stands beside it."""
    visit = play.in_app
    if visit is None:
        return None
    found = next((f for f in _order_findings(visit, play, terms, None) if f.rule in _STAYS), None)
    if found is None:
        return None
    label = beside.passed_over.text.strip()[:60] if beside.passed_over is not None else "The button"
    seen = f"“{label}” was tapped instead of the way out: {found.title}."
    # A way out that shows only after scrolling is one that most fans never see.
    severity = Severity.WARNING if beside.exit_in_view else Severity.ERROR
    evidence = {**found.evidence, "becomes": found.rule.rpartition("/")[2]}
    return terms.say("button-stays", seen, found.basis, evidence=evidence, severity=severity)


def _findings(play: LoginPlay, terms: PresaveTerms, again: LoginVisit | None) -> Iterator[Finding]:
    if play.playthrough.ending is Ending.ENGINE:
        yield terms.say("engine-failed", f"{play.playthrough.reason}.", Basis.OBSERVED)
        return
    if play.in_app is not None:
        order = list(_order_findings(play.in_app, play, terms, again))
        yield from order
        if play.browser is None:
            return
        if play.by_guide:
            yield terms.say("guided-only", _guide_words(play, terms), Basis.OBSERVED)
    if play.browser is not None:
        yield from _browser_findings(play.browser, terms, again)


def _guide_words(play: LoginPlay, terms: PresaveTerms) -> str:
    return f"Nothing left {terms.where} after {play.playthrough.outcome.taps} tap(s); the page shows the way."


# Inside the app


def _order_findings(
    visit: LoginVisit, play: LoginPlay, terms: PresaveTerms, again: LoginVisit | None
) -> Iterator[Finding]:
    text = visit.login.text if visit.login is not None else ""
    if "disallowed_useragent" in text:
        yield terms.say("google-refuses-webview", "Google answered: disallowed_useragent.")
    elif visit.login is not None or any(s.loads and s.form is not Form.FRAME for s in visit.asked):
        yield _asked_inside(visit, terms)
    elif visit.window_refused and visit.handed is None:
        yield _popup_blocked(visit, terms)
    elif any(seen.form is Form.FRAME for seen in visit.asked):
        yield _framed(visit, terms)
    elif visit.handed is not None and visit.handed.kind is DecisionKind.OPENS_BROWSER:
        yield from left_behind_findings(visit, play.browser, terms, again)
    elif visit.handed is not None:
        yield _skipped(visit.handed, terms)
    elif play.browser is None:
        yield from _never_left(visit, terms)


def _asked_inside(visit: LoginVisit, terms: PresaveTerms) -> Finding:
    request = request_of(visit, terms.service)
    service = service_name(request.service if request is not None else terms.service)
    hop = visit.asked[-1].hop if visit.asked else None
    evidence = {"hop": hop, "form": visit.asked[-1].form.value if visit.asked else Form.TOP.value}
    if visit.window_replaced:
        seen = f"The login's window took the place of the page inside {terms.where}."
        return terms.say("opener-lost", seen, Basis.MODELLED, evidence={**evidence, "failure": "opener-lost"})
    kind = "in a window" if evidence["form"] == Form.POPUP else "in place of the page"
    seen = f"{service}'s login opened {kind} inside {terms.where}, with no cookie of the fan's."
    return terms.say(
        "login-in-app", seen, Basis.MODELLED, evidence={**evidence, "failure": "jar-empty"}, service=service
    )


def _popup_blocked(visit: LoginVisit, terms: PresaveTerms) -> Finding:
    seen = f"The page wanted a second window in {terms.where} and got none."
    return terms.say("popup-blocked", seen, Basis.MODELLED, evidence={"failure": "popup-blocked"})


def _framed(visit: LoginVisit, terms: PresaveTerms) -> Finding:
    request = request_of(visit, terms.service)
    service = service_name(request.service if request is not None else None)
    seen = "The login's address was asked for by a frame, and by nothing else."
    return terms.say("framed", seen, Basis.MODELLED, service=service)


def _skipped(handed: Decision, terms: PresaveTerms) -> Finding:
    if terms.action == "presave" and terms.service in (None, "spotify") and _COUNTDOWN.match(handed.url):
        return terms.say("countdown", "The phone opened Spotify's own countdown page.", Basis.MODELLED)
    app = apps.catalogue().get(handed.app or "")
    opened = app.name if app is not None else "another app"
    scheme = f"{scheme_and_host(handed.url)[0]}:"
    seen = f"The phone opened {opened} with an address of {scheme} before any login."
    return terms.say("skipped-by-app", seen, Basis.MODELLED, opened=opened, scheme=scheme)


def _never_left(visit: LoginVisit, terms: PresaveTerms) -> Iterator[Finding]:
    failed = list(_page_findings(visit, terms))
    if failed:
        yield from failed
    elif unread := _unread(visit, terms):
        yield unread
    elif not terms.expects_login:
        return
    else:
        reason = visit.ended.reason if visit.ended is not None else "nothing happened"
        yield terms.say("trapped", f"No login was asked for and nothing left: {reason}.", Basis.MODELLED)


# In the real browser


def _browser_findings(visit: LoginVisit, terms: PresaveTerms, again: LoginVisit | None) -> Iterator[Finding]:
    if terms.mode == "live":
        yield from live_findings(visit, terms)
        return
    request = request_of(visit, terms.service)
    if request is None:
        yield from _no_login(visit, terms)
        return
    if not terms.expects_login:
        name = service_name(request.service)
        yield terms.say("asks-for-login", f"The page asked {request.host} for a login.", service=name)
        return
    yield from address_findings(request, terms, request_of(again, terms.service))
    yield from offer_findings(visit, terms)
    yield from _plain_http(visit, terms)
    forms = {seen.form for seen in visit.asked}
    if forms == {Form.FRAME}:
        yield _framed(visit, terms)
    elif visit.window_closed and not visit.returned:
        yield terms.say("popup-closed", "The login's window opened and was closed again.")
    elif visit.login is not None or visit.returned:
        yield from login_findings(visit, terms)
    elif visit.window_refused and not any(seen.loads for seen in visit.asked):
        yield _popup_blocked(visit, terms)
    elif visit.handed is not None and visit.handed.kind is not DecisionKind.OPENS_BROWSER:
        yield _skipped(visit.handed, terms)
    else:
        yield from _login_never_shown(visit, terms)


def _login_never_shown(visit: LoginVisit, terms: PresaveTerms) -> Iterator[Finding]:
    ended = visit.ended
    if ended is not None and ended.ending in _UNREACHABLE:
        yield terms.say("unreachable", f"{_sentence(ended.reason)}")
    elif ended is not None and ended.ending is Ending.BLOCKED:
        yield terms.say("blocked", _sentence(ended.reason), wall=ended.reason)
    elif ended is not None and ended.ending is Ending.LOOP:
        yield terms.say("loop", _sentence(ended.reason))
    elif (
        ended is not None
        and ended.ending in (Ending.STAYED, Ending.BLANK)
        and any(seen.loads for seen in visit.asked)
    ):
        # It was on its way and didn't come: slow, here or there, which says nothing sure about fans.
        yield terms.say("unreachable", "The login was asked for and had not come when the wait was over.")
    else:
        reason = ended.reason if ended is not None else "the login never showed"
        yield terms.say("login-error", _sentence(reason), status=reason)


def _no_login(visit: LoginVisit, terms: PresaveTerms) -> Iterator[Finding]:
    failed = list(_page_findings(visit, terms))
    if failed:
        yield from failed
    elif visit.handed is not None and visit.handed.kind is not DecisionKind.OPENS_BROWSER:
        yield _skipped(visit.handed, terms)
    elif visit.window_refused:
        yield _popup_blocked(visit, terms)
    elif visit.window_closed:
        yield terms.say("popup-closed", "A window opened and was closed again.")
    elif unread := _unread(visit, terms):
        yield unread
    elif not terms.expects_login:
        return
    elif terms.action == "presave" and looks_live(visit, terms):
        yield terms.say("already-live", "The page shows store buttons and nothing to pre-save with.")
    elif visit.tapped_button:
        yield terms.say("button-dead", "The button was tapped; no window, no page and no login followed.")
    else:
        yield terms.say("no-login", "Nothing on the page looks like it, and no login was asked for.")


def _unread(visit: LoginVisit, terms: PresaveTerms) -> Finding | None:
    """What a page without a login shows beside a dead button: a form for a person, or a frame nobody could read."""
    if visit.tapped_button:
        return None
    if visit.has_email_field and not terms.names_service:
        return terms.say("email-only", "The page has a field for an e-mail address and asks for no login.")
    if visit.locked is not None and terms.expects_login:
        label = visit.locked.text.strip()[:60]
        return terms.say("needs-input", f"“{label}” waits for a box to be ticked or a field to be filled in.")
    if visit.has_foreign_frame and terms.expects_login:
        return terms.say(
            "frame-not-read", "No button was found on the page itself; a frame of another site is."
        )
    return None


def _page_findings(visit: LoginVisit, terms: PresaveTerms) -> Iterator[Finding]:
    ended = visit.ended
    if ended is None:
        return
    if ended.ending in _UNREACHABLE:
        yield terms.say("unreachable", _sentence(ended.reason))
    elif ended.ending is Ending.BLOCKED:
        yield terms.say("blocked", _sentence(ended.reason), wall=ended.reason)
    elif ended.ending is Ending.LOOP:
        yield terms.say("loop", _sentence(ended.reason))
    elif ended.ending in _NO_PAGE:
        yield terms.say("page-error", _sentence(ended.reason), wall=ended.reason)


def _plain_http(visit: LoginVisit, terms: PresaveTerms) -> Iterator[Finding]:
    hosts = [urlsplit(url).hostname or "" for url in visit.urls if url.lower().startswith("http://")]
    if hosts:
        yield terms.say("plain-http", f"One hop goes to http://{hosts[0]}.", host=hosts[0])


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."
