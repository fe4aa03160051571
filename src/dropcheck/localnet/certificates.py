"""Certificates for any host name, minted as connections ask for them and kept for the run."""

from __future__ import annotations

import datetime
import ssl
from enum import StrEnum

import trustme


class Tls(StrEnum):
    """What a host's certificate is like."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"
    UNTRUSTED = "untrusted"


class CertificateStore:
    """A certificate authority in memory and one TLS context per host.

    Keys are elliptic-curve ones: minting one takes about a millisecond, so it can happen inside a handshake.
    """

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self._stranger: trustme.CA | None = None
        self._contexts: dict[tuple[str, Tls], ssl.SSLContext] = {}

    @property
    def ca_pem(self) -> str:
        """The authority's certificate, for `ssl.create_default_context(cadata=…)`."""
        return self._authority.cert_pem.bytes().decode()

    def context(self, host: str, tls: Tls = Tls.VALID) -> ssl.SSLContext:
        """The server-side context for a host; raises ValueError for a name no certificate can hold."""
        key = (host, tls)
        if key not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.set_alpn_protocols(["http/1.1"])
            self._issue(host, tls).configure_cert(context)
            self._contexts[key] = context
        return self._contexts[key]

    def _issue(self, host: str, tls: Tls) -> trustme.LeafCert:
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        day = datetime.timedelta(days=1)
        if tls is Tls.EXPIRED:
            return self._authority.issue_cert(host, not_after=now - day)
        if tls is Tls.NOT_YET_VALID:
            return self._authority.issue_cert(host, not_before=now + 30 * day, not_after=now + 60 * day)
        if tls is Tls.WRONG_NAME:
            return self._authority.issue_cert("another-site.example")
        if tls is Tls.UNTRUSTED:
            self._stranger = self._stranger or trustme.CA()
            return self._stranger.issue_cert(host)
        return self._authority.issue_cert(host)


class _ServerNameProbe:
    """Reads the server name from a ClientHello by letting OpenSSL parse it and refusing the handshake."""

    def __init__(self) -> None:
        self._seen: str | None = None
        self._asked = False
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.sni_callback = self._note

    def _note(self, _tls: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int:
        self._seen, self._asked = name, True
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    def read(self, client_hello: bytes) -> tuple[bool, str | None]:
        """Whether the hello is complete, and the name it asks for (None without one)."""
        self._seen, self._asked = None, False
        incoming = ssl.MemoryBIO()
        incoming.write(client_hello)
        tls = self._context.wrap_bio(incoming, ssl.MemoryBIO(), server_side=True)
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            return self._asked, self._seen
        except ssl.SSLError:
            return True, self._seen
        return True, self._seen


read_server_name = _ServerNameProbe().read
