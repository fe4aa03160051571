"""What a login's address says by itself: depth `static`, and the first part of every deeper one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from dropcheck.catalog.oauth import (
    SHORT_STATE,
    AuthorizeRequest,
    login_services,
    read_scopes,
    redirect_fault,
    same_site,
)
from dropcheck.check.presave_terms import PresaveTerms, service_name
from dropcheck.result import Basis, Finding


def address_findings(
    request: AuthorizeRequest, terms: PresaveTerms, again: AuthorizeRequest | None = None
) -> list[Finding]:
    """Return what is wrong with a login's address; `again` is that of a second load, to compare the state."""
    if terms.service is not None and request.service != terms.service:
        got = service_name(request.service) if request.service != "other" else request.host
        return [terms.say("wrong-service", f"The login asked for is on {request.host}.", got=got)]
    if request.service == "apple_music":
        return list(_token_findings(request, terms))
    return [
        *_flow_findings(request, terms),
        *_redirect_findings(request, terms),
        *_state_findings(request, terms, again),
        *_pkce_findings(request, terms),
        *_scope_findings(request, terms),
    ]


def address_facts(request: AuthorizeRequest) -> dict[str, object]:
    """Return the address's shape for a report: nothing secret in it."""
    return {
        "service": request.service,
        "host": request.host,
        "response_type": request.response_type,
        "redirect_host": request.redirect_host,
        "scopes": list(request.scopes),
        "pkce": request.code_challenge_method or request.uses_pkce,
        "has_state": request.state is not None,
        "show_dialog": request.show_dialog,
    }


def _flow_findings(request: AuthorizeRequest, terms: PresaveTerms) -> Iterator[Finding]:
    kinds = (request.response_type or "").split()
    if "token" in kinds:
        if request.service == "spotify":
            yield terms.say("implicit-grant", "The login's address has response_type=token.", Basis.OBSERVED)
    elif "code" not in kinds and request.service == "spotify":
        yield terms.say("response-type", f"response_type is “{request.response_type or 'absent'}”.")
    if request.repeated:
        names = ", ".join(request.repeated)
        yield terms.say("repeated-parameter", f"The login's address has {names} more than once.", names=names)


def _redirect_findings(request: AuthorizeRequest, terms: PresaveTerms) -> Iterator[Finding]:
    if request.redirect_uri is None:
        yield terms.say("no-redirect", "The login's address has no redirect_uri.")
        return
    fault = redirect_fault(request.redirect_uri)
    if fault is not None and request.service == "spotify":
        yield terms.say(
            "insecure-redirect",
            f"redirect_uri lies on {_origin(request.redirect_uri)}: {fault}.",
            fault=fault,
        )
    host = request.redirect_host or ""
    own = (urlsplit(terms.page_url).hostname or "", *terms.callback_hosts)
    if host and not any(same_site(host, mine) for mine in own if mine):
        yield terms.say("foreign-callback", f"redirect_uri lies on {host}.", host=host)


def _state_findings(
    request: AuthorizeRequest, terms: PresaveTerms, again: AuthorizeRequest | None
) -> Iterator[Finding]:
    service = login_services().get(request.service)
    if service is not None and not service.needs_state:
        return
    if request.state is None:
        if not request.uses_pkce:
            yield terms.say("no-state", "The login's address has no state.")
        return
    if again is not None and again.state == request.state:
        yield terms.say("constant-state", "Two visits with empty cookie jars were given the same state.")
    elif len(request.state) < SHORT_STATE:
        yield terms.say(
            "short-state", f"The state has {len(request.state)} characters.", length=len(request.state)
        )


def _pkce_findings(request: AuthorizeRequest, terms: PresaveTerms) -> Iterator[Finding]:
    if request.uses_pkce and request.service == "spotify" and request.code_challenge_method != "S256":
        method = request.code_challenge_method or "absent"
        yield terms.say("pkce-method", f"code_challenge_method is “{method[:20]}”.")


def _scope_findings(request: AuthorizeRequest, terms: PresaveTerms) -> Iterator[Finding]:
    reading = read_scopes(request, terms.action, terms.scopes)
    asked = ", ".join(reading.asked) or "nothing"
    for rule, scopes in (
        ("scope-unknown", reading.unknown),
        ("scope-missing", () if reading.unknown else reading.missing),
        ("scopes-beyond", tuple(scope for scope in reading.beyond if scope not in reading.unknown)),
    ):
        if scopes:
            yield terms.say(rule, f"The login asks for {asked}.", scopes=", ".join(scopes))


def _token_findings(request: AuthorizeRequest, terms: PresaveTerms) -> Iterator[Finding]:
    token = request.apple_token
    if token is None or not token.readable:
        yield terms.say("musickit-token", "The sign-in's address carries no readable developer token.")
    elif token.has_expired(terms.now) and token.expires is not None:
        when = token.expires.date().isoformat()
        yield terms.say("musickit-expired", f"The token's exp is {when}.", expired=when)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
