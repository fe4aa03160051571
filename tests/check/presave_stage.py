"""A stage for pre-save cases: the local internet with its logins, one engine of this machine, one case at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import PresaveOptions
from dropcheck.check.presave import presave
from dropcheck.device.load import load_profiles
from dropcheck.device.model import Profile
from dropcheck.engine.base import Engine
from dropcheck.journey.associations import Associations, WellKnown
from dropcheck.journey.follow import Browsers
from dropcheck.localnet import LocalInternet
from dropcheck.localnet.services.logins import mount_logins
from dropcheck.localnet.services.spotify_accounts import SpotifyAccounts
from dropcheck.network import Dialler, EgressProxy, ResolveMap
from dropcheck.suite import Case
from dropcheck.suite.sheet import Release

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
RELEASE = {
    "title": "Neon Hours",
    "spotify": "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl",
    "released": "2026-11-20T00:00:00-05:00",
}

MakeEngine = Callable[[EgressProxy], Engine]


@dataclass
class PresaveStage:
    """Everything a pre-save case needs, with the clock before release day."""

    net: LocalInternet
    accounts: SpotifyAccounts
    profiles: dict[str, Profile]
    browsers: Browsers
    http: httpx.AsyncClient
    associations: Associations

    async def check(
        self,
        url: str,
        profile: str,
        options: dict[str, Any] | None = None,
        *,
        now: dt.datetime = NOW,
        account: Path | None = None,
        credentials: dict[str, str] | None = None,
    ) -> CheckResult:
        """Run one pre-save case."""

        async def browsers(_: Profile) -> Browsers:
            return self.browsers

        release = Release.model_validate(RELEASE)
        case = Case(
            id=f"stage/presave/{profile}",
            suite="stage",
            check="presave",
            options=PresaveOptions.model_validate(options or {}).resolved(release),
            release=release,
            link="presave",
            url=url,
            profile=profile,
        )
        context = CheckContext(
            profiles=self.profiles,
            browsers=browsers,
            associations=self.associations,
            http=self.http,
            now=now,
            account=account,
            credentials=credentials or {},
        )
        return await presave(case, context)


@asynccontextmanager
async def presave_stage(make: MakeEngine) -> AsyncIterator[PresaveStage]:
    """Open the local internet and one engine; raises what the engine's start raises."""
    async with AsyncExitStack() as stack:
        net = await stack.enter_async_context(LocalInternet(ROOT / "fixtures"))
        accounts = mount_logins(net, ROOT / "fixtures")
        dialler = Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)
        proxy = await stack.enter_async_context(EgressProxy(dialler))
        engine = make(proxy)
        await engine.start()
        stack.push_async_callback(engine.close)
        http = await stack.enter_async_context(
            httpx.AsyncClient(proxy=proxy.url, verify=False, timeout=20, trust_env=False)
        )

        async def well_known(url: str) -> WellKnown:
            answer = await http.get(url)
            return WellKnown(answer.status_code, answer.content, answer.headers.get("content-type", ""))

        yield PresaveStage(
            net,
            accounts,
            dict(load_profiles(ROOT / "device_profiles")),
            Browsers(engine, engine),
            http,
            Associations(well_known),
        )
