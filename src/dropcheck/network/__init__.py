"""The way out: where hosts are reached (`--resolve`), what pages may reach, and the proxy that sees to it."""

from dropcheck.network.dial import DialError, Dialler, Failure, FailureKind
from dropcheck.network.proxy import EgressProxy
from dropcheck.network.resolve import Endpoint, ResolveError, ResolveMap

__all__ = [
    "DialError",
    "Dialler",
    "EgressProxy",
    "Endpoint",
    "Failure",
    "FailureKind",
    "ResolveError",
    "ResolveMap",
]
