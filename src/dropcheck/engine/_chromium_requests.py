"""The requests of one window: which are under way, which failed and why, which are answered locally."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dropcheck.engine import analytics
from dropcheck.engine._failure_codes import FAILURE_CODES, NO_CONTENT, NO_PAGE
from dropcheck.engine.base import SAID_WITH_A_PAGE, EngineError, PageEventKind
from dropcheck.network.access import access_headers
from dropcheck.network.dial import Failure, FailureKind
from dropcheck.network.proxy import ERROR_HEADER

if TYPE_CHECKING:
    from dropcheck.engine._chromium_view import ChromiumView
    from dropcheck.engine._chromium_window import ChromiumWindow

#: What the engine loads to show its error page where the phone would show one.
ERROR_URL = "https://error-page.invalid/"
#: Requests whose answer will still change what the page shows, and those that may.
_ALWAYS_COUNT = frozenset({"Document", "Script", "Stylesheet"})
_COUNT_FOR_A_WHILE = frozenset({"XHR", "Fetch"})
#: Seconds after which a data request is taken for a long poll and no longer waited for.
_LONG_POLL_S = 3.0


def is_web(url: str) -> bool:
    """Return whether `url` is fetched over the network."""
    return url[:8].lower().startswith(("http://", "https://"))


def is_internal(url: str) -> bool:
    """Return whether `url` stays inside the browser and is no navigation to anywhere."""
    return url.partition(":")[0].lower() in (
        "about",
        "blob",
        "data",
        "javascript",
        "chrome-error",
        "filesystem",
    )


def host_and_port(url: str) -> tuple[str, int] | None:
    """Return host and port of an http(s) or ws(s) URL, or None."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme in ("https", "wss") else 80)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname else None


def _header(response: Mapping[str, Any], wanted: str) -> str:
    headers: Mapping[str, Any] = response.get("headers", {})
    return next((str(value) for name, value in headers.items() if name.lower() == wanted), "")


@dataclass(slots=True)
class _Request:
    url: str
    kind: str
    at: float
    loader: str
    main_document: bool


