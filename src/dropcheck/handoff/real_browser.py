"""What happens to a navigation in the phone's real browser: Safari's rules and Chrome's."""

from __future__ import annotations

from dropcheck import apps
from dropcheck.device.model import Os, Topic
from dropcheck.handoff import associations, chrome_android, in_app, intent_uri, os_rules, system
from dropcheck.handoff.model import Decision, Navigation, Phone, Rule
from dropcheck.handoff.rows import Facts, RowReader, scheme_and_host
from dropcheck.handoff.system import Kept
from dropcheck.result import Cause, Confidence, DecisionKind

#: Source: developer.android.com, linking to Google Play.
_PLAY_STORE = "com.android.vending"

#: The browser that each system opens in an app's tab or view.
_SYSTEMS_OWN = {Os.IOS: "safari", Os.ANDROID: "chrome"}


def decide_in_browser(navigation: Navigation, reader: RowReader, phone: Phone) -> Decision:
    """Return what the phone does with a navigation in its real browser.

    Safari is a WebKit view whose app hands everything to the system, so the in-app rules serve it with
    Safari's own rows. Chrome on Android follows Chromium's external navigation rules.
    """
    rules = _chrome if reader.profile.os is Os.ANDROID else in_app.decide_in_app
    return _in_this_browser(rules(navigation, reader, phone), reader)


def _in_this_browser(decision: Decision, reader: RowReader) -> Decision:
    """A link that opens the real browser just loads where the fan is in that browser already.

    An app's Safari view or Chrome tab counts as that browser: the page on screen is the one it would show.
    """
    final = decision.final
    own = (in_app.DEFAULT_BROWSER, reader.profile.app, _SYSTEMS_OWN[reader.profile.os])
    if final.kind is not DecisionKind.OPENS_BROWSER or final.app not in own:
        return decision
    return Kept(final.rule, final.url).loads()


def _chrome(navigation: Navigation, reader: RowReader, phone: Phone) -> Decision:
    scheme, _ = scheme_and_host(navigation.url)
    blocked = in_app.refused_window(navigation, reader)
    if blocked is not None:
        return blocked
    if scheme in system.WEB_SCHEMES and not navigation.main_frame:
        return Kept(os_rules.CHROME_FRAME, navigation.url).loads()
    intent = _intent_of(navigation.url)
    if scheme in ("intent", "android-app") and intent is None:
        return Kept(os_rules.ANDROID_INTENT_MALFORMED, navigation.url).refused()
    scenario = _scenario(navigation, intent, reader, phone)
    if scheme in system.WEB_SCHEMES and not scenario["handlers"]:
        return Kept(os_rules.ANDROID_NOT_CLAIMED, navigation.url).loads()
    explained = chrome_android.explain(scenario)
    rule = _rule(reader, navigation, explained.rule, explained.why)
    return _carry_out(explained, rule, navigation, intent, reader, phone)


def _intent_of(url: str) -> intent_uri.IntentUri | None:
    if scheme_and_host(url)[0] not in ("intent", "android-app"):
        return None
    try:
        return intent_uri.parse(url)
    except intent_uri.IntentUriError:
        return None


def _scenario(
    navigation: Navigation, intent: intent_uri.IntentUri | None, reader: RowReader, phone: Phone
) -> dict[str, object]:
    target = (intent.data or "") if intent is not None else navigation.url
    handler, resolves = _handler(intent, target, reader, phone)
    page_scheme, page_host = scheme_and_host(navigation.page_url or "")
    return {
        "url": navigation.url,
        "from_webview": False,
        "transition": _transition(navigation),
        "user_gesture_on_chain": navigation.gesture,
        "has_user_gesture": navigation.gesture,
        "is_redirect": navigation.by is Cause.REDIRECT,
        "renderer_initiated": navigation.began is not Cause.APP,
        "main_frame": navigation.main_frame,
        "incognito": False,
        "referrer": f"{page_scheme}://{page_host}" if page_host else None,
        "last_committed_url": navigation.page_url,
        "app_installed": handler is not None or resolves,
        "handlers": [handler] if handler is not None else [],
        "external_schemes_resolve": resolves,
        "market_installed": True,
        "chrome_in_foreground": True,
    }


