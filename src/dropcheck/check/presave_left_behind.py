"""What a login needs and a page kept in the app's own jar, which the real browser never sees."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from urllib.parse import unquote

from dropcheck.catalog.oauth import AuthorizeRequest, is_authorize, read_authorize
from dropcheck.check.presave_terms import PresaveTerms
from dropcheck.journey.login_model import LoginVisit
from dropcheck.result import Basis, Finding, Severity

#: Where a PKCE verifier may stand in what a page kept: 43 to 128 unreserved characters (RFC 7636, 4.1).
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def request_of(visit: LoginVisit | None, service: str | None) -> AuthorizeRequest | None:
    """Return the login a visit asked for: the wanted service's where there are several, else the last."""
    if visit is None:
        return None
    read = [request for seen in visit.asked if (request := read_authorize(seen.url)) is not None]
    if not read:
        return None
    known = [request for request in read if request.service not in ("other", "google")]
    wanted = [request for request in read if request.service == service]
    return (wanted or known or read)[-1]


def left_behind_findings(
    inside: LoginVisit, outside: LoginVisit | None, terms: PresaveTerms, again: LoginVisit | None
) -> Iterator[Finding]:
    """Yield what of a login was made in the app and stays there, where the real browser goes on without it.

    `again` is a visitor who was never in the app.
    """
    handed = inside.handed.url if inside.handed is not None else ""
    request = read_authorize(handed) or request_of(outside, terms.service)
    if request is None:
        return
    handed_over = is_authorize(handed)
    carried = unquote(handed)
    other = request_of(again, terms.service)
    # A state that a visitor who was never in the app is given, too, wasn't made there.
    state = None if other is not None and other.state == request.state else request.state
    if state and _holds(inside.kept, state):
        yield terms.say(
            "state-left-behind",
            f"The state of the login that the real browser was given lies in the storage of {terms.where}.",
            evidence={"left": "state"},
        )
    elif request.code_challenge and _keeps_verifier(inside.kept, request.code_challenge):
        yield terms.say(
            "state-left-behind",
            f"The PKCE verifier of the login lies in the storage of {terms.where}.",
            evidence={"left": "verifier"},
        )
    elif request.code_challenge and (handed_over or request.code_challenge.rstrip("=") in carried):
        seen = "The address handed to the real browser carries a PKCE challenge that was made before."
        yield terms.say("state-left-behind", seen, Basis.MODELLED, evidence={"left": "verifier"})
    elif state and not request.state_is_self_contained and (handed_over or _holds(carried, state)):
        # A service that keeps nothing in the browser may still know the state: not sure enough to fail. A cookie
        # that no script can read may hold it, too.
        seen = "The address handed to the real browser carries a state that was made before."
        yield terms.say(
            "state-left-behind",
            seen,
            Basis.MODELLED,
            evidence={"left": "state"},
            severity=Severity.WARNING,
        )


def _holds(text: str, secret: str) -> bool:
    """Whether a secret stands in a text as a whole: four letters are part of many a word."""
    whole = re.compile(rf"(?<![\w-]){re.escape(secret)}(?![\w-])")
    return len(secret) >= 4 and any(whole.search(form) for form in (text, unquote(text)))


def _keeps_verifier(kept: str, challenge: str) -> bool:
    wanted = challenge.rstrip("=")
    return any(match[0] == wanted or _s256(match[0]) == wanted for match in _VERIFIER.finditer(kept))


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
