"""Digital Asset Links: does a site vouch for an app (or another site), going by the documents it serves.

Rules: google/digitalassetlinks, well-known/details.md and its compatibility tests; the browser's own
check follows Chromium's components/content_relationship_verification/digital_asset_links_handler.cc.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dropcheck.handoff.assetlinks_serving import serving_faults
from dropcheck.handoff.assetlinks_statements import (
    AndroidAsset,
    Asset,
    Include,
    MalformedContentError,
    Statement,
    WebAsset,
    android_asset,
    canonical_url,
    is_relation,
    load_json,
    normalised_fingerprint,
    read_statement_list,
    web_asset,
)
from dropcheck.handoff.association_serving import ServingFault, ServingFaultKind

__all__ = [
    "HANDLE_ALL_URLS",
    "ErrorCode",
    "LinkCheck",
    "Outcome",
    "ServingFault",
    "ServingFaultKind",
    "Statement",
    "StatementList",
    "check",
    "list_statements",
    "serving_faults",
    "verifies",
]

HANDLE_ALL_URLS = "delegate_permission/common.handle_all_urls"
"""The relation App Link verification asks for."""

_QUERY_WEBAPK = "delegate_permission/common.query_webapk"

# details.md names no number: ten included files is an assumption, far beyond what real sites use.
_INCLUDE_BUDGET = 10


class Outcome(StrEnum):
    """How a query ended, in the words of the compatibility tests."""

    SUCCESS = "SUCCESS"
    FETCH_ERROR = "FETCH_ERROR"
    QUERY_PARSING_ERROR = "QUERY_PARSING_ERROR"


class ErrorCode(StrEnum):
    """Why a document could not be used (google/digitalassetlinks, compatibility-tests/v1/messages.proto)."""

    FETCH_ERROR = "FETCH_ERROR"
    MALFORMED_CONTENT = "MALFORMED_CONTENT"
    SECURE_ASSET_INCLUDES_INSECURE = "SECURE_ASSET_INCLUDES_INSECURE"
    FETCH_BUDGET_EXHAUSTED = "FETCH_BUDGET_EXHAUSTED"


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """The answer to a check: `linked` stands even where `outcome` is FETCH_ERROR.

    `error_codes` are without repetition in the order met; `reason` is one plain sentence.
    """

    linked: bool
    outcome: Outcome
    error_codes: tuple[ErrorCode, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StatementList:
    """The statements a source makes, as far as its documents could be read."""

    statements: tuple[Statement, ...]
    outcome: Outcome
    error_codes: tuple[ErrorCode, ...] = ()
    reason: str = ""


def check(
    documents: Mapping[str, Any],
    source: Mapping[str, Any] | None,
    relation: str | None,
    target: Mapping[str, Any] | None,
) -> LinkCheck:
    """Whether `source` delegates `relation` to `target`, by the statement lists in `documents`.

    `source` and `target` are `{"web": origin}` or `{"android_app": {"package_name",
    "sha256_fingerprint"}}`. A target with a list `sha256_fingerprints`, or the WebAPK relation, asks
    Chromium's stricter question instead: every certificate must be listed in one statement, includes are
    not followed. `documents` maps URL to body; a URL not in it is not served. Never raises.
    """
    try:
        origin = _query_asset(source)
        if _is_browser_query(relation, target):
            return _browser_check(documents, origin, relation, target)
        wanted = _query_asset(target)
        if not is_relation(relation):
            raise MalformedContentError(f"relation is not 'kind/detail': {relation!r}")
    except MalformedContentError as error:
        return LinkCheck(False, Outcome.QUERY_PARSING_ERROR, (), str(error))
    found = _collect(documents, origin)
    linked = any(s.relation == relation and s.target == wanted for s in found.statements)
    reason = found.reason or ("a statement says so" if linked else "no statement says so")
    return LinkCheck(linked, found.outcome, found.error_codes, reason)


def list_statements(
    documents: Mapping[str, Any], source: Mapping[str, Any] | None, relation: str | None = None
) -> StatementList:
    """All statements of `source` in `documents`, of one `relation` unless that is empty. Never raises."""
    try:
        origin = _query_asset(source)
        if relation and not is_relation(relation):
            raise MalformedContentError(f"relation is not 'kind/detail': {relation!r}")
    except MalformedContentError as error:
        return StatementList((), Outcome.QUERY_PARSING_ERROR, (), str(error))
    found = _collect(documents, origin)
    chosen = tuple(s for s in found.statements if not relation or s.relation == relation)
    return StatementList(chosen, found.outcome, found.error_codes, found.reason)


def verifies(document: Any, package: str, fingerprint: str | None = None) -> bool:
    """Whether one assetlinks.json (text, bytes or parsed) verifies App Links for `package`. Never raises.

    `fingerprint` is the signing certificate's SHA-256 in any common spelling; without it any certificate
    will do. Included files are not followed, for only the one document is at hand.
    """
    wanted = None
    if fingerprint is not None:
        wanted = normalised_fingerprint(fingerprint)
        if wanted is None:
            return False
    try:
        entries = read_statement_list(WebAsset("https", "", 443), document)
    except MalformedContentError:
        return False
    return any(
        isinstance(entry, Statement)
        and entry.relation == HANDLE_ALL_URLS
        and isinstance(entry.target, AndroidAsset)
        and entry.target.package_name == package
        and wanted in (None, entry.target.fingerprint)
        for entry in entries
    )


def _query_asset(query: Mapping[str, Any] | None) -> Asset:
    if isinstance(query, Mapping):
        if "web" in query:
            return web_asset(query["web"])
        app = query.get("android_app")
        if isinstance(app, Mapping):
            return android_asset(app.get("package_name"), app.get("sha256_fingerprint"))
    raise MalformedContentError("an asset is a web site or an android_app")


def _collect(documents: Mapping[str, Any], source: Asset) -> StatementList:
    if not isinstance(source, WebAsset):
        reason = "an app's own statements are inside its APK, which is not among the documents"
        return StatementList((), Outcome.FETCH_ERROR, (ErrorCode.FETCH_ERROR,), reason)
    walk = _Walk(_by_canonical_url(documents), source)
    walk.read(source.statement_list_url)
    return StatementList(
        tuple(walk.statements),
        Outcome.FETCH_ERROR if walk.errors else Outcome.SUCCESS,
        tuple(walk.errors),
        "; ".join(walk.errors.values()),
    )


class _Walk:
    """One reading of a source's statement list and of the files it includes."""

    def __init__(self, documents: Mapping[str, Any], source: WebAsset) -> None:
        self._documents = documents
        self._source = source
        self._read: set[str] = set()
        self._chain: list[str] = []
        self.statements: list[Statement] = []
        self.errors: dict[ErrorCode, str] = {}

    def read(self, url: str) -> None:
        self._read.add(url)
        body = self._documents.get(url)
        if body is None:
            self._error(ErrorCode.FETCH_ERROR, f"{url} is not served")
            return
        try:
            entries = read_statement_list(self._source, body)
        except MalformedContentError as error:
            self._error(ErrorCode.MALFORMED_CONTENT, f"{url}: {error}")
            return
        self._chain.append(url)
        for entry in entries:
            if isinstance(entry, Statement):
                self.statements.append(entry)
            elif isinstance(entry, Include):
                self._follow(url, entry.url)
            else:
                self._error(ErrorCode.MALFORMED_CONTENT, f"{url}: {entry}")
        self._chain.pop()

    def _follow(self, including: str, included: str) -> None:
        if including.startswith("https:") and not included.startswith("https:"):
            reason = f"{including} includes {included} without TLS"
            self._error(ErrorCode.SECURE_ASSET_INCLUDES_INSECURE, reason)
        elif included in self._chain:
            # A loop can only repeat itself; the reference goes round it until its budget is spent.
            self._error(ErrorCode.FETCH_BUDGET_EXHAUSTED, f"{included} includes itself")
        elif included not in self._read:
            if len(self._read) > _INCLUDE_BUDGET:
                self._error(ErrorCode.FETCH_BUDGET_EXHAUSTED, f"more than {_INCLUDE_BUDGET} included files")
            else:
                self.read(included)

    def _error(self, code: ErrorCode, reason: str) -> None:
        self.errors.setdefault(code, reason)


