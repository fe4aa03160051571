"""Judges how a server hands out an association file: the faults that make a phone ignore a correct file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer to a request for the file.

    `status` is the first answer's HTTP status, `redirected` whether anything had to be followed, `body_size`
    the uncompressed size in bytes, `secure` whether it came over HTTPS with a valid certificate.
    """

    status: int
    redirected: bool
    content_type: str | None
    body_size: int
    body: bytes
    secure: bool


@dataclass(frozen=True, slots=True)
class FileRules:
    """What one platform asks of its file: path on the host, size limit in bytes, media types and contents."""

    path: str
    reader: str
    max_bytes: int
    media_types: frozenset[str]
    fault_in: Callable[[bytes], ServingFault | None]


def answer(
    status: int,
    redirected: bool,
    content_type: str | None,
    body_size: int | None,
    body: bytes | str,
    secure: bool,
) -> Answer:
    """The answer with its body as bytes and, where `body_size` is not given, the size of that."""
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return Answer(status, redirected, content_type, len(raw) if body_size is None else body_size, raw, secure)


def faults_of(got: Answer, rules: FileRules) -> list[ServingFault]:
    """The faults of one answer, gravest first; none means that the platform can fetch and parse the file."""
    faults = []
    if not got.secure:
        faults.append(
            ServingFault(
                ServingFaultKind.INSECURE,
                "the file does not come over HTTPS with a valid certificate",
                "Serve the domain over HTTPS with a certificate that phones trust.",
            )
        )
    fault = _status_fault(got, rules) or _content_fault(got, rules) or _content_type_fault(got, rules)
    return faults if fault is None else [*faults, fault]


def _status_fault(got: Answer, rules: FileRules) -> ServingFault | None:
    if got.redirected or 300 <= got.status < 400:
        return ServingFault(
            ServingFaultKind.REDIRECT,
            f"the server redirects instead of answering (HTTP {got.status})",
            f"Answer 200 with the file at this very address; {rules.reader} follows no redirect.",
        )
    if got.status in (401, 403, 407):
        return ServingFault(
            ServingFaultKind.LOGIN_REQUIRED,
            f"the server asks for a login or refuses access (HTTP {got.status})",
            "Let everyone read this one address, without login, allow-list or bot protection.",
        )
    if got.status in (404, 410):
        return ServingFault(
            ServingFaultKind.NOT_FOUND,
            f"there is no file (HTTP {got.status})",
            f"Put the file at {rules.path}.",
        )
    if got.status != 200:
        return ServingFault(
            ServingFaultKind.BAD_STATUS,
            f"the server answered HTTP {got.status}",
            "Answer 200 with the file.",
        )
    return None


def _content_fault(got: Answer, rules: FileRules) -> ServingFault | None:
    if got.body_size > rules.max_bytes:
        return ServingFault(
            ServingFaultKind.TOO_LARGE,
            f"the file has {got.body_size} bytes; {rules.reader} reads at most {rules.max_bytes}",
            "Shorten it: wildcards replace long lists of paths, and apps no longer published can go.",
        )
    if not got.body.strip():
        return ServingFault(ServingFaultKind.EMPTY, "the file is empty", "Serve the association file's JSON.")
    if got.body.lstrip()[:1] == b"<":
        if _LOGIN_WORDS.search(got.body):
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
    return rules.fault_in(got.body)


def _content_type_fault(got: Answer, rules: FileRules) -> ServingFault | None:
    media_type = (got.content_type or "").split(";")[0].strip().lower()
    if media_type in rules.media_types:
        return None
    return ServingFault(
        ServingFaultKind.WRONG_CONTENT_TYPE,
        f"the file is JSON, but served as {media_type or 'no content type'}",
        "Serve it with the header Content-Type: application/json.",
        fatal=False,
    )
