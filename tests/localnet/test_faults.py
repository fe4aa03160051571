"""The fault catalogue: each fault misbehaves as it says, on the wire."""

import asyncio
import ssl
import zlib
from pathlib import Path

import httpx
import pytest
import yaml

FAULTS = yaml.safe_load((Path(__file__).parents[2] / "fixtures/faults.yaml").read_text())["faults"]


async def raw(net, name: str, until: bytes | None = None) -> bytes:
    """The bytes the server sends for a fault, to the end of the connection or until a mark."""
    context = ssl.create_default_context(cadata=net.ca_pem)
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", net.https_port, ssl=context, server_hostname="fault.example", limit=2**26
    )
    writer.write(f"GET /{name} HTTP/1.1\r\nHost: fault.example\r\n\r\n".encode())
    try:
        return await (reader.readuntil(until) if until else reader.read())
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_may_pass(name):
    assert FAULTS[name]["verdicts"]
    assert "pass" not in FAULTS[name]["verdicts"]


@pytest.mark.parametrize("name", ["hang-before-headers", "hang-after-headers", "hang-mid-body", "trickle"])
async def test_a_hang_never_ends_by_itself(impatient, name):
    with pytest.raises(httpx.ReadTimeout):
        await impatient.get(f"https://fault.example/{name}")


@pytest.mark.parametrize(
    "name", ["reset", "reset-mid-body", "empty-reply", "truncated-body", "length-too-long", "noise"]
)
async def test_a_broken_answer_is_an_error_to_a_client(client, name):
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await client.get(f"https://fault.example/{name}")


async def test_a_hang_after_the_headers_sends_the_headers(net):
    assert (await raw(net, "hang-after-headers", b"\r\n\r\n")).startswith(b"HTTP/1.1 200 OK\r\n")


async def test_a_short_length_cuts_the_page(net):
    head, _, body = (await raw(net, "length-too-short")).partition(b"\r\n\r\n")
    assert b"Content-Length: 40" in head
    assert len(body) > 1000


async def test_a_gzip_bomb_is_small_on_the_wire_and_large_unpacked(client, net):
    head, _, _ = (await raw(net, "gzip-bomb", b"\r\n\r\n")).partition(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in head
    packed = b"".join((await raw(net, "gzip-bomb")).partition(b"\r\n\r\n")[2].split(b"\r\n")[1::2])
    assert len(packed) < 2**20
    unpacker, size = zlib.decompressobj(wbits=31), 0
    rest = packed
    while rest and size <= 2**26:
        size += len(unpacker.decompress(rest, 2**20))
        rest = unpacker.unconsumed_tail
    assert size > 2**26


async def test_a_huge_page_is_fifty_megabytes_long(net):
    head = await raw(net, "huge-page", b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length")
    )
    assert length > 50 * 2**20


@pytest.mark.parametrize(("name", "status"), [("fails-once", 503), ("too-many-once", 429)])
async def test_a_fault_that_passes_does_so_for_each_phone(client, name, status):
    url = f"https://fault.example/{name}"
    await client.get("https://fault.example/server-error", agent="phone one")
    for agent in ("phone one", "phone two"):
        first, second = await client.get(url, agent=agent), await client.get(url, agent=agent)
        assert (first.status_code, first.headers["retry-after"], second.status_code) == (status, "1", 200)


async def test_a_redirect_to_loopback_shows_in_the_log_if_it_is_followed(net, client):
    answer = await client.get("https://fault.example/redirect-to-loopback")
    assert answer.headers["location"] == f"http://127.0.0.1:{net.http_port}/"
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await client.get(answer.headers["location"])
    assert net.requests.count("127.0.0.1") == 1


async def test_an_endless_redirect_never_repeats_itself(client):
    places = {
        (await client.get("https://fault.example/endless-redirect")).headers["location"] for _ in range(5)
    }
    assert len(places) == 5


async def test_http_0_9_has_no_status_line(net):
    assert (await raw(net, "http-0.9")).startswith(b"<html>")


async def test_a_download_is_an_attachment(client):
    answer = await client.get("https://fault.example/download")
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_the_hostile_title_stays_text(client):
    page = (await client.get("https://fault.example/hostile-title")).text
    assert "</title><script>document.documentElement" not in page
    assert page.count("<title>") == 1


@pytest.mark.parametrize("name", [n for n, f in FAULTS.items() if f["layer"] == "page"])
async def test_a_page_fault_is_a_page(client, name):
    answer = await client.get(f"https://fault.example/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


async def test_an_unknown_fault_is_not_found(client):
    assert (await client.get("https://fault.example/no-such-fault")).status_code == 404
