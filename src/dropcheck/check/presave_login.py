"""What the login's own page showed, and what became of a yes or a no."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dropcheck.check.presave_terms import PresaveTerms
from dropcheck.journey.login_model import LoginVisit, PageSeen
from dropcheck.result import Finding

# Spotify's own wording (services reference 2.3); the moment it appears varies.
_COMPLAINTS = (
    (re.compile(r"INVALID_CLIENT: *Insecure redirect URI", re.IGNORECASE), "insecure-redirect"),
    (re.compile(r"INVALID_CLIENT: *Invalid redirect URI", re.IGNORECASE), "invalid-redirect"),
    (re.compile(r"INVALID_CLIENT|Invalid client\b", re.IGNORECASE), "invalid-client"),
    (re.compile(r"Illegal scope|INVALID_SCOPE", re.IGNORECASE), "scope-unknown"),
    (re.compile(r"response_type must be code|unsupported_response_type", re.IGNORECASE), "implicit-grant"),
)
_DEVELOPMENT = re.compile(r"not registered in the developer dashboard", re.IGNORECASE)
_SORRY = re.compile(
    r"\b(?:something went wrong|could ?n[o'’]t (?:save|match|complete)|internal server error|try again later"
    r"|start again|exception|traceback|missing initial state|not authori[sz]ed|an error occurred)\b",
    re.IGNORECASE,
)


def login_findings(visit: LoginVisit, terms: PresaveTerms) -> Iterator[Finding]:
    """Yield what is wrong with the login page, or with what followed the fan's answer."""
    page = visit.login
    if page is not None:
        wrong = _page_finding(page, terms)
        if wrong is not None:
            yield wrong
            return
    if visit.after_no is not None and visit.after_no.wall is None and _is_rude(visit.after_no):
        yield terms.say("cancel-broken", f"After cancelling, the page says: “{_first(visit.after_no)}”.")


def _page_finding(page: PageSeen, terms: PresaveTerms) -> Finding | None:
    if page.is_captcha:
        return terms.say("challenge", "A robots' check stands where the login should be.")
    for pattern, rule in _COMPLAINTS:
        if pattern.search(page.text):
            return terms.say(
                rule,
                f"The login page says: “{_first(page)}”.",
                fault="refused by Spotify",
                scopes="see the address",
            )
    if page.wall is not None:
        return terms.say("blocked", f"Where the login should be, {page.wall}.", wall=page.wall)
    if page.status is not None and page.status >= 400:
        seen = f"The login answered with status {page.status}."
        return terms.say("login-error", seen, status=page.status)
    if page.blank or not (page.has_fields or page.controls):
        return terms.say("login-blank", "The login page has neither a field nor a button.")
    return None


def account_findings(visit: LoginVisit, terms: PresaveTerms) -> list[Finding]:
    """Return what is wrong with a login that an account went through."""
    page = visit.after_yes
    if page is None:
        if visit.login is not None and visit.login.has_fields and not visit.consent_shown:
            return [terms.say("account-expired", "The login asked for a password.")]
        return [terms.say("no-success", "Agreeing never came back to the service.")]
    if page.wall is not None:
        return [terms.say("blocked", f"After agreeing, {page.wall}.", wall=page.wall)]
    if _DEVELOPMENT.search(page.text):
        return [terms.say("development-mode", f"The page says: “{_first(page)}”.")]
    if _is_rude(page):
        return [terms.say("no-success", f"The page says: “{_first(page)}” (status {page.status}).")]
    return []


def _is_rude(page: PageSeen) -> bool:
    return page.blank or (page.status or 200) >= 400 or _SORRY.search(page.text) is not None


def _first(page: PageSeen) -> str:
    line = next((line.strip() for line in page.text.splitlines() if line.strip()), "nothing")
    return line if len(line) <= 120 else f"{line[:119]}…"
