"""What the cases of one internet share: the way out, the browsers, the HTTP client, the association files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import httpx

from dropcheck.device.model import Profile
from dropcheck.events import Event
from dropcheck.journey.associations import Associations, WellKnown
from dropcheck.network import Dialler, EgressProxy, ResolveMap
from dropcheck.network.answer_cache import default_file, kept
from dropcheck.network.client import http_client
from dropcheck.run.engines import EngineChooser, EngineShelf, MakeEngine
from dropcheck.run.options import RunOptions

#: Association files above this are refused by both platforms (Apple: 128 kB, Google: 128 kB after 2023); what
#: lies above is never read.
_LARGEST_FILE = 1_000_000


class Stage:
    """The public internet, or the local one, as a run sees it; use it as an async context manager."""

    def __init__(
        self,
        options: RunOptions,
        profiles: Mapping[str, Profile],
        choose: EngineChooser,
        make: MakeEngine,
        emit: Callable[[Event], None],
        *,
        local: bool = False,
    ) -> None:
        self._options, self._local = options, local
        self._profiles, self._choose, self._make, self._emit = profiles, choose, make, emit
        self._stack = AsyncExitStack()
        self.engines: EngineShelf
        self.http: httpx.AsyncClient
        self.associations: Associations

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _open(self) -> None:
        options = self._options
        rules = list(options.resolve)
        if self._local:
            from dropcheck.run.local_internet import local_internet

            internet = await self._stack.enter_async_context(local_internet())
            # The user's own rules come later and win.
            rules = [*internet.resolve_rules(), *rules]
        insecure = options.insecure or self._local
        proxy = EgressProxy(Dialler(ResolveMap.parse(rules), insecure=insecure))
        await self._stack.enter_async_context(proxy)
        self.http = await self._stack.enter_async_context(
            http_client(
                proxy, per_host=options.per_host, answers=default_file() if options.keep_answers else None
            )
        )
        self.associations = Associations(self._well_known)
        self.engines = EngineShelf(proxy, self._profiles, self._choose, self._make, self._emit)
        self._stack.push_async_callback(self.engines.close)

    async def _well_known(self, url: str) -> WellKnown:
        try:
            async with self.http.stream("GET", url, follow_redirects=False) as answer:
                body = b""
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST_FILE:
                        break
        except httpx.HTTPError:
            return WellKnown(0)
        return WellKnown(
            answer.status_code,
            body,
            answer.headers.get("content-type", ""),
            redirected=answer.is_redirect,
            kept_s=known.age_s if (known := kept(answer)) is not None else None,
        )
