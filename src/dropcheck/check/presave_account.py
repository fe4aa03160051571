"""The account of depth `account`: a storage state the user made by hand, and the library behind it.

Nothing of the file is ever shown: not its cookies, not its names.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from dropcheck.apps import MusicLink
from dropcheck.catalog.oauth import login_services
from dropcheck.check.presave_terms import PresaveTerms
from dropcheck.result import Finding

#: The name under which the Web API's token of the same account is given.
TOKEN = "DROPCHECK_SPOTIFY_USER_TOKEN"  # noqa: S105 - a name, not a token
#: `PUT/DELETE /me/library` and its "contains", for items of any type (services reference 1.2).
_LIBRARY = "https://api.spotify.com/v1/me/library"
_LARGEST_FILE = 5_000_000


@dataclass(frozen=True, slots=True)
class Account:
    """A storage state that can be used, or the finding that says why not."""

    storage_state: Mapping[str, Any] | None = field(default=None, repr=False)
    problem: Finding | None = None


def read_account(path: Path | None, terms: PresaveTerms) -> Account:
    """Return the account in the file at `path`, judged for the terms' service and time."""
    if path is None:
        return Account(problem=terms.say("account-missing", "No --account was given."))
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ValueError("it is larger than 5 MB")
        state = json.loads(path.read_text("utf-8"))
        cookies = _cookies_of(state)
    except OSError as error:
        fault = error.strerror or "it can't be read"
        return Account(problem=terms.say("account-unreadable", f"{path.name}: {fault}.", fault=fault))
    except ValueError as error:
        fault = (
            "it is not JSON" if isinstance(error, json.JSONDecodeError | UnicodeDecodeError) else str(error)
        )
        return Account(problem=terms.say("account-unreadable", f"{path.name}: {fault}.", fault=fault))
    hosts = _hosts(terms.service)
    own = [cookie for cookie in cookies if any(_sent_to(cookie, host) for host in hosts)]
    host = hosts[0]
    if not own:
        return Account(problem=terms.say("account-other-site", f"It holds no cookie of {host}.", host=host))
    if all(_is_over(cookie, terms.now) for cookie in own):
        return Account(problem=terms.say("account-expired", f"Every cookie of {host} in it is over."))
    return Account(storage_state=state)


def _cookies_of(state: Any) -> list[Mapping[str, Any]]:
    if not isinstance(state, dict) or not isinstance(state.get("cookies"), list):
        raise ValueError("it has no list of cookies")
    cookies: list[Mapping[str, Any]] = state["cookies"]
    if not all(isinstance(c, dict) and isinstance(c.get("domain"), str) and "name" in c for c in cookies):
        raise ValueError("its cookies have no name or domain")
    return cookies


def _hosts(service: str | None) -> list[str]:
    known = login_services()
    chosen = known.get(service or "", known["spotify"])
    return [host for host, _ in chosen.authorize]


def _sent_to(cookie: Mapping[str, Any], host: str) -> bool:
    domain = str(cookie["domain"]).lstrip(".").lower()
    return host == domain or host.endswith(f".{domain}")


def _is_over(cookie: Mapping[str, Any], now: dt.datetime) -> bool:
    expires = cookie.get("expires", -1)
    # Playwright writes -1 for a session cookie.
    return isinstance(expires, int | float) and expires > 0 and expires <= now.timestamp()


async def library_findings(
    item: MusicLink | None,
    terms: PresaveTerms,
    http: httpx.AsyncClient,
    credentials: Mapping[str, str],
    *,
    released: bool,
) -> list[Finding]:
    """Return what the account's library says, and take the item out of it again.

    Nothing is asked without a token, before the release, or for another service than Spotify.
    """
    token = credentials.get(TOKEN)
    reason = None
    if terms.service not in (None, "spotify"):
        reason = "only Spotify's library can be read"
    elif item is None or item.service != "spotify" or not item.uri:
        reason = "the release sheet names no Spotify item"
    elif not released:
        reason = "before the release nothing is in it yet"
    elif not token:
        reason = f"{TOKEN} is not set"
    if reason is not None or item is None:
        return [terms.say("library-not-checked", f"{reason}.", reason=reason or "")]
    headers = {"Authorization": f"Bearer {token}"}
    try:
        answer = await http.get(f"{_LIBRARY}/contains", params={"uris": item.uri or ""}, headers=headers)
        held = answer.json() if answer.status_code == 200 else None
        if not isinstance(held, list) or not held:
            reason = f"the Web API answered {answer.status_code}"
            return [terms.say("library-not-checked", f"{reason}.", reason=reason)]
        if held[0] is not True:
            return [terms.say("not-in-library", "The library doesn't contain the release.")]
        removed = await http.request("DELETE", _LIBRARY, params={"uris": item.uri or ""}, headers=headers)
    except (httpx.HTTPError, ValueError):
        reason = "the Web API gave no answer"
        return [terms.say("library-not-checked", f"{reason}.", reason=reason)]
    if removed.status_code >= 300:
        return [terms.say("left-in-library", f"The Web API answered {removed.status_code}.")]
    return []
