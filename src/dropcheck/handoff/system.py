"""What iOS and Android do with a URL once an app hands it to them."""

from __future__ import annotations

from dataclasses import dataclass

from dropcheck import apps
from dropcheck.device.model import Os
from dropcheck.handoff import associations, os_rules
from dropcheck.handoff.intent_uri import IntentUri
from dropcheck.handoff.model import Decision, PageEffect, Phone, Rule
from dropcheck.handoff.rows import RowReader, scheme_and_host
from dropcheck.result import Basis, DecisionKind

WEB_SCHEMES = frozenset({"http", "https"})

#: Schemes of each system's store. Sources: Apple, itms-apps links open the App Store; developer.android.com,
#: linking to Google Play.
_STORE_SCHEMES = {
    Os.IOS: frozenset({"itms-apps", "itms-appss", "itms", "itmss"}),
    Os.ANDROID: frozenset({"market"}),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """How a decision that changes nothing on screen is written."""

    rule: Rule
    url: str

    def refused(self, page: PageEffect = PageEffect.STAYS) -> Decision:
        """Return the decision that nothing happens (or the engine's error page shows)."""
        return Decision(DecisionKind.REFUSED, self.rule, self.url, page)

    def loads(self, basis: Basis = Basis.MODELLED) -> Decision:
        """Return the decision that the address loads in this view."""
        return Decision(DecisionKind.LOADS, self.rule, self.url, PageEffect.LOADS, basis=basis)


def opens_app(rule: Rule, url: str, app: str, association: Basis | None = None) -> Decision:
    """Return the decision that `url` is handed to an app and the page stays where it was.

    `association` tells what the app's claim on the address rests on: a fetched file or the catalogue.
    """
    detail = {} if association is None else {"association": association.value}
    return Decision(DecisionKind.OPENS_APP, rule, url, PageEffect.STAYS, app=app, detail=detail)


def opens_browser(rule: Rule, url: str, browser: str) -> Decision:
    """Return the decision that the real browser opens `url`."""
    return Decision(DecisionKind.OPENS_BROWSER, rule, url, PageEffect.STAYS, app=browser)


def opens_store(rule: Rule, url: str) -> Decision:
    """Return the decision that the phone's store opens; `app` is the app whose page it shows, if known."""
    link = apps.store_link(url)
    return Decision(
        DecisionKind.OPENS_STORE, rule, url, PageEffect.STAYS, app=link.app if link is not None else None
    )


def asks(rule: Rule, then: Decision) -> Decision:
    """Return the decision that the fan is asked first, and what agreeing does."""
    return Decision(DecisionKind.ASKS, rule, then.url, PageEffect.STAYS, app=then.app, then=then)


def open_scheme(url: str, os: Os, phone: Phone, rule: Rule) -> Decision:
    """Return what the system does with a custom-scheme URL an app hands over; `rule` let it through."""
    scheme, _ = scheme_and_host(url)
    if scheme in _STORE_SCHEMES[os] and apps.store_link(url) is not None:
        return opens_store(os_rules.STORE_LINK, url)
    app = apps.app_for_scheme(scheme, os.value)
    if os is Os.IOS and app is not None and app.role is apps.Role.BROWSER:
        return _open_in_browser(url, app.id, phone, rule)
    if app is None or app.id not in phone.installed:
        return Kept(os_rules.IOS_NO_APP if os is Os.IOS else os_rules.ANDROID_NO_ACTIVITY, url).refused()
    opened = opens_app(rule, url, app.id)
    return asks(os_rules.IOS_OPEN_PROMPT, opened) if os is Os.IOS else opened


def _open_in_browser(url: str, browser: str, phone: Phone, rule: Rule) -> Decision:
    target = carried_address(url)
    if target is None:
        return Kept(os_rules.EXTBROWSER_NOT_WEB, url).refused()
    if browser != "safari" and browser not in phone.installed:
        return Kept(os_rules.IOS_NO_APP, url).refused()
    return opens_browser(rule, target, browser)


def carried_address(url: str) -> str | None:
    """Return the web address inside a browser's scheme or an app's escape link, or None."""
    carried = apps.unwrap(url)
    return carried if carried is not None and is_web_address(carried) else None


def is_web_address(url: str) -> bool:
    """Return whether `url` is http(s) with a host."""
    scheme, host = scheme_and_host(url)
    return scheme in WEB_SCHEMES and bool(host)


def start_intent(
    intent: IntentUri, reader: RowReader, phone: Phone, default_browser: str, rule: Rule
) -> Decision | None:
    """Return what Android does when an app starts this intent, or None when no activity answers it.

    `rule` let the intent through. A web address goes to the installed app verified for it, else (Android 12)
    to the default browser; a `package` limits it to that app.
    """
    url = intent.browser_url or intent.data or ""
    scheme, _ = scheme_and_host(url)
    named = apps.app_for_package(intent.package) if intent.package else None
    for_store = scheme == "market" or apps.store_link(url) is not None
    if for_store and (named is None or named.role is not apps.Role.BROWSER):
        return opens_store(os_rules.STORE_LINK, url)
    if intent.package:
        return _start_in_package(intent.package, url, phone, rule)
    if scheme in WEB_SCHEMES:
        claimed = associations.claim(url, reader, phone)
        if claimed is not None:
            return opens_app(rule, url, claimed.app, claimed.basis)
        return opens_browser(os_rules.ANDROID_INTENT_BROWSER, url, default_browser)
    app = apps.app_for_scheme(scheme, Os.ANDROID.value)
    if app is not None and app.id in phone.installed:
        return opens_app(rule, url, app.id)
    return None


def _start_in_package(package: str, url: str, phone: Phone, rule: Rule) -> Decision | None:
    app = apps.app_for_package(package)
    scheme, host = scheme_and_host(url)
    if app is None:
        return None
    if app.role is apps.Role.BROWSER:
        if scheme in WEB_SCHEMES and (app.id == "chrome" or app.id in phone.installed):
            return opens_browser(rule, url, app.id)
        return None
    if app.id not in phone.installed:
        return None
    if scheme in app.schemes(Os.ANDROID.value) or (scheme in WEB_SCHEMES and host in app.hosts):
        return opens_app(rule, url, app.id)
    return None