class RequestWatch:
    """Follows a window's requests, so that one can tell when it is quiet and why a document did not come."""

    def __init__(self, view: ChromiumView, window: ChromiumWindow) -> None:
        self._view = view
        self._window = window
        self._open: dict[str, _Request] = {}
        self._statuses: dict[str, int] = {}
        self._said: dict[str, dict[str, str]] = {}
        self._proxy_answers: set[str] = set()
        #: By request, the answers that redirect less the redirects that were followed.
        self._redirects: Counter[str] = Counter()
        self._asking = 0

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is under way that may still change the page."""
        now = time.monotonic()
        return not self._asking and not any(
            request.kind in _ALWAYS_COUNT
            or (request.kind in _COUNT_FOR_A_WHILE and now - request.at < _LONG_POLL_S)
            for request in self._open.values()
        )

    def asking(self) -> None:
        """Take note that the engine is about to load a document itself."""
        self._asking += 1

    def done_asking(self) -> None:
        """Take note that the engine's own load committed or failed."""
        self._asking -= 1
        self._view.stir()

    def on_request(self, event: dict[str, Any]) -> None:
        """``Network.requestWillBeSent``."""
        kind = event.get("type", "Other")
        url = event["request"]["url"]
        if event.get("redirectHasExtraInfo"):
            self._redirects[event["requestId"]] -= 1
        if is_web(url) or url.startswith(("ws:", "wss:")):
            is_main = kind == "Document" and event.get("frameId") == self._window.main_frame
            self._open[event["requestId"]] = _Request(
                url, kind, time.monotonic(), event.get("loaderId", ""), is_main
            )
            self._view.stir()
        else:
            self._open.pop(event["requestId"], None)

    def on_answer(self, event: dict[str, Any]) -> None:
        """``Network.responseReceivedExtraInfo``."""
        if 300 <= event.get("statusCode", 0) < 400:
            self._redirects[event["requestId"]] += 1

    def on_response(self, event: dict[str, Any]) -> None:
        """``Network.responseReceived``."""
        response = event["response"]
        # Over plain http only: through a tunnel the header can come from nobody but the site.
        is_ours = response["url"].startswith("http:") and _header(response, ERROR_HEADER).startswith(
            self._view.engine.proxy.secret
        )
        if event.get("type") == "Document" and event.get("frameId") == self._window.main_frame:
            status = int(response["status"])
            self._statuses[event["requestId"]] = status
            said = {field: _header(response, name) for field, name in SAID_WITH_A_PAGE.items()}
            self._said[event["requestId"]] = {field: value for field, value in said.items() if value}
            if status in NO_PAGE and self._window.url is None:
                self._failed_document(response["url"], f"{NO_CONTENT}_{status}")
            if is_ours:
                self._proxy_answers.add(event["requestId"])
        elif is_ours:
            self._report_refusal(response["url"], "ERR_PROXY")

    def landed(self, url: str, loader: str) -> None:
        """Report a committed document: with its status, or as failed where our own proxy answered."""
        # What the page before had under way ends with it, and not always with an event.
        self._open = {number: known for number, known in self._open.items() if known.loader == loader}
        if loader in self._proxy_answers:
            self._proxy_answers.discard(loader)
            self._failed_document(url, "ERR_PROXY")
            return
        status = self._statuses.pop(loader, None)
        detail = self._said.pop(loader, None)
        self._view.tell(PageEventKind.LANDED, url, status=status, view=self._window.number, detail=detail)

    def on_finished(self, event: dict[str, Any]) -> None:
        """``Network.loadingFinished``."""
        if self._open.pop(event["requestId"], None) is not None:
            self._view.stir()

    def on_failed(self, event: dict[str, Any]) -> None:
        """``Network.loadingFailed``."""
        request = self._open.pop(event["requestId"], None)
        self._view.stir()
        if request is None:
            return
        code = event.get("errorText", "").removeprefix("net::")
        if (
            code == "ERR_ABORTED"
            and self._redirects.pop(event["requestId"], 0) > 0
            and self._window.url is None
        ):
            # A script as an address: Chromium neither follows nor fails, and shows nothing.
            code = "ERR_UNSAFE_REDIRECT"
        if request.main_document and code != "ERR_ABORTED" and request.url != ERROR_URL:
            self._failed_document(request.url, code)
        elif not request.main_document:
            self._report_refusal(request.url, code)

    def _failed_document(self, url: str, code: str) -> None:
        failure = self._report_refusal(url, code)
        detail = {"code": code, "reason": code}
        if failure is not None:
            detail = {"code": FAILURE_CODES[failure.kind], "reason": failure.why, "kind": failure.kind.value}
        self._view.tell(PageEventKind.FAILED, url, view=self._window.number, detail=detail)

    def _report_refusal(self, url: str, code: str) -> Failure | None:
        """Report what our own rules refused; return the proxy's failure where it has one."""
        address = host_and_port(url)
        failure = None
        if address is not None and ("TUNNEL" in code or "PROXY" in code or "EMPTY" in code):
            failure = self._view.engine.proxy.dialler.failure(*address)
        detail: dict[str, Any] | None = None
        if failure is not None and failure.kind.is_refusal:
            detail = {"code": failure.kind.value, "reason": failure.why}
        elif "CERT" in code or code == "ERR_SSL_PROTOCOL_ERROR":
            detail = {"code": FailureKind.BAD_CERTIFICATE.value, "reason": code}
        if detail is not None:
            self._view.tell(PageEventKind.REFUSED, url, view=self._window.number, detail=detail)
        return failure

    async def subresource(self, event: dict[str, Any]) -> None:
        """Answer a paused request that is no document: analytics locally, others let through."""
        url = event["request"]["url"]
        if not self._view.settings.send_analytics and analytics.is_analytics(url):
            self._view.tell(PageEventKind.ANALYTICS, url, view=self._window.number)
            is_script = event.get("resourceType") == "Script"
            headers = [
                {"name": "Content-Type", "value": "text/javascript" if is_script else "text/plain"},
                {"name": "Access-Control-Allow-Origin", "value": "*"},
            ]
            await self._answer(
                "Fetch.fulfillRequest",
                {
                    "requestId": event["requestId"],
                    "responseCode": 200 if is_script else 204,
                    "responseHeaders": headers,
                },
            )
            return
        await self.let_through(event, is_document=False)

    async def let_through(self, event: dict[str, Any], *, is_document: bool) -> None:
        """Continue a paused request with the headers of the identity (documents) and of the suite's `access`.

        Headers set here belong to this one request: a redirect pauses again and gets its own. The identity's
        headers go on documents only, because a foreign header on a script's cross-origin request would
        cause a CORS preflight that the phone does not send.
        """
        settings, request = self._view.settings, event["request"]
        extra = dict(settings.identity.headers) if is_document else {}
        extra.update(access_headers(settings.access, request["url"]))
        arguments: dict[str, Any] = {"requestId": event["requestId"]}
        if extra or settings.access:
            ours = {name.lower() for per_host in settings.access.values() for name in per_host}
            ours.update(name.lower() for name in extra)
            kept = [
                {"name": name, "value": value}
                for name, value in request["headers"].items()
                if name.lower() not in ours
            ]
            arguments["headers"] = kept + [{"name": name, "value": value} for name, value in extra.items()]
        await self._answer("Fetch.continueRequest", arguments)

    async def _answer(self, method: str, arguments: dict[str, Any]) -> None:
        try:
            await self._window.send(method, arguments)
        except EngineError:
            # The page took its request back, or is gone.
            return
