"""What Chrome on Android knows when a navigation starts: the intent, who could take it, how the chain began.

Reads a scenario in the field names of the shared vectors (`external_nav.json`, platform `android-chrome`).
Source: Chromium's `ExternalNavigationHandler`, `RedirectHandler` and their tests (in youtube/cobalt).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dropcheck.handoff import intent_uri
from dropcheck.handoff.intent_uri import IntentUri, IntentUriError

# Names of the browser itself: Chrome's channels, then what Chromium's test and the vectors call it.
_OWN_PACKAGES = frozenset(
    {"com.android.chrome", "com.chrome.beta", "com.chrome.dev", "com.chrome.canary", "org.chromium.chrome"}
    | {"test.app.name", "the browser"}
)
_OWN_PACKAGE = "the browser"
_OWN_SCHEMES = ("googlechrome", "selfscheme")
_OWN_SCHEME_NAVIGATE = re.compile(rf"(?:{'|'.join(_OWN_SCHEMES)})://navigate\?url=(.+)", re.I | re.S)
# UrlUtilities.isAcceptedScheme: what the browser loads itself.
_ACCEPTED_SCHEMES = frozenset({"about", "data", "file", "http", "https", "inline", "javascript"})
_WEBAPK_PREFIX = "org.chromium.webapk."
# Chrome checks a WebAPK's signature; Chromium's test gives this name to one that fails the check.
_UNSIGNED_WEBAPK = "org.chromium.webapk.invalid"
_WTAI_CALL = "wtai://wp/mc;"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB_ADDRESS = re.compile(r"(https?):[/\\]*([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?", re.I | re.S)
_BROWSER_STARTED = (
    "typed",
    "reload",
    "from_api",
    "from_address_bar",
    "generated",
    "keyword",
    "auto_bookmark",
)


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An http(s) address in Chromium's spelling: `host` in lower case without port, `path` at least ``/``."""

    spec: str
    host: str
    path: str
    query: str

    def parameter(self, name: str) -> str:
        """The first value of a query parameter, empty where there is none."""
        for pair in self.query.split("&"):
            key, _, value = pair.partition("=")
            if key == name:
                return value
        return ""


def web_address(url: str | None) -> WebAddress | None:
    """The parts of an http(s) address, None for any other text."""
    found = _WEB_ADDRESS.fullmatch((url or "").strip())
    if found is None or not found[2].rpartition("@")[2].strip():
        return None
    authority = found[2].rpartition("@")[2].lower()
    host, _, port = authority.partition(":") if not authority.startswith("[") else (authority, "", "")
    scheme = found[1].lower()
    shown = host if port in ("", {"http": "80", "https": "443"}[scheme]) else f"{host}:{port}"
    path, query = found[3] or "/", found[4]
    spec = f"{scheme}://{shown}{path}" + ("" if query is None else f"?{query}") + (found[5] or "")
    return WebAddress(spec=spec, host=host, path=path, query=query or "")


def scheme_of(url: str) -> str:
    """The scheme in lower case, empty where there is none."""
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


@dataclass(frozen=True, slots=True)
class Resolver:
    """An activity that could take the intent; `specialized` where it names the hosts it wants."""

    package: str
    specialized: bool = False
    exported: bool = True

    @property
    def is_browser_itself(self) -> bool:
        return self.package in _OWN_PACKAGES


@dataclass(frozen=True, slots=True)
class Chain:
    """How the chain of navigations began and what happened on it (`RedirectHandler`)."""

    renderer_initiated: bool
    gesture: bool
    reload: bool
    intent: Mapping[str, Any] | None
    first_load: bool = True
    used_back_or_forward: bool = False
    handed_over: bool = False

    @property
    def prefers_browser(self) -> bool:
        """An app that names the browser in its intent wants the browser, unless its custom tab says not."""
        intent = self.intent or {}
        if intent.get("custom_tab"):
            return not intent.get("send_to_external")
        return any(value in _OWN_PACKAGES for value in intent.values() if isinstance(value, str))


