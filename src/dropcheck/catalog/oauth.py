"""Reads the address with which a page asks a fan to log in: pure, nothing is fetched.

Codes, tokens and states are looked at here and never handed on in words: what leaves is their shape.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

#: A login page's `continue` may be encoded twice (services reference 2.1); one more costs nothing.
_NESTED = 3
#: A state of fewer characters can be guessed; one big service uses four (services reference 3.3).
SHORT_STATE = 8
_REGISTRY_LABELS = frozenset({"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"})


@dataclass(frozen=True, slots=True)
class LoginService:
    """A service that asks for a login: where, and what is known of its pages."""

    id: str
    name: str
    authorize: tuple[tuple[str, re.Pattern[str]], ...]
    login: tuple[tuple[str, re.Pattern[str]], ...]
    hosts: frozenset[str]
    challenge_hosts: frozenset[str]
    refuses_framing: bool
    refuses_webviews: bool
    needs_state: bool


@dataclass(frozen=True, slots=True)
class DeveloperToken:
    """What MusicKit's developer token says of itself; `expires` None when it doesn't say or can't be read."""

    readable: bool
    expires: dt.datetime | None = None

    def has_expired(self, now: dt.datetime) -> bool:
        """Return whether it is over at `now` (aware)."""
        return self.expires is not None and now >= self.expires


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """A login as a page asks for it.

    `state` and `code_challenge` are secrets of the fan: compare them, never print them. `at_login` is
    whether the address was that of the login page that carries it. `apple_token` is set for MusicKit.
    """

    service: str
    host: str
    client_id: str | None = None
    response_type: str | None = None
    redirect_uri: str | None = None
    scopes: tuple[str, ...] = ()
    state: str | None = field(default=None, repr=False)
    code_challenge: str | None = field(default=None, repr=False)
    code_challenge_method: str | None = None
    show_dialog: bool = False
    at_login: bool = False
    repeated: tuple[str, ...] = ()
    apple_token: DeveloperToken | None = None

    @property
    def redirect_host(self) -> str | None:
        """The host the login returns to."""
        if self.redirect_uri is None:
            return None
        try:
            return urlsplit(self.redirect_uri).hostname
        except ValueError:
            return None

    @property
    def uses_pkce(self) -> bool:
        """Whether the login is bound to a verifier that stays with the page."""
        return self.code_challenge is not None

    @property
    def state_is_self_contained(self) -> bool:
        """Whether the state carries its own data in base64 JSON (services reference 3.2)."""
        return self.state is not None and decoded_json(self.state) is not None


@dataclass(frozen=True, slots=True)
class ScopeReading:
    """What a login asks for, sorted: unknown to Spotify, beyond the suite's list, missing for the action."""

    asked: tuple[str, ...]
    unknown: tuple[str, ...]
    beyond: tuple[str, ...]
    missing: tuple[str, ...]


@cache
def _data() -> Mapping[str, Any]:
    data: dict[str, Any] = yaml.safe_load(
        files("dropcheck.catalog").joinpath("data/oauth_services.yaml").read_text("utf-8")
    )
    return data


@cache
def login_services() -> Mapping[str, LoginService]:
    """Return the services that ask for a login, by id."""

    def places(entries: Iterable[Mapping[str, str]]) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple((entry["host"], re.compile(entry["path"])) for entry in entries)

    return {
        entry["id"]: LoginService(
            id=entry["id"],
            name=entry["name"],
            authorize=places(entry["authorize"]),
            login=places(entry.get("login", ())),
            hosts=frozenset(entry["hosts"]),
            challenge_hosts=frozenset(entry["challenge_hosts"]),
            refuses_framing=entry["framing"] == "refused",
            refuses_webviews=bool(entry.get("refuses_webviews")),
            needs_state=entry["needs_state"],
        )
        for entry in _data()["services"]
    }


def login_service_of(url: str) -> str | None:
    """Return the service on whose login journey `url` lies, by its host, or None."""
    host = _split(url)[0]
    return next((service.id for service in login_services().values() if host in service.hosts), None)


def is_challenge(url: str) -> bool:
    """Return whether `url` lies on a host that checks for robots; a person's turn."""
    host = _split(url)[0]
    shared = host in _data()["challenge_hosts"]
    return shared or any(host in service.challenge_hosts for service in login_services().values())


def is_authorize(url: str) -> bool:
    """Return whether `url` asks for a login."""
    return read_authorize(url) is not None


def read_authorize(url: str) -> AuthorizeRequest | None:
    """Return the login that `url` asks for, also from a login page that carries it, else None.

    An unknown host counts when its address has a `client_id`, a `redirect_uri` and a `response_type`; its
    service is then ``other``. Never raises.
    """
    return _read(url, at_login=False, left=_NESTED)


def _read(url: str, *, at_login: bool, left: int) -> AuthorizeRequest | None:
    host, path, query = _split(url)
    if not host:
        return None
    for service in login_services().values():
        if any(host == known and pattern.fullmatch(path) for known, pattern in service.authorize):
            if service.id == "apple_music":
                return AuthorizeRequest(service.id, host, apple_token=_apple_token(query))
            return _request(service.id, host, query, at_login)
        if left and any(host == known and pattern.fullmatch(path) for known, pattern in service.login):
            return _carried(query, left)
    if {"client_id", "redirect_uri", "response_type"} <= query.keys():
        return _request("other", host, query, at_login)
    return None


