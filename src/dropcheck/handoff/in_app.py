"""What happens to a navigation inside an app's own browser."""

from __future__ import annotations

from dropcheck import apps
from dropcheck.device.model import Mechanism, Os, Topic
from dropcheck.handoff import associations, intent_uri, os_rules, system
from dropcheck.handoff.model import Decision, Navigation, PageEffect, Phone
from dropcheck.handoff.rows import Applied, Facts, RowReader, scheme_and_host
from dropcheck.handoff.system import Kept
from dropcheck.result import Cause, DecisionKind

#: Names the phone's default browser where no particular one is asked for.
DEFAULT_BROWSER = "default"

_IN_PAGE_SCHEMES = frozenset({"about", "blob", "javascript"})
_NOT_OPENABLE = frozenset({"data", "file", "filesystem", "content", "chrome", "view-source"})


def decide_in_app(navigation: Navigation, reader: RowReader, phone: Phone) -> Decision:
    """Return what the phone does with a navigation in this profile's view, in the reader's play."""
    scheme, _ = scheme_and_host(navigation.url)
    refused = refused_window(navigation, reader)
    if refused is not None:
        return refused
    if scheme in system.WEB_SCHEMES:
        return _web_address(navigation, reader, phone)
    if scheme in ("intent", "android-app"):
        return _intent(navigation, reader, phone)
    if scheme in _IN_PAGE_SCHEMES or not scheme:
        return Kept(os_rules.IN_PAGE, navigation.url).loads()
    if scheme in _NOT_OPENABLE:
        return Kept(os_rules.SCHEME_NOT_OPENABLE, navigation.url).refused()
    return _custom_scheme(navigation, reader, phone)


def refused_window(navigation: Navigation, reader: RowReader) -> Decision | None:
    """Return the refusal of a second window where this profile opens none, else None."""
    if navigation.by is not Cause.POPUP and not navigation.new_window:
        return None
    row = reader.find(Topic.POPUP, navigation, Facts(*scheme_and_host(navigation.url)))
    if row is None or row.mechanism is not Mechanism.NO_WINDOW:
        return None
    return Kept(
        row.rule(
            "This app opens no second window: window.open returns null and target=_blank does nothing.",
            "A link that opens in the same view.",
        ),
        navigation.url,
    ).refused()


def _web_address(navigation: Navigation, reader: RowReader, phone: Phone) -> Decision:
    is_ios = reader.profile.os is Os.IOS
    scheme, host = scheme_and_host(navigation.url)
    if not navigation.main_frame:
        return Kept(os_rules.IOS_FRAME if is_ios else os_rules.ANDROID_FRAME, navigation.url).loads()
    claimed = associations.claim(navigation.url, reader, phone)
    is_store = apps.store_link(navigation.url) is not None
    if claimed is None and not is_store:
        return Kept(
            os_rules.IOS_NOT_CLAIMED if is_ios else os_rules.ANDROID_NOT_CLAIMED, navigation.url
        ).loads()
    if is_ios and navigation.began is Cause.APP:
        return Kept(os_rules.IOS_APP_STARTED, navigation.url).loads()
    if navigation.by is Cause.APP:
        # A redirect does reach the host app's code (shouldOverrideUrlLoading), its own first load doesn't.
        return Kept(os_rules.ANDROID_APP_STARTED, navigation.url).loads()
    if is_ios and scheme_and_host(navigation.page_url or "")[1] == host:
        return Kept(os_rules.IOS_SAME_HOST, navigation.url).loads()
    if is_ios and not navigation.gesture:
        return Kept(os_rules.IOS_NO_GESTURE, navigation.url).loads()
    row = reader.find(Topic.UNIVERSAL_LINK if is_ios else Topic.APP_LINK, navigation, Facts(scheme, host))
    if row is None:
        return Kept(os_rules.UNKNOWN_TO_PROFILE, navigation.url).loads()
    if row.mechanism is not Mechanism.OFFERS_LINKS:
        return Kept(
            row.rule("The app keeps this link in its own view.", "The real browser, or another app's view."),
            navigation.url,
        ).loads()
    rule = row.rule(
        "The app lets the system open the app that claims this link.",
        "An app that keeps every link in its own view.",
    )
    if claimed is not None:
        return system.opens_app(rule, navigation.url, claimed.app, claimed.basis)
    return system.opens_store(rule, navigation.url)


