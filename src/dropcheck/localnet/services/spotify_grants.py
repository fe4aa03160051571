"""What oauthlib asks about clients, codes and tokens, answered from memory."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oauthlib.oauth2 import RequestValidator

if TYPE_CHECKING:
    from dropcheck.localnet.services.spotify_accounts import SpotifyClient


@dataclass(frozen=True, slots=True)
class Grant:
    """What a fan allowed a client."""

    client_id: str
    fan: str
    scopes: frozenset[str]
    redirect_uri: str = ""
    challenge: str | None = None
    challenge_method: str | None = None


class Grants(RequestValidator):  # type: ignore[misc]
    """Holds codes and tokens; each code serves once."""

    def __init__(self, clients: Mapping[str, SpotifyClient]) -> None:
        super().__init__()
        self._clients = clients
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}
        self._refreshes: dict[str, Grant] = {}

    def of_bearer(self, authorization: str) -> Grant | None:
        """Return what an `Authorization` header's token allows."""
        kind, _, token = authorization.partition(" ")
        return self._tokens.get(token) if kind.lower() == "bearer" else None

    # The client

    def validate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        return client_id in self._clients

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return redirect_uri in self._clients[client_id].redirect_uris

    def get_default_redirect_uri(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> None:
        return None

    def client_authentication_required(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        client = self._clients.get(request.client_id or "")
        return client is None or client.secret is not None

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        name, secret = _credentials(request)
        client = self._clients.get(name)
        if client is None or client.secret is None or not hmac.compare_digest(client.secret, secret):
            return False
        request.client = _Named(client.id)
        request.client_id = client.id
        return True

    def authenticate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        client = self._clients.get(client_id)
        if client is None or client.secret is not None:
            return False
        request.client = _Named(client.id)
        return True

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return grant_type in ("authorization_code", "refresh_token")

    def validate_response_type(
        self, client_id: str, response_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return response_type == "code"

    # Scopes

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return True

    def get_default_scopes(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        return []

    # Codes

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        return False

    def get_code_challenge(self, code: str, request: Any) -> str | None:
        return self._codes[code].challenge if code in self._codes else None

    def get_code_challenge_method(self, code: str, request: Any) -> str | None:
        return self._codes[code].challenge_method if code in self._codes else None

    def save_authorization_code(
        self, client_id: str, code: dict[str, str], request: Any, *args: Any, **kwargs: Any
    ) -> None:
        self._codes[code["code"]] = Grant(
            client_id,
            request.fan,
            frozenset(request.scopes or ()),
            request.redirect_uri,
            request.code_challenge,
            request.code_challenge_method,
        )

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        grant = self._codes.get(code)
        if grant is None or grant.client_id != client_id:
            return False
        request.fan = grant.fan
        request.scopes = sorted(grant.scopes)
        return True

    def confirm_redirect_uri(
        self,
        client_id: str,
        code: str,
        redirect_uri: str,
        client: Any,
        request: Any,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        return self._codes[code].redirect_uri == redirect_uri

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any
    ) -> None:
        self._codes.pop(code, None)

    # Tokens

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        grant = Grant(request.client.client_id, request.fan, frozenset(request.scopes or ()))
        self._tokens[token["access_token"]] = grant
        if "refresh_token" in token:
            self._refreshes[token["refresh_token"]] = grant

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        grant = self._refreshes.get(refresh_token)
        if grant is None or grant.client_id != client.client_id:
            return False
        request.fan = grant.fan
        return True

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        return sorted(self._refreshes[refresh_token].scopes)


@dataclass(frozen=True, slots=True)
class _Named:
    client_id: str


def _credentials(request: Any) -> tuple[str, str]:
    """The client's name and secret, from HTTP Basic or from the form (RFC 6749, 2.3.1)."""
    kind, _, value = (request.headers.get("Authorization") or "").partition(" ")
    if kind.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, ValueError, UnicodeDecodeError):
            return "", ""
        return name, secret
    return request.client_id or "", request.client_secret or ""
