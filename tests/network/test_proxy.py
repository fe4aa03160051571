"""The egress proxy: the one way out, where the resolve map and the address rules hold for everyone."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from dropcheck.localnet import LocalInternet, Request, Response
from dropcheck.localnet.wire import linger_nothing
from dropcheck.network import Dialler, EgressProxy, Failure, FailureKind, ResolveMap
from dropcheck.network.client import http_client
from dropcheck.network.proxy import ERROR_HEADER


@pytest_asyncio.fixture
async def net(tmp_path) -> AsyncIterator[LocalInternet]:
    (tmp_path / "sites").mkdir()
    async with LocalInternet(tmp_path) as internet:

        async def answer(request: Request) -> Response:
            return Response.text(f"{request.method} {request.url} {request.body.decode()}")

        internet.mount("site.test", answer)
        internet.mount("other.test", answer)
        yield internet


async def lookup_loopback(host: str) -> list[str]:
    return ["127.0.0.1"]


def trusting(net: LocalInternet) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=net.ca_pem)


async def test_mapped_hosts_are_reached_over_both_schemes(net: LocalInternet) -> None:
    dialler = Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)
    async with EgressProxy(dialler) as proxy, http_client(proxy) as client:
        assert (await client.get("https://site.test/a?b=1")).text == "GET https://site.test/a?b=1 "
        assert (
            await client.post("http://site.test/p", content=b"body")
        ).text == "POST http://site.test/p body"


PRIVATE = ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "rebind.test"]
#: httpx writes an IPv6 host of plain http without its brackets, which no proxy can read.
PRIVATE_URLS = [
    *(f"http://{host}:{{}}/" for host in PRIVATE if host != "[::1]"),
    *(f"https://{host}:{{}}/" for host in PRIVATE),
]


@pytest.mark.parametrize("url", PRIVATE_URLS)
async def test_private_addresses_are_refused_and_never_contacted(net: LocalInternet, url: str) -> None:
    seen: list[Failure] = []
    port = net.http_port if url.startswith("http:") else net.https_port
    async with (
        EgressProxy(Dialler(lookup=lookup_loopback), on_failure=seen.append) as proxy,
        http_client(proxy) as client,
    ):
        target = url.format(port)
        if url.startswith("http:"):
            answer = await client.get(target)
            assert (answer.status_code, answer.headers[ERROR_HEADER]) == (
                403,
                f"{proxy.secret} private-address",
            )
        else:
            with pytest.raises(httpx.ProxyError, match="403"):
                await client.get(target)
        (failure,) = seen
        assert failure.kind is FailureKind.PRIVATE_ADDRESS
        assert "--resolve" in failure.why
        assert proxy.dialler.failure(failure.host, port) == failure
    assert len(net.requests) == 0


async def test_a_map_entry_opens_exactly_its_host_and_port(net: LocalInternet) -> None:
    rule = f"127.0.0.1:{net.http_port}:127.0.0.1:{net.http_port}"
    async with EgressProxy(Dialler(ResolveMap.parse([rule]))) as proxy, http_client(proxy) as client:
        reached = await client.get(f"http://127.0.0.1:{net.http_port}/", headers={"Host": "site.test"})
        assert reached.status_code == 200
        assert (await client.get(f"http://127.0.0.1:{net.https_port}/")).status_code == 403


async def test_a_name_with_one_private_address_is_refused_whole() -> None:
    async def both(host: str) -> list[str]:
        return ["93.184.216.34", "10.0.0.1"]

    async with EgressProxy(Dialler(lookup=both)) as proxy, http_client(proxy) as client:
        assert (await client.get("http://mixed.test/")).status_code == 403


async def test_a_name_that_changes_its_mind_is_connected_where_it_was_checked(
    net: LocalInternet, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    asked: list[str] = []

    async def changing(host: str) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    monkeypatch.setattr("dropcheck.network.dial.refusal", lambda address: None)
    async with EgressProxy(Dialler(lookup=changing)) as proxy, http_client(proxy) as client:
        url = f"http://site.test:{net.http_port}/"
        assert (await client.get(url)).status_code == 200
        assert (await client.get(url)).status_code == 200
    assert asked == ["site.test"]


async def test_a_dead_host_is_told_apart_from_a_refused_one() -> None:
    async def nobody(host: str) -> list[str]:
        raise OSError("no such name")

    async with EgressProxy(Dialler(lookup=nobody)) as proxy, http_client(proxy) as client:
        answer = await client.get("http://dead.test/")
        assert (answer.status_code, answer.headers[ERROR_HEADER]) == (502, f"{proxy.secret} name-not-found")
        failure = proxy.dialler.failure("dead.test", 80)
        assert failure is not None
        assert not failure.kind.is_refusal


async def test_insecure_verifies_the_certificate_of_an_unmapped_host(
    net: LocalInternet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dropcheck.network.dial.refusal", lambda address: None)
    rules = ResolveMap.parse([f"site.test:443:127.0.0.1:{net.https_port}"])
    unmapped = f"https://other.test:{net.https_port}/"
    async with (
        EgressProxy(Dialler(rules, insecure=True, lookup=lookup_loopback)) as proxy,
        http_client(proxy) as client,
    ):
        assert (await client.get("https://site.test/")).status_code == 200
        with pytest.raises(httpx.ProxyError, match="403"):
            await client.get(unmapped)
        failure = proxy.dialler.failure("other.test", net.https_port)
        assert failure is not None
        assert failure.kind is FailureKind.BAD_CERTIFICATE
    trusted = Dialler(rules, insecure=True, lookup=lookup_loopback, trust=trusting(net))
    async with EgressProxy(trusted) as proxy, http_client(proxy) as client:
        assert (await client.get(unmapped)).status_code == 200


async def test_without_insecure_a_bad_certificate_is_the_clients_to_refuse(net: LocalInternet) -> None:
    async with (
        EgressProxy(Dialler(ResolveMap.parse(net.resolve_rules()))) as proxy,
        http_client(proxy) as client,
    ):
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get("https://site.test/")


async def raw(proxy: EgressProxy, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rpartition(":")[2]))
    writer.write(data)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET file:///etc/passwd HTTP/1.1\r\n\r\n",
        b"CONNECT nonsense HTTP/1.1\r\n\r\n",
        b"CONNECT a:99999 HTTP/1.1\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
        b"GET http://a/ HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
async def test_nonsense_is_answered_and_goes_nowhere(data: bytes) -> None:
    async with EgressProxy(Dialler(lookup=lookup_loopback)) as proxy:
        assert (await raw(proxy, data)).startswith(b"HTTP/1.1 4")


async def test_a_second_request_on_one_connection_cannot_reach_another_host(net: LocalInternet) -> None:
    dialler = Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)
    first = b"GET http://site.test/one HTTP/1.1\r\nHost: site.test\r\n\r\n"
    async with EgressProxy(dialler) as proxy:
        answer = await raw(proxy, first + first.replace(b"/one", b"/two"))
    assert answer.lower().count(b"connection: close") == 1
    assert [request.path for request in net.requests] == ["/one"]


async def test_a_page_cannot_pretend_to_be_the_proxy(net: LocalInternet) -> None:
    async def liar(request: Request) -> Response:
        return Response(200, ((ERROR_HEADER, "guess private-address"),), b"x")

    net.mount("liar.test", liar)
    dialler = Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)
    async with EgressProxy(dialler) as proxy, http_client(proxy) as client:
        assert ERROR_HEADER not in (await client.get("http://liar.test/")).headers


#: Answers that carry the proxy's own mark where a careless reader does not look for it.
LIES = [
    "HTTP/1.1 200 OK\nX-Dropcheck-Proxy: {mark}\nContent-Length: 1\n\nx",
    "HTTP/1.1 200 OK\r\nA: b\nX-Dropcheck-Proxy: {mark}\r\nContent-Length: 1\r\n\r\nx",
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nX-Dropcheck-Proxy: {mark}\r\n\r\nx",
    "HTTP/1.0 200 OK\r\nX-Dropcheck-Proxy : {mark}\r\n\r\nx",
    "HTTP/9.9 200 OK\r\nX-Dropcheck-Proxy: {mark}\r\n\r\nx",
]


@pytest.mark.parametrize("lie", LIES)
async def test_a_server_cannot_smuggle_the_proxys_mark_in(lie: str) -> None:
    mark = "known-secret private-address"

    async def lies(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(lie.format(mark=mark).encode())
        writer.close()

    server = await asyncio.start_server(lies, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    dialler = Dialler(ResolveMap.parse([f"liar.test:80:127.0.0.1:{port}"]))
    async with server, EgressProxy(dialler) as proxy:
        answer = await raw(proxy, b"GET http://liar.test/ HTTP/1.1\r\nHost: liar.test\r\n\r\n")
    assert mark.encode() not in answer
    assert answer.endswith(b"\r\n\r\nx")
    assert answer.lower().count(b"connection: close") == 1


@pytest.mark.parametrize("host", ["a" * 70 + ".test", "a..test", "nul\0.test", "."])
async def test_what_no_name_server_can_know_has_no_address(host: str) -> None:
    async with EgressProxy(Dialler()) as proxy:
        answer = await raw(proxy, f"CONNECT {host}:443 HTTP/1.1\r\n\r\n".encode())
    assert answer.startswith((b"HTTP/1.1 502", b"HTTP/1.1 4"))


async def test_an_entrance_of_its_own_refuses_hosts_that_the_others_let_through(net: LocalInternet) -> None:
    dialler = Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True)
    ask = b"CONNECT %s:443 HTTP/1.1\r\n\r\n"
    async with EgressProxy(dialler) as proxy:
        door = await proxy.door(lambda host: host == "other.test")
        for entrance, host, status in (
            (door.url, b"other.test", b"403"),
            (door.url, b"site.test", b"200"),
            (proxy.url, b"other.test", b"200"),
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(entrance.rpartition(":")[2]))
            writer.write(ask % host)
            assert (await reader.readline()).split()[1] == status
            writer.close()
        assert dialler.failure("other.test", 443) is None


async def test_closing_the_proxy_leaves_no_connection_behind(net: LocalInternet) -> None:
    async def slow(request: Request) -> Response | None:
        await asyncio.sleep(30)
        return None

    net.mount("slow.test", slow)
    proxy = EgressProxy(Dialler(ResolveMap.parse(net.resolve_rules()), insecure=True))
    await proxy.start()
    async with http_client(proxy) as client:
        pending = asyncio.ensure_future(client.get("http://slow.test/"))
        while not net.requests.count("slow.test"):  # noqa: ASYNC110 - the log has no event
            await asyncio.sleep(0.01)
        await proxy.close()
        with pytest.raises(httpx.HTTPError):
            await pending


async def test_a_connection_that_the_server_resets_is_no_plain_end_for_the_client() -> None:
    async def breaks_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"half of it")
        await writer.drain()
        await reader.read(1)
        linger_nothing(writer.get_extra_info("socket"))
        writer.transport.abort()

    server = await asyncio.start_server(breaks_off, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    dialler = Dialler(ResolveMap.parse([f"site.test:443:127.0.0.1:{port}"]))
    async with server, EgressProxy(dialler) as proxy:
        host, _, at = proxy.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(at))
        writer.write(b"CONNECT site.test:443 HTTP/1.1\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(10) == b"half of it"
        writer.write(b"x")
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
