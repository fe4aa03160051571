"""A real authorization server in Spotify's clothes: accounts.spotify.com and the library of api.spotify.com.

The protocol is oauthlib's; what is ours is what Spotify says when something is wrong, and when it says it
(before the login or after it: services reference 2.1 to 2.3). It looks like nobody's product.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from oauthlib.oauth2 import OAuth2Error, WebApplicationServer

from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.services.spotify_grants import Grants

ACCOUNTS_HOST = "accounts.spotify.com"
API_HOST = "api.spotify.com"
CHALLENGE_HOST = "challenge.spotify.com"
_SESSION_COOKIE = "sp_dc"
_PREFIX = f"https://{ACCOUNTS_HOST}"
#: Staff-confirmed in 2017 (services reference 2.3); nothing newer is known.
_GUARDED = (("X-Frame-Options", "DENY"), ("Cache-Control", "no-store"))
_SCOPES = frozenset(
    {
        "playlist-modify-private",
        "playlist-modify-public",
        "playlist-read-private",
        "user-follow-modify",
        "user-follow-read",
        "user-library-modify",
        "user-library-read",
        "user-read-birthdate",
        "user-read-email",
        "user-read-private",
        "user-read-recently-played",
        "user-top-read",
    }
)


@dataclass(frozen=True, slots=True)
class SpotifyClient:
    """An app registered with Spotify.

    `complains` is when an unregistered redirect address is told; both moments are reported. `development`
    keeps everybody off the list of `testers` from the API, after they agreed. `misbehaves` breaks the
    authorize page: a server error, a robots' check, or a redirect to itself. `draws_late` has the login form
    drawn by a script, a while after the page came.
    """

    id: str
    redirect_uris: tuple[str, ...]
    secret: str | None = None
    name: str = "Smart links"
    complains: Literal["before-login", "after-login"] = "before-login"
    development: bool = False
    testers: frozenset[str] = frozenset()
    misbehaves: Literal["server-error", "challenge", "loop"] | None = None
    draws_late: bool = False


@dataclass(slots=True)
class SpotifyAccounts:
    """The server's memory: clients, fans, who is logged in, what was granted and saved."""

    clients: Mapping[str, SpotifyClient]
    fans: Mapping[str, str] = field(default_factory=lambda: {"fan": "fan-password"})
    library: dict[str, set[str]] = field(default_factory=dict)
    _sessions: dict[str, str] = field(default_factory=dict)
    _approved: set[tuple[str, str]] = field(default_factory=set)
    _grants: Grants = field(init=False)
    _server: Any = field(init=False)

    def __post_init__(self) -> None:
        self._grants = Grants(self.clients)
        self._server = WebApplicationServer(self._grants)

    def sign_in(self, fan: str) -> dict[str, str]:
        """Return the cookies of a browser in which `fan` is logged in, as a storage state would hold them."""
        session = secrets.token_urlsafe(24)
        self._sessions[session] = fan
        return {_SESSION_COOKIE: session}

    async def accounts(self, request: Request) -> Response | None:
        """Answer for accounts.spotify.com."""
        path = request.path
        if path == "/authorize":
            return self._authorize(request)
        if path in ("/authorize/accept", "/authorize/cancel") and request.method == "POST":
            return self._decided(request, agreed=path.endswith("accept"))
        if path == "/api/token":
            return self._token(request)
        if path.rstrip("/").endswith("/login") or path == "/login":
            return self._login(request)
        return None

    async def challenge(self, request: Request) -> Response | None:
        """Answer for challenge.spotify.com: a check that a person has to pass."""
        return _page(
            "Are you human?",
            '<p>Please confirm that you are not a robot.</p><div class="g-recaptcha">□</div>',
        )

    async def api(self, request: Request) -> Response | None:
        """Answer for the logged-in fan's part of api.spotify.com; None for everything else."""
        if request.path not in ("/v1/me", "/v1/me/library", "/v1/me/library/contains"):
            return None
        grant = self._grants.of_bearer(request.headers.get("authorization", ""))
        if grant is None:
            return _api_error(401, "Invalid access token")
        client = self.clients[grant.client_id]
        if client.development and grant.fan not in client.testers:
            return _api_error(403, "User not registered in the Developer Dashboard")
        if request.path == "/v1/me":
            return Response.json({"id": grant.fan, "type": "user"})
        return self._library(request, grant.fan, grant.scopes)

    def _library(self, request: Request, fan: str, scopes: frozenset[str]) -> Response:
        # PUT, DELETE and "contains" since February 2026 (services reference 1.2).
        needed = "user-library-read" if request.path.endswith("contains") else "user-library-modify"
        if needed not in scopes:
            return _api_error(403, "Insufficient client scope")
        uris = [uri for uri in request.parameters.get("uris", "").split(",") if uri]
        if not uris:
            return _api_error(400, "Missing uris")
        saved = self.library.setdefault(fan, set())
        if request.path.endswith("contains"):
            return Response.json([uri in saved for uri in uris])
        if request.method == "PUT":
            saved.update(uris)
        elif request.method == "DELETE":
            saved.difference_update(uris)
        else:
            return _api_error(405, "Method not allowed")
        return Response.json({})

    # The fan's way through

    def _authorize(self, request: Request) -> Response:
        asked = request.parameters
        client = self.clients.get(asked.get("client_id", ""))
        if client is None:
            return _complaint("INVALID_CLIENT: Invalid client")
        broken = self._misbehaviour(client, request)
        if broken is not None:
            return broken
        if asked.get("response_type") != "code":
            return _complaint("unsupported_response_type: response_type must be code")
        redirect = asked.get("redirect_uri", "")
        fan = self._sessions.get(request.cookies.get(_SESSION_COOKIE, ""))
        insecure = _is_insecure(redirect)
        registered = redirect in client.redirect_uris
        if not registered and not insecure and client.complains == "before-login":
            return _complaint("INVALID_CLIENT: Invalid redirect URI")
        strange = sorted(set(asked.get("scope", "").split()) - _SCOPES)
        if strange:
            return _complaint("INVALID_SCOPE: Illegal scope")
        if fan is None:
            onward = quote(f"{_PREFIX}{request.target}", safe="")
            return Response.redirect(f"{_PREFIX}/en/login?continue={onward}", headers=_GUARDED)
        if insecure:
            return _complaint("INVALID_CLIENT: Insecure redirect URI")
        if not registered:
            return _complaint("INVALID_CLIENT: Invalid redirect URI")
        if asked.get("show_dialog") != "true" and (fan, client.id) in self._approved:
            return self._grant(f"{_PREFIX}{request.target}", fan)
        return _consent(client, asked)

    def _misbehaviour(self, client: SpotifyClient, request: Request) -> Response | None:
        if client.misbehaves == "server-error":
            return Response.html("<h1>upstream request timeout</h1>", 500, _GUARDED)
        if client.misbehaves == "challenge":
            return Response.redirect(f"https://{CHALLENGE_HOST}/c/recaptcha", headers=_GUARDED)
        if client.misbehaves == "loop":
            return Response.redirect(f"{_PREFIX}{request.target}", headers=_GUARDED)
        return None

    def _login(self, request: Request) -> Response:
        onward = request.parameters.get("continue", "")
        if request.method != "POST":
            asked = parse_qs(urlsplit(onward).query)
            client = self.clients.get(asked.get("client_id", [""])[-1])
            return _login_form(onward, draws_late=client is not None and client.draws_late)
        form = request.form
        name = form.get("username", "")
        if self.fans.get(name) != form.get("password"):
            return _login_form(onward, "Incorrect username or password.")
        cookie = f"{_SESSION_COOKIE}={self.sign_in(name)[_SESSION_COOKIE]}; Path=/; Secure; HttpOnly"
        target = onward if onward.startswith(f"{_PREFIX}/") else f"{_PREFIX}/en/status"
        return Response.redirect(target, 303, (*_GUARDED, ("Set-Cookie", cookie)))

    def _decided(self, request: Request, *, agreed: bool) -> Response:
        fan = self._sessions.get(request.cookies.get(_SESSION_COOKIE, ""))
        query = request.form.get("request", "")
        asked = {name: values[-1] for name, values in parse_qs(query).items()}
        client = self.clients.get(asked.get("client_id", ""))
        redirect = asked.get("redirect_uri", "")
        if fan is None or client is None or redirect not in client.redirect_uris:
            return _complaint("server_error")
        if agreed:
            self._approved.add((fan, client.id))
            return self._grant(f"{_PREFIX}/authorize?{query}", fan)
        answer = {"error": "access_denied"} | ({"state": asked["state"]} if "state" in asked else {})
        mark = "&" if urlsplit(redirect).query else "?"
        return Response.redirect(f"{redirect}{mark}{urlencode(answer)}", 303, _GUARDED)

    def _grant(self, uri: str, fan: str) -> Response:
        try:
            scopes, credentials = self._server.validate_authorization_request(uri)
            headers, _, status = self._server.create_authorization_response(
                uri, scopes=scopes, credentials={**credentials, "fan": fan}
            )
        except OAuth2Error as error:
            return _complaint(f"{error.error}: {error.description or ''}".rstrip(": "))
        return Response(status, (("Location", headers["Location"]), *_GUARDED))

    def _token(self, request: Request) -> Response:
        if request.method != "POST":
            return Response.text("method not allowed", 405)
        headers, body, status = self._server.create_token_response(
            request.url, "POST", request.body.decode("utf-8", "replace"), _spelled(request.headers)
        )
        return Response(status, tuple(headers.items()), str(body or "").encode())