def _carried(query: Mapping[str, list[str]], left: int) -> AuthorizeRequest | None:
    for carried in query.get("continue", ()):
        for text in (carried, unquote(carried)):
            found = _read(text, at_login=True, left=left - 1)
            if found is not None and (found.client_id or found.service == "apple_music"):
                return found
    return None


def _request(service: str, host: str, query: Mapping[str, list[str]], at_login: bool) -> AuthorizeRequest:
    def one(*names: str) -> str | None:
        return next((query[name][-1] for name in names if query.get(name)), None)

    # Deezer's own names (services reference 3.2: connect.deezer.com/oauth/auth.php).
    scope = one("scope", "perms") or ""
    names = ("client_id", "redirect_uri", "response_type", "state", "scope", "code_challenge")
    return AuthorizeRequest(
        service=service,
        host=host,
        client_id=one("client_id", "app_id"),
        response_type=one("response_type"),
        redirect_uri=one("redirect_uri"),
        scopes=tuple(dict.fromkeys(part for part in re.split(r"[\s,+]+", scope) if part)),
        state=one("state") or None,
        code_challenge=one("code_challenge") or None,
        code_challenge_method=one("code_challenge_method"),
        show_dialog=(one("show_dialog") or "").lower() == "true",
        at_login=at_login,
        repeated=tuple(name for name in names if len(query.get(name, ())) > 1),
    )


def read_scopes(request: AuthorizeRequest, action: str, allowed: Iterable[str] | None) -> ScopeReading:
    """Return how the permissions asked for compare with what `action` needs and with `allowed` (None: any).

    Scopes are judged as Spotify's; for another service only `beyond` is.
    """
    asked = request.scopes
    listed = None if allowed is None else frozenset(allowed)
    beyond = () if listed is None else tuple(scope for scope in asked if scope not in listed)
    if request.service != "spotify":
        return ScopeReading(asked, (), beyond, ())
    known = frozenset(_data()["spotify_scopes"]["known"])
    needed = _data()["action_scopes"].get(action, ())
    missing = () if not needed or any(scope in asked for scope in needed) else tuple(needed[:1])
    return ScopeReading(asked, tuple(scope for scope in asked if scope not in known), beyond, missing)


def redirect_fault(redirect_uri: str) -> str | None:
    """Return what Spotify holds against a redirect address, None where nothing.

    https, or http on the loopback literals 127.0.0.1 and [::1]; never `localhost`; custom schemes are allowed
    (services reference 2.1).
    """
    try:
        parts = urlsplit(redirect_uri)
        host = parts.hostname or ""
    except ValueError:
        return "it is no address"
    scheme = parts.scheme.lower()
    if not scheme:
        return "it is no address"
    if host == "localhost":
        return "localhost is no longer taken; loopback is written 127.0.0.1"
    if scheme == "http" and host not in ("127.0.0.1", "::1"):
        return "it is http, and only https is taken"
    return None


def same_site(first: str, second: str) -> bool:
    """Return whether two hosts are one or share a parent that a single owner has.

    Without a list of public suffixes this takes the last two labels, three under a country code whose second
    level is a common registry name (``co.uk``, ``com.br``).
    """
    return _site(first) == _site(second)


def _site(host: str) -> str:
    labels = host.lower().rstrip(".").split(".")
    under_registry = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _REGISTRY_LABELS
    return ".".join(labels[-3 if under_registry else -2 :])


def decoded_json(text: str) -> Any | None:
    """Return the JSON object that `text` carries in base64 (either alphabet, padding or not), else None."""
    squeezed = unquote(text).strip().replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(squeezed + "=" * (-len(squeezed) % 4), validate=True)
        value = json.loads(raw)
    except (binascii.Error, ValueError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None


def _apple_token(query: Mapping[str, list[str]]) -> DeveloperToken:
    blob = decoded_json(query["a"][-1]) if query.get("a") else None
    token = blob.get("thirdPartyToken") if isinstance(blob, dict) else None
    if not isinstance(token, str) or token.count(".") != 2:
        return DeveloperToken(readable=False)
    claims = decoded_json(token.split(".")[1])
    if not isinstance(claims, dict):
        return DeveloperToken(readable=False)
    expires = claims.get("exp")
    if not isinstance(expires, int | float) or isinstance(expires, bool):
        return DeveloperToken(readable=True)
    try:
        return DeveloperToken(readable=True, expires=dt.datetime.fromtimestamp(expires, dt.UTC))
    except (OverflowError, OSError, ValueError):
        return DeveloperToken(readable=False)


def _split(url: str) -> tuple[str, str, dict[str, list[str]]]:
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "", "", {}
    if parts.scheme.lower() not in ("http", "https"):
        return "", "", {}
    return host, parts.path or "/", parse_qs(parts.query, keep_blank_values=True, max_num_fields=None)