def _transition(navigation: Navigation) -> str:
    # A link handed over by another app arrives as an intent from outside, not as an address someone typed.
    if navigation.began is Cause.APP:
        return "link|from_api"
    if not navigation.main_frame:
        return "auto_subframe"
    if navigation.began is Cause.FORM:
        return "form_submit"
    if navigation.began in (Cause.SCRIPT, Cause.META) and not navigation.gesture:
        return "client_redirect"
    return "link"


def _handler(
    intent: intent_uri.IntentUri | None, target: str, reader: RowReader, phone: Phone
) -> tuple[dict[str, object] | None, bool]:
    scheme, host = scheme_and_host(target)
    if scheme in system.WEB_SCHEMES:
        if apps.store_link(target) is not None:
            return _handles(scheme, host, _PLAY_STORE), False
        claimed = associations.claim(target, reader, phone)
        if claimed is None:
            return None, False
        app = apps.catalogue().get(claimed.app)
        packages = app.packages if app is not None else ()
        package = intent.package if intent is not None and intent.package else None
        if package is not None and package not in packages:
            return None, False
        return _handles(scheme, host, packages[0] if packages else claimed.app), False
    app = apps.app_for_scheme(scheme, Os.ANDROID.value)
    if scheme == "market":
        return None, True
    if intent is not None and intent.package:
        named = apps.app_for_package(intent.package)
        app = named if named is not None and scheme in named.schemes(Os.ANDROID.value) else None
    resolves = app is not None and app.id in phone.installed
    return None, resolves


def _handles(scheme: str, host: str, package: str) -> dict[str, object]:
    return {"url_prefix": f"{scheme}://{host}", "package": package, "specialized": True, "exported": True}


def _rule(reader: RowReader, navigation: Navigation, name: str, why: str) -> Rule:
    topic = Topic.INTENT if navigation.url.startswith("intent:") else Topic.SCHEME
    row = reader.find(topic, navigation, Facts(*scheme_and_host(navigation.url)))
    source = row.row.source if row is not None else ("Chromium ExternalNavigationHandler",)
    date = row.row.date.isoformat() if row is not None else os_rules.PLAIN_LOAD.date
    confidence = row.row.confidence if row is not None else Confidence.CONFIRMED
    return Rule(id=f"chrome/{name}", why=why, confidence=confidence, date=date, source=source)


def _carry_out(
    explained: chrome_android.Explanation,
    rule: Rule,
    navigation: Navigation,
    intent: intent_uri.IntentUri | None,
    reader: RowReader,
    phone: Phone,
) -> Decision:
    result = explained.result
    target = (intent.data or navigation.url) if intent is not None else navigation.url
    is_web = system.is_web_address(target)
    if result in ("open_app", "webapk"):
        return _opened(target, rule, intent, reader, phone)
    if result == "prompt":
        return system.asks(rule, _opened(target, rule, intent, reader, phone))
    if result == "fallback_url" and intent is not None and intent.fallback_url is not None:
        return Kept(rule, intent.fallback_url).loads()
    if result == "play_store":
        return system.opens_store(rule, explained.target_url or target)
    if is_web and (intent is None or result == "navigate_tab"):
        return Kept(rule, target).loads()
    if scheme_and_host(navigation.url)[0] in ("about", "blob", "javascript"):
        return Kept(os_rules.IN_PAGE, navigation.url).loads()
    return Kept(rule, navigation.url).refused()


def _opened(
    target: str, rule: Rule, intent: intent_uri.IntentUri | None, reader: RowReader, phone: Phone
) -> Decision:
    if apps.store_link(target) is not None:
        return system.opens_store(rule, target)
    if system.is_web_address(target):
        claimed = associations.claim(target, reader, phone)
        if claimed is not None:
            return system.opens_app(rule, target, claimed.app, claimed.basis)
        return system.opens_browser(rule, target, in_app.DEFAULT_BROWSER)
    scheme, _ = scheme_and_host(target)
    named = apps.app_for_package(intent.package) if intent is not None and intent.package else None
    app = named or apps.app_for_scheme(scheme, Os.ANDROID.value)
    if app is None:
        return Kept(os_rules.ANDROID_NO_ACTIVITY, target).refused()
    return system.opens_app(rule, target, app.id)
