"""A small internet on loopback: real HTTP and TLS for any host name, from a folder of fixtures.

It stands alone (nothing else of ours is imported) so that it can be used to test any link checker.
"""

from dropcheck.localnet.internet import Handler, LocalInternet, serve_forever
from dropcheck.localnet.message import Request, Response
from dropcheck.localnet.requests import RequestLog
from dropcheck.localnet.site_map import SiteMapError

__all__ = ["Handler", "LocalInternet", "Request", "RequestLog", "Response", "SiteMapError", "serve_forever"]
