"""A running local internet and a client that reaches any host of it, redirects not followed."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dropcheck.localnet import LocalInternet

FIXTURES = Path(__file__).parents[2] / "fixtures"


class Client:
    """Asks a local internet for URLs by their public names, certificates checked against its authority.

    It speaks to httpx's transport: the client above it refuses a redirect to `spotify:`.
    """

    def __init__(self, net: LocalInternet, *, timeout_s: float = 5) -> None:
        self.net = net
        self._timeout = {"connect": timeout_s, "read": timeout_s}
        self._transport = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cadata=net.ca_pem))

    async def get(self, url: str, *, agent: str = "test", method: str = "GET", **more: Any) -> httpx.Response:
        address = httpx.URL(url)
        port = self.net.https_port if address.scheme == "https" else self.net.http_port
        request = httpx.Request(
            method,
            address.copy_with(host="127.0.0.1", port=port),
            headers={"Host": address.host, "User-Agent": agent, **more.pop("headers", {})},
            extensions={"sni_hostname": address.host, "timeout": self._timeout},
            **more,
        )
        response = await self._transport.handle_async_request(request)
        await response.aread()
        return response

    async def close(self) -> None:
        await self._transport.aclose()


@pytest.fixture
async def net() -> AsyncIterator[LocalInternet]:
    async with LocalInternet(FIXTURES) as internet:
        yield internet


@pytest.fixture
async def client(net: LocalInternet) -> AsyncIterator[Client]:
    client = Client(net)
    yield client
    await client.close()


@pytest.fixture
def new_client() -> type[Client]:
    return Client


@pytest.fixture
async def impatient(net: LocalInternet) -> AsyncIterator[Client]:
    client = Client(net, timeout_s=0.3)
    yield client
    await client.close()


@pytest.fixture
def fixtures_dir() -> Path:
    return FIXTURES