def _intent(navigation: Navigation, reader: RowReader, phone: Phone) -> Decision:
    url = navigation.url
    try:
        intent = intent_uri.parse(url)
    except intent_uri.IntentUriError:
        return Kept(os_rules.ANDROID_INTENT_MALFORMED, url).refused()
    facts = Facts("intent", "", intent.package, intent.dead_form)
    row = reader.find(Topic.INTENT, navigation, facts)
    if row is None:
        return Kept(os_rules.UNKNOWN_TO_PROFILE, url).refused()
    if row.mechanism is not Mechanism.PARSES_INTENT:
        return _not_handed_over(row, url)
    rule = row.rule("The app reads the intent and starts it.", "An app that doesn't parse intents.")
    started = system.start_intent(intent, reader, phone, DEFAULT_BROWSER, rule)
    if started is not None:
        return system.asks(rule, started) if row.asks else started
    if intent.fallback_url is None:
        return Kept(os_rules.ANDROID_NO_ACTIVITY, url).refused()
    fallback = reader.find(Topic.INTENT_FALLBACK, navigation, facts)
    if fallback is None or fallback.mechanism is not Mechanism.LOADS_FALLBACK:
        return Kept(os_rules.ANDROID_NO_ACTIVITY, url).refused()
    return Kept(
        fallback.rule("No app answers the intent, so the view loads its fallback address."),
        intent.fallback_url,
    ).loads()


def _custom_scheme(navigation: Navigation, reader: RowReader, phone: Phone) -> Decision:
    url = navigation.url
    scheme, host = scheme_and_host(url)
    row = reader.find(Topic.SCHEME, navigation, Facts(scheme, host))
    if row is None:
        return Kept(os_rules.UNKNOWN_TO_PROFILE, url).refused()
    if row.mechanism is Mechanism.STAYS_IN_APP:
        return Kept(row.rule("The app opens its own link inside itself; that is no exit."), url).refused()
    if row.mechanism is Mechanism.OPENS_BROWSER:
        target = system.carried_address(url)
        if target is None:
            return Kept(os_rules.EXTBROWSER_NOT_WEB, url).refused()
        rule = row.rule("The app's own exit opens the address in the phone's real browser.")
        return _asked(row, system.opens_browser(rule, target, DEFAULT_BROWSER))
    if row.mechanism is Mechanism.PASSES_TO_OS:
        rule = row.rule("The app hands this scheme to the system.", "An app that drops the scheme.")
        handed = system.open_scheme(url, reader.profile.os, phone, rule)
        return _asked(row, handed) if handed.kind is not DecisionKind.REFUSED else handed
    return _not_handed_over(row, url)


def _asked(row: Applied, opened: Decision) -> Decision:
    if not row.asks:
        return opened
    rule = row.rule(
        "The app asks the fan before the page may leave it; while the question is up the page sees no event."
    )
    return system.asks(rule, opened)


def _not_handed_over(row: Applied, url: str) -> Decision:
    if row.mechanism is Mechanism.ERROR_PAGE:
        return Kept(row.rule("The view doesn't know this scheme and shows its own error page."), url).refused(
            PageEffect.ERROR_PAGE
        )
    if row.mechanism is Mechanism.HANGS:
        return Kept(row.rule("The view never finishes this navigation."), url).refused(PageEffect.HANGS)
    return Kept(
        row.rule("The app drops this link without a word.", "A technique this app still honours."), url
    ).refused()
