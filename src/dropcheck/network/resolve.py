"""The resolve map: which host is reached at which address, as ``--resolve HOST:PORT:ADDRESS[:PORT]`` says."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

import idna

ANY_HOST = "*"


class ResolveError(ValueError):
    """A ``--resolve`` rule could not be read; the message says which, why, and what it should look like."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address (never a name) and a port to connect to."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class ResolveRule:
    """One rule: connections to `host`:`port` go to `endpoint`; `host` is lower-case or ``*``."""

    host: str
    port: int
    endpoint: Endpoint


def canonical_host(host: str) -> str:
    """Return `host` as it is compared: lower case, ASCII (IDNA), without brackets or a trailing dot."""
    bare = host.strip().strip("[]").rstrip(".").lower()
    if bare.isascii():
        try:
            return str(ipaddress.ip_address(bare))
        except ValueError:
            return bare
    try:
        return idna.encode(bare, uts46=True).decode("ascii")
    except idna.IDNAError:
        return bare


def parse_rule(text: str) -> ResolveRule:
    """Read one ``HOST:PORT:ADDRESS[:PORT]`` rule, curl's form with an optional target port.

    HOST is a name, ``*`` for every host, or an address; ADDRESS an IPv4 or IPv6 address. IPv6 stands in
    brackets on either side. Without a target port the port stays as it is. Raises `ResolveError`.
    """
    parts = _split(text)
    if len(parts) not in (3, 4):
        raise _error(text, f"it has {len(parts)} parts where 3 or 4 are needed")
    host, port, address = parts[0], _port(text, parts[1]), parts[2].strip("[]")
    if not host:
        raise _error(text, "the host is empty")
    if host != ANY_HOST and ("*" in host or "/" in host or any(c.isspace() for c in host)):
        raise _error(text, f"{host!r} is not a host name (only a lone * stands for every host)")
    try:
        literal = ipaddress.ip_address(address)
    except ValueError:
        raise _error(text, f"{address!r} is not an IP address") from None
    target_port = _port(text, parts[3]) if len(parts) == 4 else port
    return ResolveRule(
        ANY_HOST if host == ANY_HOST else canonical_host(host), port, Endpoint(str(literal), target_port)
    )


class ResolveMap:
    """Where hosts are reached: an exact name wins over ``*``, and a later rule over an earlier one."""

    def __init__(self, rules: Iterable[ResolveRule] = ()) -> None:
        self._rules = {(rule.host, rule.port): rule.endpoint for rule in rules}

    @classmethod
    def parse(cls, texts: Iterable[str]) -> ResolveMap:
        """Read rules as the command line gives them; raises `ResolveError`."""
        return cls(parse_rule(text) for text in texts)

    def target(self, host: str, port: int) -> Endpoint | None:
        """Return where `host`:`port` is sent, or None where no rule speaks of it."""
        exact = self._rules.get((canonical_host(host), port))
        return exact if exact is not None else self._rules.get((ANY_HOST, port))

    def __bool__(self) -> bool:
        return bool(self._rules)


def _split(text: str) -> list[str]:
    """Split at colons outside brackets."""
    parts, depth = [""], 0
    for char in text.strip():
        depth += {"[": 1, "]": -1}.get(char, 0)
        if char == ":" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    if depth != 0:
        raise _error(text, "its brackets do not match")
    return parts


def _port(text: str, part: str) -> int:
    if not (part.isascii() and part.isdigit() and 0 < int(part) < 65536):
        raise _error(text, f"{part!r} is not a port (1 to 65535)")
    return int(part)


def _error(text: str, why: str) -> ResolveError:
    return ResolveError(
        f"cannot read --resolve {text!r}: {why}. Write HOST:PORT:ADDRESS[:PORT],"
        " for example staging.example:443:127.0.0.1:8443 or *:443:[::1]:8443"
    )
