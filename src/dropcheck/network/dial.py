"""Opening connections: resolve a name, check every address it has, connect to one that was checked."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from dropcheck.network.lookup import SystemLookup
from dropcheck.network.policy import literal_address, refusal
from dropcheck.network.resolve import Endpoint, ResolveMap, canonical_host

#: Seconds for one connection attempt, and for a name to resolve.
CONNECT_TIMEOUT_S = 15.0
#: Seconds an answer of the resolver or a certificate check is believed within one run.
BELIEVED_FOR_S = 120.0

Lookup = Callable[[str], Awaitable[list[str]]]


class FailureKind(StrEnum):
    """Why a connection was not made."""

    PRIVATE_ADDRESS = "private-address"
    BAD_CERTIFICATE = "bad-certificate"
    NAME_NOT_FOUND = "name-not-found"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"

    @property
    def is_refusal(self) -> bool:
        """Whether dropcheck itself refused, rather than the network failing."""
        return self in (FailureKind.PRIVATE_ADDRESS, FailureKind.BAD_CERTIFICATE)


@dataclass(frozen=True, slots=True)
class Failure:
    """A connection that was not made: to whom, what kind of failure, and why in words a user reads."""

    host: str
    port: int
    kind: FailureKind
    why: str


class DialError(Exception):
    """A connection could not be made or was refused; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.why)
        self.failure = failure


class Dialler:
    """Connects to hosts by the resolve map and the address policy.

    A mapped host goes to exactly its endpoint. Any other name is resolved here, every address it has is
    checked, and the connection goes to a checked address, so that a name cannot change its mind between
    check and use. With `insecure`, certificates of mapped hosts are not verified by the engines; since an
    engine can only switch verification off as a whole, those of unmapped hosts are then verified here.
    """

    def __init__(
        self,
        resolve: ResolveMap | None = None,
        *,
        insecure: bool = False,
        lookup: Lookup | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.resolve = resolve or ResolveMap()
        self.insecure = insecure
        self._lookup = lookup or SystemLookup()
        self._trust = trust
        self._addresses: dict[str, tuple[float, asyncio.Task[list[str]]]] = {}
        self._certificates: dict[tuple[str, Endpoint], tuple[float, asyncio.Task[None]]] = {}
        self._failures: dict[tuple[str, int], Failure] = {}

    @property
    def trust(self) -> ssl.SSLContext | bool:
        """What certificates of unmapped hosts are verified with, in httpx's words: True is the system's own trust."""
        return self._trust or True

    def failure(self, host: str, port: int) -> Failure | None:
        """Return why the newest connection to `host`:`port` failed, or None where it didn't."""
        return self._failures.get((canonical_host(host), port))

    async def endpoints(self, host: str, port: int) -> list[Endpoint]:
        """Return the checked addresses of `host`:`port`, in the resolver's order; raises `DialError`."""
        mapped = self.resolve.target(host, port)
        if mapped is not None:
            return [mapped]
        addresses = await self._resolved(host, port)
        for address in addresses:
            kind = refusal(address)
            if kind is not None:
                raise self._fail(
                    host,
                    port,
                    FailureKind.PRIVATE_ADDRESS,
                    f"{host} is at {address} ({kind}), which a page under test may not reach;"
                    f" map it with --resolve {host}:{port}:{address} if you mean it",
                )
        return [Endpoint(address, port) for address in addresses]

    async def open(
        self, host: str, port: int, *, tunnel: bool = False
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to `host`:`port`; `tunnel` says that TLS will be spoken through it. Raises `DialError`."""
        endpoints = await self.endpoints(host, port)
        last: DialError | None = None
        for endpoint in endpoints:
            try:
                if tunnel and self.insecure and self.resolve.target(host, port) is None:
                    await self._verified(host, endpoint)
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    streams = await asyncio.open_connection(endpoint.address, endpoint.port, limit=1 << 18)
            except TimeoutError:
                last = self._fail(host, port, FailureKind.TIMED_OUT, f"{host}:{port} did not answer in time")
            except ssl.SSLError as error:
                why = getattr(error, "verify_message", "") or error.reason or "unreadable"
                raise self._fail(
                    host,
                    port,
                    FailureKind.BAD_CERTIFICATE,
                    f"the certificate of {host} is not valid ({why}); --insecure only accepts those of hosts"
                    " that --resolve maps",
                ) from error
            except OSError as error:
                last = self._fail(
                    host, port, FailureKind.UNREACHABLE, f"no connection to {host}:{port} ({_reason(error)})"
                )
            else:
                self._failures.pop((canonical_host(host), port), None)
                return streams
        raise last or self._fail(host, port, FailureKind.NAME_NOT_FOUND, f"{host} has no address")

    async def _resolved(self, host: str, port: int) -> list[str]:
        literal = literal_address(host)
        if literal is not None:
            return [str(literal)]
        name = canonical_host(host)
        if name == "localhost" or name.endswith(".localhost"):
            return ["127.0.0.1"]
        now = time.monotonic()
        entry = self._addresses.get(name)
        if entry is None or entry[0] < now:
            entry = (now + BELIEVED_FOR_S, asyncio.ensure_future(self._lookup(name)))
            self._addresses[name] = entry
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                return await asyncio.shield(entry[1])
        except TimeoutError:
            raise self._fail(host, port, FailureKind.TIMED_OUT, f"resolving {host} took too long") from None
        except (OSError, ValueError):
            # A name with too long a label or a zero in it never reaches the resolver (UnicodeError, ValueError).
            self._addresses.pop(name, None)
            raise self._fail(
                host, port, FailureKind.NAME_NOT_FOUND, f"there is no address for {host}"
            ) from None

    async def _verified(self, host: str, endpoint: Endpoint) -> None:
        now = time.monotonic()
        key = (canonical_host(host), endpoint)
        entry = self._certificates.get(key)
        if entry is None or entry[0] < now:
            entry = (now + BELIEVED_FOR_S, asyncio.ensure_future(self._handshake(host, endpoint)))
            self._certificates[key] = entry
        try:
            await asyncio.shield(entry[1])
        except (OSError, TimeoutError) as error:
            if not isinstance(error, ssl.SSLError):
                self._certificates.pop(key, None)
            raise

    async def _handshake(self, host: str, endpoint: Endpoint) -> None:
        context = self._trust or ssl.create_default_context()
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            _, writer = await asyncio.open_connection(
                endpoint.address, endpoint.port, ssl=context, server_hostname=canonical_host(host)
            )
        writer.close()

    def _fail(self, host: str, port: int, kind: FailureKind, why: str) -> DialError:
        failure = Failure(host, port, kind, why)
        self._failures[(canonical_host(host), port)] = failure
        return DialError(failure)


def _reason(error: OSError) -> str:
    return (error.strerror or error.__class__.__name__).lower()
