"""What WebKitGTK's errors say of a document that could not be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dropcheck.engine._failure_codes import FAILURE_CODES
from dropcheck.engine._webkitgtk_causes import is_reported, scheme_of
from dropcheck.network import Failure, FailureKind

#: Errors that only say that a load gave way to something else: WebKitPolicyError 102 "frame load
#: interrupted", WebKitNetworkError 302 "cancelled", WebKitPluginError 204 "plug-in handled load" (WebKit's own
#: player shows a sound or a film). WebKitGTK reference, error enumerations.
_GAVE_WAY = frozenset({("WebKitPolicyError", 102), ("WebKitNetworkError", 302), ("WebKitPluginError", 204)})
#: Errors in Chromium's words (``net_error_list.h``): where WebKit's own rules stop a load, and what the host calls a
#: document that ended before its ``Content-Length``.
_NAMED = {
    ("WebKitPolicyError", 101): "ERR_INVALID_REDIRECT",
    ("WebKitPolicyError", 103): "ERR_UNSAFE_PORT",
    ("length", 0): "ERR_CONTENT_LENGTH_MISMATCH",
}
#: Schemes no server may send a browser to.
_NEVER_BY_REDIRECT = frozenset({"file", "data", "about", "javascript"})


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """A document that could not be had: the detail of its event, and of a refusal where there was one."""

    url: str
    detail: Mapping[str, Any]
    refusal: Mapping[str, Any] | None = None


def failure_of(
    event: Mapping[str, Any], network_failure: Callable[[str], Failure | None]
) -> LoadFailure | None:
    """Read the host's ``failed`` event; None where the load only gave way to another."""
    if _is_unsafe_redirect(event):
        reason = f"it redirects to {scheme_of(event['url'])}:, which no browser follows"
        return LoadFailure(event["asked"], {"code": "ERR_UNSAFE_REDIRECT", "reason": reason})
    if (event["domain"], event["code"]) in _GAVE_WAY or not is_reported(event):
        return None
    url, failure = event["url"], network_failure(event["url"])
    if failure is not None:
        code, kind = FAILURE_CODES[failure.kind], failure.kind.value
        return LoadFailure(url, {"code": code, "reason": failure.why, "kind": kind})
    if event["domain"] == "tls":
        bad = FailureKind.BAD_CERTIFICATE
        reason = f"the certificate is not valid ({event['message']})"
        detail = {"code": FAILURE_CODES[bad], "reason": reason, "kind": bad.value}
        return LoadFailure(url, detail, {"code": bad.value, "reason": reason})
    return LoadFailure(url, {"code": _code_of(event), "reason": event["message"]})


def _is_unsafe_redirect(event: Mapping[str, Any]) -> bool:
    scheme = scheme_of(event["url"])
    if scheme not in _NEVER_BY_REDIRECT or not event.get("asked"):
        return False
    # A load of these that merely gave way was no redirect; only a redirect can name a file.
    return scheme == "file" or (event["domain"], event["code"]) not in _GAVE_WAY


def _code_of(event: Mapping[str, Any]) -> str:
    named = _NAMED.get((event["domain"], event["code"]))
    if named is not None:
        return named
    domain = str(event["domain"]).removesuffix("-quark").replace("-", "_").upper()
    return f"ERR_{domain}_{event['code']}"