class Scene:
    """One scenario, read with the defaults of Chromium's test: a link in the main frame, tapped."""

    def __init__(self, scenario: Mapping[str, Any]) -> None:
        self._scenario = scenario
        raw = str(scenario.get("url") or "")
        address = web_address(raw)
        self.url = address.spec if address else raw
        self.address = address
        self.scheme = scheme_of(self.url)
        self.transition = frozenset(str(scenario.get("transition") or "link").split("|"))
        self.is_intent_url = self.scheme in ("intent", "android-app")

    def flag(self, *names: str, default: bool = False) -> bool:
        """Whether the scenario sets any of these names; `default` where it has none of them.

        Several names stand where the shared vectors show none and Chromium's own parameter has two readings.
        """
        given = [self._scenario[name] for name in names if self._scenario.get(name) is not None]
        return any(given) if given else default

    @property
    def referrer(self) -> str:
        return str(self._scenario.get("referrer") or "")

    @property
    def previous_url(self) -> str:
        return str(self._scenario.get("last_committed_url") or self.referrer)

    @property
    def client_package(self) -> str | None:
        """The package of the WebAPK the page is shown in."""
        names = ("native_client_package", "client_package", "referrer_webapp_package")
        return next((self._scenario[name] for name in names if self._scenario.get(name)), None)

    @property
    def opaque_initiator(self) -> bool:
        return (
            self.flag("opaque_origin", "initiator_opaque")
            or self._scenario.get("initiator_origin") == "opaque"
        )

    @cached_property
    def intent(self) -> IntentUri | None:
        """The intent Chrome would send, None for an intent URI that does not parse."""
        if self.is_intent_url:
            try:
                return intent_uri.parse(self.scheme + self.url[len(self.scheme) :])
            except IntentUriError:
                return None
        if self.url.startswith(_WTAI_CALL):
            return IntentUri(data=f"tel:{self.url.removeprefix(_WTAI_CALL)}")
        return IntentUri(data=self.url or None)

    @cached_property
    def data(self) -> str:
        return (self.intent.data if self.intent else None) or ""

    @cached_property
    def package(self) -> str | None:
        return self.intent.package if self.intent else None

    @cached_property
    def target_scheme(self) -> str:
        """The scheme of an intent URI's data, else that of the URL."""
        return scheme_of(self.data) if self.is_intent_url and self.data else self.scheme

    @cached_property
    def fallback(self) -> WebAddress | None:
        return web_address(self.intent.fallback_url) if self.intent else None

    @cached_property
    def inner_address(self) -> WebAddress | None:
        """The web address the intent stands for, the browser's own scheme unwrapped."""
        own = _OWN_SCHEME_NAVIGATE.fullmatch(self.data)
        if own is None:
            return web_address(self.data)
        return web_address(own[1] if ":" in own[1] else f"http://{own[1]}")

    @cached_property
    def is_external_protocol(self) -> bool:
        return self.scheme not in _ACCEPTED_SCHEMES

    @property
    def is_from_intent(self) -> bool:
        return "from_api" in self.transition

    @cached_property
    def is_incoming_intent_redirect(self) -> bool:
        on_redirect = self.chain.intent is not None and not self.chain.first_load
        return (self.is_from_intent and self.flag("is_redirect")) or on_redirect

    @cached_property
    def resolvers(self) -> list[Resolver]:
        return self.resolvers_of(self.data, self.package)

    def resolvers_of(self, data: str, package: str | None = None) -> list[Resolver]:
        """Who could take an intent with this data (and package), as the scenario describes the phone."""
        scheme, anything_resolves = scheme_of(data), self.flag("external_schemes_resolve", default=True)
        found: list[Resolver] = []
        if scheme in ("http", "https", *_OWN_SCHEMES) and (package is None or package in _OWN_PACKAGES):
            found.append(Resolver(_OWN_PACKAGE))
        for handler in self._scenario.get("handlers") or ():
            name = str(handler.get("package") or "")
            prefix = str(handler.get("url_prefix") or handler.get("url") or "")
            if prefix and data.startswith(prefix) and package in (None, name):
                specialized = handler.get("specialized", True)
                found.append(Resolver(name, bool(specialized), bool(handler.get("exported", True))))
        if scheme.startswith("market"):
            if self.flag("market_installed", default=True):
                found.append(Resolver("market"))
        elif anything_resolves:
            found.append(Resolver(scheme or "package"))
        if self.flag("resolves_to_other_browser"):
            found.append(Resolver("another browser"))
        return found

    @cached_property
    def specialized(self) -> list[Resolver]:
        return [resolver for resolver in self.resolvers if resolver.specialized]

    @property
    def resolves_to_browser_itself(self) -> bool:
        """Whether Android would start this browser, or a chooser that offers it.

        `resolves_to_self` says that the browser is among the takers; without it the browser must be the only
        one. An app that claims the address wins over a browser unless the intent names the browser.
        """
        if not self.flag("resolves_to_self"):
            return bool(self.resolvers) and all(resolver.is_browser_itself for resolver in self.resolvers)
        return self.flag("resolves_to_disambiguation") or self.targets_browser_itself or not self.specialized

    @property
    def targets_browser_itself(self) -> bool:
        return self.package in _OWN_PACKAGES

    def sole_webapk(self, resolvers: Sequence[Resolver]) -> str | None:
        """The one specialised handler, where it is a genuine WebAPK."""
        packages = [resolver.package for resolver in resolvers if resolver.specialized]
        if len(packages) != 1 or packages[0] == _UNSIGNED_WEBAPK:
            return None
        return packages[0] if packages[0].startswith(_WEBAPK_PREFIX) else None

    @cached_property
    def chain(self) -> Chain:
        """The chain the navigation is the last step of; a scenario without `chain` is its only step."""
        steps = self._scenario.get("chain") or [
            {"gesture": self._scenario.get("user_gesture_on_chain", True)}
            | {"renderer_initiated": self.flag("renderer_initiated", default=True)}
        ]
        chain: Chain | None = None
        for step in steps:
            chain = _next_in_chain(chain, step, self.transition)
        assert chain is not None
        return replace(chain, gesture=self.flag("user_gesture_on_chain", default=chain.gesture))


def _next_in_chain(chain: Chain | None, step: Mapping[str, Any], default: frozenset[str]) -> Chain:
    """A server redirect and anything a page starts without a gesture goes on with the chain it is on."""
    transition = frozenset(str(step["transition"]).split("|")) if step.get("transition") else default
    renderer_initiated = bool(step.get("renderer_initiated", transition.isdisjoint(_BROWSER_STARTED)))
    gesture = bool(step.get("gesture"))
    handed_over = step.get("result") not in (None, "stay")
    if chain is not None and (step.get("redirect") or (renderer_initiated and not gesture)):
        chain = replace(chain, first_load=False)
    else:
        chain = Chain(
            renderer_initiated=renderer_initiated,
            gesture=gesture,
            reload="reload" in transition,
            intent=step if "from_api" in transition else None,
        )
    return replace(
        chain,
        used_back_or_forward=chain.used_back_or_forward or "forward_back" in transition,
        handed_over=chain.handed_over or handed_over,
    )
