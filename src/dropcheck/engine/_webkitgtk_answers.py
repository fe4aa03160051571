"""Requests of a WebKitGTK view that are answered here or go out with a suite's own headers.

WebKitGTK gives its host app no say in a page's requests. So the gate ends the TLS of just those hosts that
count visits, or that the suite has access headers for, with a certificate made for this run. Every other
connection stays a tunnel from the page to its server.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

import trustme

from dropcheck.engine import analytics
from dropcheck.network import DialError, Dialler
from dropcheck.network.access import access_headers

_CHUNK = 1 << 16
_MAX_HEAD = 64 * 1024
#: Headers of one connection, which are not passed on (RFC 9110, section 7.6.1).
_HOP_HEADERS = frozenset({"connection", "proxy-connection", "keep-alive", "te", "upgrade"})


@cache
def _authority() -> trustme.CA:
    return trustme.CA(organization_name="dropcheck", organization_unit_name="made for one run")


@cache
def _certificate(host: str) -> tuple[ssl.SSLContext, str]:
    """Return a server context for `host` and its certificate in PEM."""
    issued = _authority().issue_cert(host)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    issued.configure_cert(context)
    return context, issued.cert_chain_pems[0].bytes().decode("ascii")


@dataclass
class LocalAnswers:
    """What one view's requests to some hosts come to.

    `access` maps hosts to headers; `counts` says whether analytics calls are answered here, `saw` is told of
    each, and `trust` makes the view take a certificate for a host.
    """

    dialler: Dialler
    access: Mapping[str, Mapping[str, str]]
    counts: bool
    saw: Callable[[str], None]
    trust: Callable[[str, str], Awaitable[None]]
    _trusted: set[str] = field(default_factory=set)

    def speaks_for(self, host: str, port: int) -> bool:
        """Whether requests to `host`:`port` must be read."""
        origin = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
        is_protected = bool(access_headers(self.access, origin))
        return is_protected or (self.counts and analytics.may_count(host))

    async def take_tunnel(
        self, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Be the server at the end of a CONNECT that was asked for."""
        context, pem = await asyncio.to_thread(_certificate, host)
        if host not in self._trusted:
            self._trusted.add(host)
            await self.trust(host, pem)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(context)
        authority = host if port == 443 else f"{host}:{port}"
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if not await self.take_request(f"https://{authority}", host, port, head, reader, writer):
                return

    async def take_request(
        self,
        origin: str,
        host: str,
        port: int,
        head: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        """Answer or pass on one request; return whether the connection can serve another."""
        request_line, *lines = head[:-4].split(b"\r\n")
        method, target, _ = request_line.decode("latin-1").split(" ", 2)
        url = target if target.startswith("http") else origin + target
        headers = [(name.strip().lower(), value.strip()) for name, _, value in map(_parted, lines)]
        said = dict(headers)
        length = int(said.get("content-length") or 0)
        if self.counts and analytics.is_analytics(url):
            if length:
                await reader.readexactly(length)
            self.saw(url)
            writer.write(_answer_of(method, said))
            await writer.drain()
            return True
        await self._pass_on(url, host, port, method, headers, length, reader, writer)
        return False

    async def _pass_on(
        self,
        url: str,
        host: str,
        port: int,
        method: str,
        headers: list[tuple[str, str]],
        length: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        ours = {name.lower(): value for name, value in access_headers(self.access, url).items()}
        kept = [(n, v) for n, v in headers if n not in _HOP_HEADERS and n not in ours]
        secure = url.startswith("https:")
        try:
            up_reader, up_writer = await self.dialler.open(host, port, tunnel=secure)
        except DialError:
            return
        try:
            if secure:
                await up_writer.start_tls(self._verifying(host, port), server_hostname=host)
            parts = urlsplit(url)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            lines = [f"{method} {path} HTTP/1.1", *(f"{n}: {v}" for n, v in [*kept, *ours.items()])]
            up_writer.write(("\r\n".join([*lines, "connection: close"]) + "\r\n\r\n").encode("latin-1"))
            while length > 0:
                chunk = await reader.read(min(length, _CHUNK))
                if not chunk:
                    return
                length -= len(chunk)
                up_writer.write(chunk)
            await up_writer.drain()
            await _copy_closing(up_reader, writer)
        finally:
            up_writer.close()

    def _verifying(self, host: str, port: int) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.dialler.insecure and self.dialler.resolve.target(host, port) is not None:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _parted(line: bytes) -> tuple[str, str, str]:
    return line.decode("latin-1").partition(":")


def _answer_of(method: str, said: Mapping[str, str]) -> bytes:
    """An empty answer that any script of the page may read."""
    script = said.get("sec-fetch-dest") == "script"
    status = "200 OK" if script else "204 No Content"
    lines = [
        f"HTTP/1.1 {status}",
        f"access-control-allow-origin: {said.get('origin', '*')}",
        "access-control-allow-credentials: true",
        "cache-control: no-store",
    ]
    if method == "OPTIONS":
        wanted = said.get("access-control-request-headers", "*")
        lines += ["access-control-allow-methods: GET, POST, PUT", f"access-control-allow-headers: {wanted}"]
    if script:
        lines += ["content-type: text/javascript", "content-length: 0"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _copy_closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy one answer and say that the connection closes after it."""
    head = await reader.readuntil(b"\r\n\r\n")
    status_line, *lines = head[:-4].split(b"\r\n")
    kept = [line for line in lines if _parted(line)[0].strip().lower() not in _HOP_HEADERS]
    writer.write(b"\r\n".join([status_line, *kept, b"connection: close", b"", b""]))
    with contextlib.suppress(ssl.SSLError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    await writer.drain()