def _spelled(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with the names oauthlib looks for (`Authorization`, `Content-Type`)."""
    return {name.title(): value for name, value in headers.items()}


def _is_insecure(redirect: str) -> bool:
    parts = urlsplit(redirect)
    host = parts.hostname or ""
    if host == "localhost":
        return True
    return parts.scheme == "http" and host not in ("127.0.0.1", "::1")


_STYLE = (
    "<style>body{font:17px system-ui,sans-serif;margin:12vh 8vw;background:#fff;color:#222}"
    "input,button{display:block;width:100%;box-sizing:border-box;margin:.6rem 0;padding:.9rem;font:inherit;"
    "border:1px solid #999;border-radius:2rem;text-align:center}button{background:#222;color:#fff}</style>"
)


def _page(title: str, body: str, status: int = 200) -> Response:
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{_STYLE}<main>{body}</main></html>"
    )
    return Response.html(text, status, _GUARDED)


def _complaint(words: str) -> Response:
    # The near-blank page with nothing but the words (services reference 2.3).
    return Response.html(f"<!doctype html><title>Error</title>{escape(words)}", 400, _GUARDED)


def _api_error(status: int, message: str) -> Response:
    return Response.json({"error": {"status": status, "message": message}}, status)


def _login_form(onward: str, complaint: str = "", *, draws_late: bool = False) -> Response:
    # Selectors as in public automation 2021-25 (services reference 2.4).
    told = f'<p role="alert">{escape(complaint)}</p>' if complaint else ""
    form = (
        f"<h1>Log in</h1>{told}"
        f'<form method="post" action="/login?continue={quote(onward, safe="")}">'
        '<input id="login-username" name="username" placeholder="Email or username" autocomplete="username">'
        '<input id="login-password" name="password" type="password" placeholder="Password">'
        '<button id="login-button" type="submit">Log In</button></form>'
    )
    if not draws_late:
        return _page("Log in", form)
    drawn = json.dumps(form).replace("</", "<\\/")
    return _page(
        "Log in",
        f"<script>setTimeout(()=>{{document.querySelector('main').innerHTML={drawn}}},2500)</script>",
    )


def _consent(client: SpotifyClient, asked: Mapping[str, str]) -> Response:
    listed = "".join(f"<li>{escape(scope)}</li>" for scope in asked.get("scope", "").split())
    kept = f'<input type="hidden" name="request" value="{escape(urlencode(asked), quote=True)}">'
    return _page(
        "Agree",
        f"<h1>{escape(client.name)} asks for access</h1><ul>{listed}</ul>"
        f'<form method="post" action="/authorize/accept">{kept}'
        '<button data-testid="auth-accept" type="submit">Agree</button></form>'
        f'<form method="post" action="/authorize/cancel">{kept}'
        '<button data-testid="auth-cancel" type="submit">Cancel</button></form>',
    )
