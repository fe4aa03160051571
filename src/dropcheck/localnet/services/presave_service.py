"""The server side of a made-up pre-save service: starts the login, takes the callback, saves the song.

Its pages are fixtures (`sites/presave.example`); `starts.yaml` beside them says how each form asks for the
login. Whoever comes back is known by an HttpOnly cookie, as at real services.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.services.spotify_accounts import (
    ACCOUNTS_HOST,
    API_HOST,
    SpotifyAccounts,
    SpotifyClient,
)

HOST = "presave.example"
_COOKIE = "presave"
_SONG = "spotify:track:11dFghVXANMlKmJXsNCbNl"


@dataclass(frozen=True, slots=True)
class _Begun:
    state: str | None
    verifier: str | None


@dataclass(slots=True)
class PresaveService:
    """One service with many faults: each name in `starts` asks for the login its own way."""

    accounts: SpotifyAccounts
    starts: Mapping[str, Mapping[str, Any]]
    _begun: dict[str, _Begun] = field(default_factory=dict)

    async def answer(self, request: Request) -> Response | None:
        """Answer the parts of the site that need code; None leaves the request to the fixture pages."""
        path = request.path
        if path.startswith("/start/"):
            return self._start(path.removeprefix("/start/"), request)
        if path == "/callback":
            return await self._callback(request)
        if path == "/remember":
            return self._remember(request)
        if path == "/carry-on":
            return self._carry_on(request)
        return None

    def _remember(self, request: Request) -> Response:
        """Bind a state that the page made to this browser, by a cookie no script can read."""
        session = self._begin(request.parameters.get("state"), None)
        return Response.text("", 204, (("Set-Cookie", _cookie(session)),))

    def _carry_on(self, request: Request) -> Response:
        """Ask for the login with the state and challenge that another page made, wherever it ran."""
        made = request.parameters
        start = self.starts["pkce" if "challenge" in made else "healthy"]
        asked = {**start["ask"], "state": made.get("state", "")}
        if "challenge" in made:
            asked |= {"code_challenge": made["challenge"], "code_challenge_method": "S256"}
        return Response.redirect(f"https://{ACCOUNTS_HOST}/authorize?{urlencode(asked)}")

    def _begin(self, state: str | None, verifier: str | None) -> str:
        session = secrets.token_urlsafe(16)
        self._begun[session] = _Begun(state, verifier)
        return session

    def _start(self, name: str, request: Request) -> Response | None:
        start = self.starts.get(name)
        if start is None:
            return None
        if "redirect" in start:
            return Response.redirect(str(start["redirect"]))
        asked = {str(key): str(value) for key, value in start["ask"].items()}
        state = _state(start)
        verifier = secrets.token_urlsafe(48) if start.get("pkce") else None
        if state is not None:
            asked["state"] = state
        if verifier is not None:
            digest = hashlib.sha256(verifier.encode()).digest()
            asked["code_challenge"] = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            asked["code_challenge_method"] = "S256"
        cookie = _cookie(self._begin(state, verifier))
        where = str(start.get("at", f"https://{ACCOUNTS_HOST}/authorize"))
        return Response.redirect(f"{where}?{urlencode(asked)}", headers=(("Set-Cookie", cookie),))

    async def _callback(self, request: Request) -> Response:
        answer = request.parameters
        begun = self._begun.pop(request.cookies.get(_COOKIE, ""), None)
        if begun is None or (begun.state is not None and answer.get("state") != begun.state):
            return _page(
                "Something went wrong", "We could not match this answer to you. Please start again.", 400
            )
        if "error" in answer or "error_reason" in answer:
            return _page("No problem", "Nothing was saved. You can come back any time.")
        # One app per login has its name in the callback's own query.
        named = request.parameters.get("client", "")
        redirect = f"https://{HOST}/callback" + (f"?client={named}" if named else "")
        client = self._client(redirect)
        if client is None or "code" not in answer:
            return _page("Something went wrong", "The login gave no answer. Please start again.", 400)
        token = await self._exchange(client, answer["code"], begun.verifier, redirect)
        saved = token is not None and await self._save(token)
        if not saved:
            return _page("Something went wrong", "We could not save the song. Please try again later.", 502)
        return _page("You are all set", "Neon Hours is saved. See you on release day!")

    def _client(self, redirect: str) -> SpotifyClient | None:
        clients = self.accounts.clients.values()
        return next((client for client in clients if redirect in client.redirect_uris), None)

    async def _exchange(
        self, client: SpotifyClient, code: str, verifier: str | None, redirect: str
    ) -> str | None:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "client_id": client.id,
        }
        if client.secret is not None:
            form["client_secret"] = client.secret
        if verifier is not None:
            form["code_verifier"] = verifier
        sent = Request(
            "https",
            ACCOUNTS_HOST,
            "POST",
            "/api/token",
            {"content-type": "application/x-www-form-urlencoded"},
            urlencode(form).encode(),
        )
        response = await self.accounts.accounts(sent)
        if response is None or response.status != 200:
            return None
        return str(json.loads(response.body)["access_token"])

    async def _save(self, token: str) -> bool:
        sent = Request(
            "https", API_HOST, "PUT", f"/v1/me/library?uris={_SONG}", {"authorization": f"Bearer {token}"}
        )
        response = await self.accounts.api(sent)
        return response is not None and response.status == 200


def load_starts(folder: Path) -> tuple[dict[str, SpotifyClient], dict[str, dict[str, Any]]]:
    """Return the registered clients and the ways to start of a fixture folder's `starts.yaml`."""
    data = yaml.safe_load((folder / "starts.yaml").read_text("utf-8"))
    clients = {
        name: SpotifyClient(
            id=name,
            redirect_uris=tuple(entry.pop("redirect_uris")),
            testers=frozenset(entry.pop("testers", ())),
            **entry,
        )
        for name, entry in data["clients"].items()
    }
    return clients, data["starts"]


def _state(start: Mapping[str, Any]) -> str | None:
    kind = start.get("state", "random")
    if kind == "none":
        return None
    return "constant-state" if kind == "constant" else secrets.token_urlsafe(16)


def _cookie(session: str) -> str:
    return f"{_COOKIE}={session}; Path=/; Secure; HttpOnly; SameSite=Lax"


def _page(title: str, text: str, status: int = 200) -> Response:
    return Response.html(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><body style='font:17px system-ui;margin:20vh 10vw'>"
        f"<h1>{escape(title)}</h1><p>{escape(text)}</p>"
        "<script>if(window.opener){window.opener.postMessage('done',location.origin)}</script>",
        status,
    )
