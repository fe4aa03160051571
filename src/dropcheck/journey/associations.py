"""Fetches association files, once per host and run, from the origin's own ``/.well-known``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dropcheck import apps
from dropcheck.device.model import Os
from dropcheck.handoff import intent_uri
from dropcheck.handoff.aasa_document import InvalidAssociationError, NotJsonError, read_association
from dropcheck.handoff.aasa_serving import serving_faults
from dropcheck.handoff.assetlinks_statements import MalformedContentError, load_json
from dropcheck.handoff.model import Association
from dropcheck.handoff.rows import scheme_and_host
from dropcheck.result import Basis

AASA_PATH = "/.well-known/apple-app-site-association"
ASSETLINKS_PATH = "/.well-known/assetlinks.json"


@dataclass(frozen=True, slots=True)
class WellKnown:
    """What an origin answered for one association file; `status` 0 when it couldn't be reached.

    `kept_s` is the age of an answer that was kept from before, in seconds; None for one of now.
    """

    status: int
    body: bytes = b""
    content_type: str = ""
    redirected: bool = False
    kept_s: int | None = None


FetchWellKnown = Callable[[str], Awaitable[WellKnown]]


class Associations:
    """The association files of a run, fetched when first asked for."""

    def __init__(self, fetch: FetchWellKnown) -> None:
        self._fetch = fetch
        self._hosts: dict[tuple[str, Os], asyncio.Task[Association]] = {}
        #: Ages in seconds of the files that were kept from before, by host.
        self.ages: dict[str, int] = {}

    async def for_url(self, url: str, os: Os) -> dict[str, Association]:
        """Return the association of the host `url` leads to, if an app of the catalogue lives there."""
        host = self._host_of(url)
        if host is None:
            return {}
        key = (host, os)
        if key not in self._hosts:
            self._hosts[key] = asyncio.ensure_future(self._load(host, os))
        return {host: await asyncio.shield(self._hosts[key])}

    def _host_of(self, url: str) -> str | None:
        scheme, host = scheme_and_host(url)
        if scheme in ("intent", "android-app"):
            try:
                scheme, host = scheme_and_host(intent_uri.parse(url).data or "")
            except intent_uri.IntentUriError:
                return None
        if scheme not in ("http", "https") or not host:
            return None
        # The systems' stores take their links without a file.
        owner = apps.app_for_host(host)
        return host if owner is not None and owner.role is not apps.Role.STORE else None

    async def _load(self, host: str, os: Os) -> Association:
        path = AASA_PATH if os is Os.IOS else ASSETLINKS_PATH
        answer = await self._fetch(f"https://{host}{path}")
        if answer.kept_s is not None:
            self.ages[host] = answer.kept_s
        if answer.status != 200:
            # Phones hold a copy of the file from an earlier day, so a missing one today proves nothing.
            # No answer at all may be this machine's network and is no fault of the host's.
            missing = (f"it answered {answer.status}",) if answer.status else ()
            return Association(host, basis=Basis.MODELLED, faults=missing)
        if os is Os.ANDROID:
            if not _is_json(answer.body):
                return Association(host, basis=Basis.MODELLED, faults=("it is not JSON",))
            return Association(host, assetlinks=answer.body)
        found = serving_faults(
            answer.status, redirected=answer.redirected, content_type=answer.content_type, body=answer.body
        )
        faults = tuple(fault.seen for fault in found)
        try:
            read_association(answer.body)
        except NotJsonError:
            # A site that answers every path with a page says as little about its apps as one that answers 404.
            return Association(host, basis=Basis.MODELLED, faults=faults)
        except InvalidAssociationError:
            pass
        return Association(host, aasa=answer.body, faults=faults)


def _is_json(body: bytes) -> bool:
    try:
        load_json(body)
    except MalformedContentError:
        return False
    return True
