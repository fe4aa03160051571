"""Statement lists of the Digital Asset Links specification: assets, relations, and what counts as malformed.

Source of every rule here: google/digitalassetlinks, well-known/details.md, and its compatibility tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# details.md prescribes [a-z0-9_.]+ for the detail; the compatibility tests hold the kind to it too.
_RELATION = re.compile(r"[a-z0-9_.]+/[a-z0-9_.]+")
# Lower case and missing colons are refused by the compatibility tests (comptest1001, comptest2312).
_FINGERPRINT = re.compile(r"[0-9A-F]{2}(?::[0-9A-F]{2}){31}")
_PACKAGE_NAME = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*")
_HOST = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?")
_DEFAULT_PORT = {"http": 80, "https": 443}


class MalformedContentError(ValueError):
    """A document, statement or asset that the specification does not allow."""


@dataclass(frozen=True, slots=True)
class WebAsset:
    """A website: scheme (http or https), lower-case host without a trailing dot, and port."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """The site as a URL without a trailing slash; the port only where it is not the scheme's default."""
        return f"{self.scheme}://{self.host}{self._port_suffix}"

    @property
    def statement_list_url(self) -> str:
        """Where the site's own statement list is served."""
        return f"{self.origin}/.well-known/assetlinks.json"

    @property
    def _port_suffix(self) -> str:
        return "" if self.port == _DEFAULT_PORT[self.scheme] else f":{self.port}"

    def as_descriptor(self) -> dict[str, Any]:
        """The site as Google's service writes it: fully qualified, so the host ends in a dot."""
        return {"web": f"{self.scheme}://{self.host}.{self._port_suffix}"}


@dataclass(frozen=True, slots=True)
class AndroidAsset:
    """An Android app signed with one certificate: package name and SHA-256 fingerprint (`AA:BB:…`)."""

    package_name: str
    fingerprint: str

    def as_descriptor(self) -> dict[str, Any]:
        """The app in the shape that queries use."""
        return {"android_app": {"package_name": self.package_name, "sha256_fingerprint": self.fingerprint}}


Asset = WebAsset | AndroidAsset


@dataclass(frozen=True, slots=True)
class Statement:
    """One assertion: the owner of `source` gives `relation` to `target`."""

    source: Asset
    relation: str
    target: Asset

    def as_dict(self) -> dict[str, Any]:
        """The statement as plain data, in the shape of Google's `statements:list` answer."""
        return {
            "source": self.source.as_descriptor(),
            "relation": self.relation,
            "target": self.target.as_descriptor(),
        }


@dataclass(frozen=True, slots=True)
class Include:
    """A pointer to a further statement list."""

    url: str


def is_relation(text: object) -> bool:
    """Whether `text` is written `kind/detail` in the specification's alphabet."""
    return isinstance(text, str) and _RELATION.fullmatch(text) is not None


def normalised_fingerprint(text: str) -> str | None:
    """The SHA-256 fingerprint in the form statements use (upper case, colons), or None if it is not one.

    Meant for fingerprints a person pastes; queries and documents have to be exact already.
    """
    digits = re.sub(r"[\s:]", "", text).upper()
    pairs = ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))
    return pairs if _FINGERPRINT.fullmatch(pairs) else None


def web_asset(site: object) -> WebAsset:
    """The website that `site` names; raises MalformedContentError unless it is a bare http(s) origin."""
    if not isinstance(site, str):
        raise MalformedContentError("a web asset needs a site")
    scheme, host, port, rest = _split_url(site)
    if rest:
        raise MalformedContentError(f"a site is an origin only, without path, query or fragment: {site!r}")
    return WebAsset(scheme, host, port)


def android_asset(package_name: object, fingerprint: object) -> AndroidAsset:
    """The app with this package and certificate; raises MalformedContentError if either is badly written."""
    if not isinstance(package_name, str) or not _PACKAGE_NAME.fullmatch(package_name):
        raise MalformedContentError(f"not a package name: {package_name!r}")
    if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
        raise MalformedContentError(f"not a SHA-256 fingerprint (32 upper-case hex pairs): {fingerprint!r}")
    return AndroidAsset(package_name, fingerprint)


def canonical_url(url: str) -> str:
    """`url` with scheme and host in lower case and without a default port or trailing dot, for lookups.

    Raises MalformedContentError when it is not an absolute http(s) URL.
    """
    scheme, host, port, rest = _split_url(url)
    return WebAsset(scheme, host, port).origin + (rest or "/")


def load_json(body: object) -> Any:
    """The JSON value of a document body (text, bytes or a value already parsed).

    Raises MalformedContentError for anything that is not strict JSON.
    """
    if not isinstance(body, str | bytes | bytearray):
        return body
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedContentError(f"not JSON: {error}") from error


def read_statement_list(source: Asset, body: object) -> list[Statement | Include | MalformedContentError]:
    """The entries of a statement list, in order; a malformed entry stands in the list as its error.

    Raises MalformedContentError when the document as a whole cannot be used.
    """
    value = load_json(body)
    if not isinstance(value, list):
        raise MalformedContentError("a statement list is a JSON array")
    entries: list[Statement | Include | MalformedContentError] = []
    for item in value:
        try:
            entries.extend(_read_entry(source, item))
        except MalformedContentError as error:
            entries.append(error)
    return entries


def _read_entry(source: Asset, item: object) -> Iterator[Statement | Include]:
    if not isinstance(item, Mapping):
        raise MalformedContentError("a statement is a JSON object")
    if "include" in item:
        if "target" in item or "relation" in item:
            raise MalformedContentError("a statement either includes a file or names a target, not both")
        yield _read_include(item["include"])
        return
    relations = item.get("relation")
    if not isinstance(relations, list) or not relations or not all(is_relation(r) for r in relations):
        raise MalformedContentError("relation is a list of 'kind/detail' strings")
    targets = _read_target(item.get("target"))
    yield from (Statement(source, relation, target) for relation in relations for target in targets)


def _read_include(url: object) -> Include:
    if not isinstance(url, str):
        raise MalformedContentError("include is a URL")
    return Include(canonical_url(url))


def _read_target(target: object) -> list[Asset]:
    if not isinstance(target, Mapping):
        raise MalformedContentError("a statement needs a target object")
    namespace = target.get("namespace")
    if namespace == "web":
        return [web_asset(target.get("site"))]
    if namespace == "android_app":
        fingerprints = target.get("sha256_cert_fingerprints")
        if not isinstance(fingerprints, list) or not fingerprints:
            raise MalformedContentError("an Android target lists at least one sha256_cert_fingerprints entry")
        return [android_asset(target.get("package_name"), fingerprint) for fingerprint in fingerprints]
    if namespace == "ios_app" and isinstance(target.get("appid"), str):
        # Allowed by details.md, but no query can ask for it.
        return []
    raise MalformedContentError(f"unknown namespace {namespace!r}")


def _split_url(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError as error:
        raise MalformedContentError(f"not a URL: {url!r}") from error
    if scheme not in _DEFAULT_PORT:
        raise MalformedContentError(f"not an http or https URL: {url!r}")
    if "@" in parts.netloc or not _HOST.fullmatch(host):
        raise MalformedContentError(f"not a plain host name: {url!r}")
    # urlsplit drops tabs, line breaks and surrounding blanks in silence; a statement with them is malformed.
    if any(character.isspace() for character in url):
        raise MalformedContentError(f"blank space in a URL: {url!r}")
    rest = url.split("://", 1)[1][len(parts.netloc) :] if "://" in url else ""
    return scheme, host.rstrip("."), _DEFAULT_PORT[scheme] if port is None else port, rest


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
