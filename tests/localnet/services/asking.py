"""Stores of the local internet without its wires: a request in, a response out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from dropcheck.localnet import Request, Response

Handler = Callable[[Request], Awaitable[Response | None]]


def ask(
    handler: Handler, url: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> Response | None:
    """Return what a handler answers for a URL, None when it passes the request on."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    method = "POST" if body else "GET"
    request = Request(parts.scheme, parts.hostname or "", method, target, headers or {}, body)
    return asyncio.run(handler(request))  # type: ignore[arg-type]


def told(response: Response | None) -> Any:
    """Return the JSON of a response, or of the JSON script in its page."""
    assert response is not None
    text = response.body.decode()
    if "<script" in text:
        text = text.partition('type="application/json">')[2].partition("</script>")[0]
    return json.loads(text)
