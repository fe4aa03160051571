"""One HTTP/1.1 connection: requests are parsed by h11, answered, and logged, until either side has enough."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import h11

from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.wire import misbehave

_READ_SIZE = 64 * 1024
_LONGEST_BODY = 10 * 2**20

Answerer = Callable[[Request], Awaitable[Response | None]]


async def exchange(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    scheme: str,
    server_name: str,
    answer: Answerer,
) -> bool:
    """Serves one connection to its end; True when it asked for a host that doesn't exist.

    `answer` gives None for such a host; the caller then resets the connection.
    """
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=256 * 1024)
    while True:
        try:
            request = await _read_request(connection, reader, scheme, server_name)
        except h11.RemoteProtocolError as error:
            if connection.our_state in (h11.IDLE, h11.SEND_RESPONSE):
                refusal = Response.text("bad request", error.error_status_hint)
                await _send(connection, writer, refusal, head=False)
            return False
        if request is None:
            return False
        response = await answer(request)
        if response is None:
            return True
        if response.wire is not None:
            line = f"HTTP/1.1 {response.status} {_phrase(response.status)}\r\n".encode()
            await misbehave(reader, writer, response.wire, line, list(response.headers), response.body)
            return False
        await _send(connection, writer, response, head=request.method == "HEAD")
        if connection.our_state is h11.MUST_CLOSE or connection.their_state is h11.MUST_CLOSE:
            return False
        connection.start_next_cycle()


async def _read_request(
    connection: h11.Connection, reader: asyncio.StreamReader, scheme: str, server_name: str
) -> Request | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_READ_SIZE))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _LONGEST_BODY:
                raise h11.RemoteProtocolError("request body too long", error_status_hint=413)
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _request(head, bytes(body), scheme, server_name)
        else:
            return None


def _request(head: h11.Request, body: bytes, scheme: str, server_name: str) -> Request:
    headers: dict[str, str] = {}
    for raw_name, raw_value in head.headers:
        name, value = raw_name.decode("ascii").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    host = _without_port(headers.get("host", "")) or server_name
    return Request(scheme, host, head.method.decode("ascii"), head.target.decode("latin-1"), headers, body)


def _without_port(authority: str) -> str:
    host = authority.rpartition(":")[0] if authority.rpartition(":")[2].isdigit() else authority
    return host.strip("[]").rstrip(".").lower()


async def _send(
    connection: h11.Connection, writer: asyncio.StreamWriter, response: Response, *, head: bool
) -> None:
    bodiless = response.status in (204, 304)
    headers = [(name.encode(), value.encode()) for name, value in response.headers]
    if not bodiless:
        headers.append((b"Content-Length", str(len(response.body)).encode()))
    try:
        start = h11.Response(
            status_code=response.status, headers=headers, reason=_phrase(response.status).encode()
        )
    except h11.LocalProtocolError as error:
        await _send(connection, writer, Response.text(f"bad response: {error}", 500), head=head)
        return
    out = connection.send(start) or b""
    if response.body and not head and not bodiless:
        out += connection.send(h11.Data(data=response.body)) or b""
    out += connection.send(h11.EndOfMessage()) or b""
    writer.write(out)
    await writer.drain()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
