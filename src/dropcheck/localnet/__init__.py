"""A small internet on loopback: real HTTP and TLS for any host name, from a folder of fixtures.

It stands alone (nothing of what dropcheck knows is imported) so that it can be used to test any link checker.
"""

from typing import TYPE_CHECKING

from dropcheck._lazy import lazy

if TYPE_CHECKING:
    from dropcheck.localnet.errors import SiteMapError
    from dropcheck.localnet.internet import Handler, LocalInternet, serve_forever
    from dropcheck.localnet.message import Request, Response
    from dropcheck.localnet.requests import RequestLog

__all__ = ["Handler", "LocalInternet", "Request", "RequestLog", "Response", "SiteMapError", "serve_forever"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Handler": "internet",
        "LocalInternet": "internet",
        "Request": "message",
        "RequestLog": "requests",
        "Response": "message",
        "SiteMapError": "errors",
        "serve_forever": "internet",
    },
)
