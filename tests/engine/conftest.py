"""The stage engine contract tests play on: one per module, for every engine this machine has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from tests.engine.phone import Page, Stage

from dropcheck.engine.base import BrowserMissingError, Engine
from dropcheck.engine.chromium import ChromiumEngine
from dropcheck.localnet import LocalInternet
from dropcheck.network import Dialler, EgressProxy, ResolveMap


def _webkitgtk(proxy: EgressProxy) -> Engine:
    from dropcheck.engine.webkitgtk import WebKitGtkEngine

    return WebKitGtkEngine(proxy)


def _webkit(proxy: EgressProxy) -> Engine:
    from dropcheck.engine.webkit import WebKitEngine

    return WebKitEngine(proxy)


#: Every engine that keeps the contract, by its id.
ENGINES: dict[str, Callable[[EgressProxy], Engine]] = {
    "chromium": ChromiumEngine,
    "webkit": _webkit,
    "webkitgtk": _webkitgtk,
}

_MARKS = {"chromium": pytest.mark.browser, "webkit": pytest.mark.webkit, "webkitgtk": pytest.mark.webkit}


@pytest.fixture(scope="module", params=[pytest.param(name, marks=_MARKS[name]) for name in ENGINES])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def net(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalInternet]:
    # One for each engine: tests count the requests that reached it.
    empty: Path = tmp_path_factory.mktemp("fixtures")
    (empty / "sites").mkdir()
    async with LocalInternet(empty) as internet:
        yield internet


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def engine(engine_name: str, net: LocalInternet) -> AsyncIterator[Engine]:
    dialler = Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)
    async with EgressProxy(dialler) as proxy:
        engine = ENGINES[engine_name](proxy)
        try:
            await engine.start()
        except BrowserMissingError as error:
            pytest.skip(str(error))
        yield engine
        await engine.close()


@pytest.fixture(scope="module")
def sites(engine_name: str) -> dict[str, Mapping[str, Page]]:
    return {}


@pytest_asyncio.fixture(loop_scope="module")
async def stage(
    engine: Engine, net: LocalInternet, sites: dict[str, Mapping[str, Page]]
) -> AsyncIterator[Stage]:
    stage = Stage(engine, net, sites)
    yield stage
    for view in stage.views:
        await view.close()