def _by_canonical_url(documents: Mapping[str, Any]) -> dict[str, Any]:
    served: dict[str, Any] = {}
    for url, body in documents.items():
        try:
            served[canonical_url(url)] = body
        except MalformedContentError:
            continue
    return served


def _is_browser_query(relation: str | None, target: Mapping[str, Any] | None) -> bool:
    if not isinstance(target, Mapping):
        return False
    app = target.get("android_app")
    return relation == _QUERY_WEBAPK or (isinstance(app, Mapping) and "sha256_fingerprints" in app)


def _browser_check(
    documents: Mapping[str, Any], source: Asset, relation: str | None, target: Mapping[str, Any] | None
) -> LinkCheck:
    if not isinstance(source, WebAsset) or not isinstance(target, Mapping):
        raise MalformedContentError("the browser asks for an app or a WebAPK on a web origin")
    url = source.statement_list_url
    body = _by_canonical_url(documents).get(url)
    if body is None:
        return LinkCheck(False, Outcome.FETCH_ERROR, (ErrorCode.FETCH_ERROR,), f"{url} is not served")
    try:
        statements = load_json(body)
        if not isinstance(statements, list):
            raise MalformedContentError("a statement list is a JSON array")
    except MalformedContentError as error:
        return LinkCheck(False, Outcome.FETCH_ERROR, (ErrorCode.MALFORMED_CONTENT,), f"{url}: {error}")
    linked = any(_browser_accepts(statement, relation, target) for statement in statements)
    return LinkCheck(linked, Outcome.SUCCESS, (), "a statement says so" if linked else "no statement says so")


def _browser_accepts(statement: object, relation: str | None, target: Mapping[str, Any]) -> bool:
    """Chromium compares the strings as they stand, and all of them within one statement."""
    if not isinstance(statement, Mapping):
        return False
    named, relations = statement.get("target"), statement.get("relation")
    if not isinstance(named, Mapping) or not isinstance(relations, list) or relation not in relations:
        return False
    app = target.get("android_app")
    if not isinstance(app, Mapping):
        site = target.get("web")
        return isinstance(site, str) and named.get("namespace") == "web" and named.get("site") == site
    return (
        named.get("namespace") == "android_app"
        and isinstance(app.get("package_name"), str)
        and named.get("package_name") == app["package_name"]
        and _lists_all(named.get("sha256_cert_fingerprints"), _fingerprints(app))
    )


def _fingerprints(app: Mapping[str, Any]) -> list[Any]:
    several = app.get("sha256_fingerprints", app.get("sha256_fingerprint"))
    return list(several) if isinstance(several, list | tuple) else [several]


def _lists_all(listed: object, wanted: Iterable[Any]) -> bool:
    return isinstance(listed, list) and all(isinstance(f, str) and f in listed for f in wanted)
