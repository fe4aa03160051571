"""Asking a service over HTTP: bounded, patient with a rate limit, and plain about what an answer means."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx

from dropcheck.network.proxy import ERROR_HEADER
from dropcheck.network.retry_after import http_date, seconds_asked

#: The longest answer that is read: pages and JSON of these services stay well below. Our choice.
MAX_ANSWER = 8 * 2**20
#: Seconds a whole answer may take. Our choice.
MAX_SECONDS = 30.0
#: Seconds a `Retry-After` may ask for before the service counts as busy for this run. Our choice.
PATIENCE_S = 20.0
#: How often a rate-limited request is sent in all.
TRIES = 3
#: A plain current browser; services answer unknown clients with less. No service is told anything untrue
#: about a login or a person.
USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)

#: Where an answer's `Location` stands when it isn't a web address.
APP_LOCATION = "x-dropcheck-app-location"

Sleep = Callable[[float], Awaitable[None]]


class Trouble(StrEnum):
    """Why a service gave no facts."""

    NOT_FOUND = "not-found"
    RATE_LIMITED = "rate-limited"
    QUOTA = "quota"
    CREDENTIALS = "credentials"
    WALL = "wall"
    BROKEN = "broken"
    UNREADABLE = "unreadable"
    UNREACHABLE = "unreachable"


class AskError(Exception):
    """A service gave no facts; `detail` says in words a person reads what it answered instead."""

    def __init__(self, trouble: Trouble, detail: str, *, status: int | None = None) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: its final address, status and body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    media_type: str = ""

    @property
    def text(self) -> str:
        """The body as text; bytes that are none are replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; raises `AskError` when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise AskError(
                Trouble.UNREADABLE,
                f"the answer was not JSON (it began {self.text[:40]!r})",
                status=self.status,
            ) from None


@dataclass(slots=True)
class Asker:
    """Sends the requests of one check. `sleep` waits out a rate limit; `now` is the run's clock."""

    http: httpx.AsyncClient
    now: dt.datetime
    sleep: Sleep = asyncio.sleep
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hooks = self.http.event_hooks
        if _keep_app_location not in hooks["response"]:
            self.http.event_hooks = {**hooks, "response": [*hooks["response"], _keep_app_location]}

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limit: int = MAX_ANSWER
    ) -> Answer:
        """Fetch `url`, redirects followed, whatever its status; raises `AskError` when there is no answer."""
        return await self.send("GET", url, headers=headers, limit=limit)

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        limit: int = MAX_ANSWER,
        follow: bool = True,
    ) -> Answer:
        """Send a request; a 429 that says when to come back is waited out within `PATIENCE_S` and `TRIES`.

        Raises `AskError`: `UNREACHABLE`, `UNREADABLE` (longer than `limit` bytes), `RATE_LIMITED`, `QUOTA`.
        """
        for attempt in range(1, TRIES + 1):
            answer = await self._once(method, url, headers or {}, form, limit, follow)
            if answer.status != 429:
                return answer
            if is_quota(answer):
                raise AskError(
                    Trouble.QUOTA, "the developer account's quota is used up (QUOTA_EXCEEDED)", status=429
                )
            wait = seconds_asked(answer.headers.get("retry-after"), _clock(answer) or self.now)
            if wait is None:
                wait = float(attempt)
            if attempt == TRIES or wait > PATIENCE_S:
                raise AskError(Trouble.RATE_LIMITED, f"it asks to be left alone for {wait:.0f} s", status=429)
            await self.sleep(wait)
        raise AssertionError("a request is sent at least once")

    async def _once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
        limit: int,
        follow: bool,
    ) -> Answer:
        sent = {"User-Agent": USER_AGENT, "Accept-Language": "en", **headers}
        try:
            async with asyncio.timeout(MAX_SECONDS):
                async with self.http.stream(
                    method, url, headers=sent, data=dict(form) if form else None, follow_redirects=follow
                ) as response:
                    # Over https the proxy says so by refusing the tunnel, and the header is the site's own.
                    if response.url.scheme == "http" and ERROR_HEADER in response.headers:
                        raise AskError(Trouble.UNREACHABLE, response.headers[ERROR_HEADER].rpartition(" ")[2])
                    body = bytearray()
                    async for chunk in response.aiter_bytes():
                        body += chunk
                        if len(body) > limit:
                            raise AskError(
                                Trouble.UNREADABLE,
                                f"the answer is longer than {limit // 2**20} MB",
                                status=response.status_code,
                            )
                    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                    return Answer(
                        str(response.url),
                        response.status_code,
                        dict(response.headers),
                        bytes(body),
                        media_type,
                    )
        except TimeoutError:
            raise AskError(Trouble.UNREACHABLE, f"no answer within {MAX_SECONDS:.0f} s") from None
        except httpx.TooManyRedirects:
            raise AskError(Trouble.BROKEN, "it redirects in circles") from None
        except httpx.DecodingError:
            raise AskError(Trouble.UNREADABLE, "the answer's encoding is broken") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise AskError(Trouble.UNREACHABLE, str(error) or type(error).__name__) from None


async def _keep_app_location(response: httpx.Response) -> None:
    """Move a `Location` such as ``spotify:track:…`` out of httpx's way, which refuses the whole answer for it."""
    location = response.headers.get("location", "")
    if re.match(r"(?!https?:)[A-Za-z][A-Za-z0-9+.-]*:", location, re.IGNORECASE):
        response.headers[APP_LOCATION] = location
        del response.headers["location"]


def must_be_ok(answer: Answer) -> Answer:
    """Return an answer of status 2xx; raises `AskError` saying what another status means."""
    if answer.status in (404, 410):
        raise AskError(Trouble.NOT_FOUND, f"it answered {answer.status}", status=answer.status)
    if answer.status in (401, 403, 451):
        raise AskError(Trouble.WALL, f"it answered {answer.status}", status=answer.status)
    if answer.status >= 400:
        raise AskError(Trouble.BROKEN, f"it answered {answer.status}", status=answer.status)
    return answer


def is_quota(answer: Answer) -> bool:
    """Whether a 429 means the quota and not the rate, which waiting mends (`reference/services.md` 1.4)."""
    return b"QUOTA_EXCEEDED" in answer.body


def _clock(answer: Answer) -> dt.datetime | None:
    """The service's own time: a `Retry-After` date is counted from it, whatever our clock says."""
    return http_date(answer.headers.get("date", ""))
