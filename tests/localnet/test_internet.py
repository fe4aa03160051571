"""The listeners: real TLS by name, dead hosts, the request log, handlers written in Python."""

import asyncio
import socket
import ssl
from pathlib import Path

import httpx
import pytest

from dropcheck.localnet import LocalInternet, Request, Response, serve_forever

TRACK = "11dFghVXANMlKmJXsNCbNl"


async def test_every_host_has_a_certificate_of_its_own_name(net, client):
    for host in ("bio.example", "open.spotify.com", "music.apple.com"):
        context = ssl.create_default_context(cadata=net.ca_pem)
        _, writer = await asyncio.open_connection(
            "127.0.0.1", net.https_port, ssl=context, server_hostname=host
        )
        names = writer.get_extra_info("peercert")["subjectAltName"]
        writer.close()
        assert names == (("DNS", host),)


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("expired.example", "expired"),
        ("not-yet.example", "not yet valid"),
        ("wrong-name.example", "Hostname mismatch"),
        ("untrusted.example", "unable to get local issuer"),
    ],
)
async def test_a_bad_certificate_is_refused_for_its_reason(client, host, why):
    with pytest.raises(httpx.ConnectError, match=why):
        await client.get(f"https://{host}/mara")


@pytest.mark.parametrize(
    "url", ["https://nobody.example/", "http://nobody.example/", "https://dead.example/mara"]
)
async def test_a_host_without_a_site_is_dead(client, url):
    with pytest.raises((httpx.ReadError, httpx.ConnectError)):
        await client.get(url)


async def test_a_silent_host_takes_the_connection_and_says_nothing(impatient):
    with pytest.raises(httpx.TimeoutException):
        await impatient.get("https://never.example/")
    with pytest.raises(httpx.TimeoutException):
        await impatient.get("http://never.example/")


async def test_one_hanging_host_does_not_hold_up_the_others(net, client, impatient):
    waiting = asyncio.create_task(impatient.get("https://never.example/"))
    assert (await client.get("https://bio.example/mara")).status_code == 200
    with pytest.raises(httpx.TimeoutException):
        await waiting


async def test_plain_http_leads_to_https_with_its_query(client):
    answer = await client.get("http://bio.example/mara?utm_source=tiktok")
    assert (answer.status_code, answer.headers["location"]) == (
        301,
        "https://bio.example/mara?utm_source=tiktok",
    )


async def test_a_connection_carries_many_requests(net):
    context = ssl.create_default_context(cadata=net.ca_pem)
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", net.https_port, ssl=context, server_hostname="go.example"
    )
    for _ in range(3):
        writer.write(b"HEAD /missing HTTP/1.1\r\nHost: go.example\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 404 ")
    writer.close()


async def test_nonsense_is_answered_with_400(net):
    reader, writer = await asyncio.open_connection("127.0.0.1", net.http_port)
    writer.write(b"this is no HTTP\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
    writer.close()


async def test_the_log_counts_visits_by_host_and_path(net, client):
    await client.get("https://bio.example/mara?utm_source=tiktok")
    await client.get("https://bio.example/list")
    await client.get(f"https://open.spotify.com/track/{TRACK}")
    assert net.requests.count("bio.example") == 2
    (visit,) = net.requests.to("bio.example", "/mara")
    assert visit.parameters == {"utm_source": "tiktok"}
    assert visit.url == "https://bio.example/mara?utm_source=tiktok"
    net.forget()
    assert len(net.requests) == 0


async def test_a_handler_answers_for_its_host_and_passes_on_what_it_gives_none_for(net, client):
    async def login(request: Request) -> Response | None:
        if request.path == "/token":
            return Response.json({"grant": request.form.get("grant_type"), "cookies": request.cookies})
        return None

    net.mount("accounts.spotify.com", login)
    net.mount("bio.example", login)
    answer = await client.get(
        "https://accounts.spotify.com/token",
        method="POST",
        data={"grant_type": "client_credentials"},
        headers={"Cookie": "a=1; b=2"},
    )
    assert answer.json() == {"grant": "client_credentials", "cookies": {"a": "1", "b": "2"}}
    assert (await client.get("https://accounts.spotify.com/other")).status_code == 404
    assert (await client.get("https://bio.example/mara")).status_code == 200


async def test_a_handler_that_breaks_is_a_500_and_in_the_log(net, client, caplog):
    async def broken(request: Request) -> Response | None:
        raise LookupError("no such account")

    net.mount("accounts.spotify.com", broken)
    answer = await client.get("https://accounts.spotify.com/login")
    assert (answer.status_code, answer.text) == (500, "LookupError: no such account")
    assert "accounts.spotify.com/login" in caplog.text


async def test_a_location_beyond_ascii_is_sent_as_utf_8(net, client):
    async def redirect(request: Request) -> Response | None:
        return Response.redirect("https://bio.example/österreich")

    net.mount("go2.example", redirect)
    answer = await client.get("https://go2.example/")
    assert dict(answer.headers.raw)[b"Location"].decode() == "https://bio.example/österreich"


async def test_a_header_that_would_split_the_answer_is_a_500(net, client):
    async def split(request: Request) -> Response | None:
        return Response.text("a", headers=[("X-Name", "a\r\nSet-Cookie: b=c")])

    net.mount("split.example", split)
    answer = await client.get("https://split.example/")
    assert answer.status_code == 500
    assert "set-cookie" not in answer.headers


async def test_resolve_rules_send_every_host_to_the_two_ports(net):
    assert net.resolve_rules() == [
        f"*:443:127.0.0.1:{net.https_port}",
        f"*:80:127.0.0.1:{net.http_port}",
    ]


async def test_a_taken_port_is_told(net):
    with pytest.raises(OSError, match=r"can't listen on 127\.0\.0\.1"):
        async with LocalInternet(Path(__file__).parents[2] / "fixtures", https_port=net.https_port):
            pass


async def test_a_taken_second_port_leaves_the_first_one_free(net, unused_tcp_port):
    fixtures = Path(__file__).parents[2] / "fixtures"
    with pytest.raises(OSError, match=f"port {net.http_port}"):
        async with LocalInternet(fixtures, https_port=unused_tcp_port, http_port=net.http_port):
            pass
    socket.create_server(("127.0.0.1", unused_tcp_port)).close()


async def test_serving_goes_on_until_it_is_cancelled_and_then_frees_its_ports():
    opened: asyncio.Future[LocalInternet] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        serve_forever(Path(__file__).parents[2] / "fixtures", ready=lambda net: opened.set_result(net))
    )
    internet = await opened
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", internet.https_port)
