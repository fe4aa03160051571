"""Judges how a server hands out its association file: the faults that make Apple ignore a correct file.

Sources: Apple Developer Documentation, xcode/supporting-associated-domains (HTTPS with a valid certificate,
no redirects); App Search Programming Guide, "Support Universal Links", archived (128 KB, application/json,
and application/pkcs7-mime for a signed file). That other content types are tolerated, and so only warned
about, is an assumption: widely used files are served with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from dropcheck.handoff.aasa_document import (
    MAX_UNCOMPRESSED_BYTES,
    InvalidAssociationError,
    NotJsonError,
    read_association,
)

_JSON_TYPES = {"application/json", "application/pkcs7-mime"}
_LOGIN_WORDS = re.compile(rb"""type\s*=\s*["']?password|log[\s-]?in|sign[\s-]?in""", re.IGNORECASE)


class ServingFaultKind(StrEnum):
    """What is wrong with the way the file is served."""

    INSECURE = "insecure"
    REDIRECT = "redirect"
    NOT_FOUND = "not-found"
    LOGIN_REQUIRED = "login-required"
    BAD_STATUS = "bad-status"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    WEB_PAGE = "web-page"
    NOT_JSON = "not-json"
    MALFORMED = "malformed"
    WRONG_CONTENT_TYPE = "wrong-content-type"


@dataclass(frozen=True, slots=True)
class ServingFault:
    """One fault: what was seen and how to mend it; `fatal` if no app of the domain opens because of it."""

    kind: ServingFaultKind
    seen: str
    fix: str
    fatal: bool = True


def serving_faults(
    status: int,
    *,
    redirected: bool = False,
    content_type: str | None = None,
    body_size: int | None = None,
    body: bytes | str = b"",
    secure: bool = True,
) -> list[ServingFault]:
    """The faults of one answer for /.well-known/apple-app-site-association, gravest first. Never raises.

    `status` is the first answer's HTTP status, `redirected` whether anything had to be followed,
    `body_size` the uncompressed size in bytes (by default that of `body`), `secure` whether it came over
    HTTPS with a valid certificate. An empty list means that Apple can fetch and parse the file.
    """
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    faults = _transport_faults(status, redirected, secure)
    if any(fault.kind is not ServingFaultKind.INSECURE for fault in faults):
        return faults
    size = len(raw) if body_size is None else body_size
    content = _content_fault(raw, size)
    if content is not None:
        return [*faults, content]
    media_type = (content_type or "").split(";")[0].strip().lower()
    if media_type not in _JSON_TYPES:
        faults.append(
            ServingFault(
                ServingFaultKind.WRONG_CONTENT_TYPE,
                f"the file is JSON, but served as {media_type or 'no content type'}",
                "Serve it with the header Content-Type: application/json.",
                fatal=False,
            )
        )
    return faults


def _transport_faults(status: int, redirected: bool, secure: bool) -> list[ServingFault]:
    faults: list[ServingFault] = []
    if not secure:
        faults.append(
            ServingFault(
                ServingFaultKind.INSECURE,
                "the file does not come over HTTPS with a valid certificate",
                "Serve the domain over HTTPS with a certificate that phones trust.",
            )
        )
    if redirected or 300 <= status < 400:
        faults.append(
            ServingFault(
                ServingFaultKind.REDIRECT,
                f"the server redirects instead of answering (HTTP {status})",
                "Answer 200 with the file at this very address; Apple follows no redirect.",
            )
        )
    elif status in (401, 403, 407):
        faults.append(
            ServingFault(
                ServingFaultKind.LOGIN_REQUIRED,
                f"the server asks for a login or refuses access (HTTP {status})",
                "Let everyone read this one address, without login, allow-list or bot protection.",
            )
        )
    elif status in (404, 410):
        faults.append(
            ServingFault(
                ServingFaultKind.NOT_FOUND,
                f"there is no file (HTTP {status})",
                "Put the file at /.well-known/apple-app-site-association, without an extension.",
            )
        )
    elif status != 200:
        faults.append(
            ServingFault(
                ServingFaultKind.BAD_STATUS,
                f"the server answered HTTP {status}",
                "Answer 200 with the file.",
            )
        )
    return faults


def _content_fault(raw: bytes, size: int) -> ServingFault | None:
    if size > MAX_UNCOMPRESSED_BYTES:
        return ServingFault(
            ServingFaultKind.TOO_LARGE,
            f"the file has {size} bytes uncompressed; Apple reads at most {MAX_UNCOMPRESSED_BYTES}",
            "Shorten it: wildcards and substitution variables replace long lists of paths.",
        )
    if not raw.strip():
        return ServingFault(ServingFaultKind.EMPTY, "the file is empty", "Serve the association file's JSON.")
    if raw.lstrip()[:1] == b"<":
        if _LOGIN_WORDS.search(raw):
            return ServingFault(
                ServingFaultKind.LOGIN_REQUIRED,
                "a login page came instead of the file",
                "Let everyone read this one address without a login.",
            )
        return ServingFault(
            ServingFaultKind.WEB_PAGE,
            "a web page came instead of the file",
            "Exempt this address from the site's catch-all page and serve the JSON file.",
        )
    try:
        read_association(raw)
    except InvalidAssociationError as error:
        kind = ServingFaultKind.NOT_JSON if isinstance(error, NotJsonError) else ServingFaultKind.MALFORMED
        return ServingFault(
            kind, str(error), "Mend the file; Apple's applinks documentation shows its shape."
        )
    return None
