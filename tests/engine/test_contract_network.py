"""Everything a page can send goes out by the run's proxy: no way round it leads to this machine's network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.engine.conftest import ENGINES
from tests.engine.phone import Stage

from dropcheck.localnet import LocalInternet, Response
from dropcheck.network import Dialler, EgressProxy, ResolveMap

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Ear(asyncio.DatagramProtocol):
    """A port of this machine, for connections and datagrams; it remembers who came."""

    port: int = 0
    connections: list[bytes] = field(default_factory=list)
    datagrams: list[bytes] = field(default_factory=list)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(await reader.read(100))
        writer.close()

    def datagram_received(self, data: bytes, _address: object) -> None:
        self.datagrams.append(data)


@asynccontextmanager
async def listening() -> AsyncIterator[Ear]:
    ear = Ear()
    server = await asyncio.start_server(ear.accept, "127.0.0.1", 0)
    ear.port = server.sockets[0].getsockname()[1]
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: ear, local_addr=("127.0.0.1", ear.port)
    )
    async with server:
        yield ear
    transport.close()


PAGE = Path(__file__).with_name("ways_out.js").read_text("utf-8")
WORKER = """
oninstall = () => skipWaiting();
onactivate = async () => {
  const at = location.search.slice(1);
  await clients.claim();
  await fetch(`https://${at}/service`, {mode: "no-cors"}).catch(() => 0);
  for (const client of await clients.matchAll()) client.postMessage(1);
};
"""


@asynccontextmanager
async def sending(engine_name: str, net: LocalInternet, rules: list[str], at: str) -> AsyncIterator[Stage]:
    """Let a page of an engine with `rules` try every way to `at`."""
    own = f"ways.test:443:127.0.0.1:{net.https_port}"
    async with EgressProxy(Dialler(ResolveMap.parse([own, *rules]), insecure=True)) as proxy:
        engine = ENGINES[engine_name](proxy)
        await engine.start()
        stage = Stage(engine, net, {})
        javascript = (("Content-Type", "text/javascript"),)
        stage.serve(
            "ways.test",
            {
                "/": f"<p>ways</p><script>{PAGE}</script>",
                "/sw.js": Response(200, javascript, WORKER.encode()),
                "/redirected": Response.redirect(f"https://{at}/redirected"),
                "/over": "over",
            },
        )
        before = net.requests.count("ways.test", "/over")
        try:
            view, _ = await stage.open()
            await view.start(f"https://ways.test/?at={at}")
            async with asyncio.timeout(120):
                while net.requests.count("ways.test", "/over") == before:  # noqa: ASYNC110 - the log has no event
                    await asyncio.sleep(0.05)
            await view.close()
            yield stage
        finally:
            await engine.close()


async def test_nothing_a_page_sends_reaches_a_port_of_this_machine(
    engine: object, engine_name: str, net: LocalInternet
) -> None:
    async with listening() as ear:
        async with sending(engine_name, net, [], f"127.0.0.1:{ear.port}"):
            pass
        assert (ear.connections, ear.datagrams) == ([], [])


async def test_what_would_reach_it_is_a_dozen_ways_and_none_is_a_datagram(
    engine: object, engine_name: str, net: LocalInternet
) -> None:
    """The test above would see it: with a rule for the port the same page comes through, by the proxy alone."""
    async with listening() as ear:
        rule = f"127.0.0.1:{ear.port}:127.0.0.1:{ear.port}"
        async with sending(engine_name, net, [rule], f"127.0.0.1:{ear.port}"):
            pass
        assert len(ear.connections) >= 12
        assert ear.datagrams == []
