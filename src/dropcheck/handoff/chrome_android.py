"""Whether Chrome on Android keeps a navigation or hands it to an app: Chromium's rules, in its order.

Source: Chromium's `ExternalNavigationHandler.shouldOverrideUrlLoading` and `ExternalNavigationHandlerTest`
(copy in youtube/cobalt@447c82d). Every rule has a name, so that a report can quote the one that decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dropcheck.handoff import _chrome_conditions as conditions
from dropcheck.handoff import chrome_ios
from dropcheck.handoff._chrome_chain import chain_block, is_for_trusted_caller
from dropcheck.handoff._chrome_scene import Scene, WebAddress
from dropcheck.handoff._external_navigation import Explanation, Result

__all__ = ["Explanation", "Result", "decide", "explain"]


def decide(scenario: Mapping[str, Any]) -> str:
    """One of the `Result` words for a scenario in the field names of the vectors.

    Fields left out mean: a tapped link in the main frame of a normal tab, Chrome in the foreground, the Play
    Store installed, some app for every scheme that is not http(s). A `platform` of ``ios-chrome`` asks
    `chrome_ios` instead; any other but ``android-chrome`` raises ValueError.
    """
    return explain(scenario).result


def explain(scenario: Mapping[str, Any]) -> Explanation:
    """As `decide`, with the rule that decided."""
    platform = scenario.get("platform", "android-chrome")
    if platform == "ios-chrome":
        return chrome_ios.explain(scenario)
    if platform != "android-chrome":
        raise ValueError(f"no rules for {platform!r}; known are 'android-chrome' and 'ios-chrome'")
    scene = Scene(scenario)
    if scene.intent is None:
        return Explanation(
            Result.STAY, "malformed-intent", "the intent URI does not parse, Chrome ignores it"
        )
    closed_to_apps = _first(_RULES_FOR_ANY_APP, scene)
    decided = closed_to_apps or _first(_RULES_FOR_THE_APPS_FOUND, scene) or _opens(scene)
    if decided.result != Result.STAY or scene.fallback is None:
        return decided
    return _fall_back(scene, scene.fallback, decided, open_to_apps=closed_to_apps is None)


# --- the rules: each decides or leaves it to the next


_Rule = Callable[[Scene], Explanation | None]


def _first(rules: tuple[_Rule, ...], scene: Scene) -> Explanation | None:
    return next((found for rule in rules if (found := rule(scene)) is not None), None)


def _stays(name: str, why: str, applies: Callable[[Scene], bool]) -> _Rule:
    stay = Explanation(Result.STAY, name, why)
    return lambda scene: stay if applies(scene) else None


def _chain_keeps_web_address(scene: Scene) -> Explanation | None:
    block = None if scene.is_external_protocol else chain_block(scene)
    return Explanation(Result.STAY, block.name, block.why) if block else None


def _returns_result(scene: Scene) -> Explanation | None:
    if not scene.flag("returns_activity_result"):
        return None
    return Explanation(
        Result.CLOSE_AFTER_AUTH, "returns-sign-in-result", "the address ends a sign-in, the tab closes"
    )


def _no_app_resolves(scene: Scene) -> Explanation | None:
    if scene.resolvers:
        return None
    stays = Explanation(Result.STAY, "no-app-resolves", "no installed app takes it")
    if _may_launch_for_fallback(scene) and scene.fallback is None and scene.package is not None:
        return _to_store(scene, "package-missing", f"market://details?id={scene.package}") or stays
    return stays


def _targets_chrome_itself(scene: Scene) -> Explanation | None:
    if not (scene.is_external_protocol and scene.resolves_to_browser_itself):
        return None
    target = scene.inner_address.spec if scene.inner_address else scene.data
    return Explanation(
        Result.NAVIGATE_TAB,
        "targets-chrome-itself",
        "the intent would come back to Chrome, which loads it",
        target,
    )


def _no_specialized_handler(scene: Scene) -> Explanation | None:
    # Chromium's test of a trusted calling app has a handler that is not specialised and still expects it to
    # be opened; its delegate decides by the caller, not by the filter.
    if scene.is_external_protocol or scene.specialized or is_for_trusted_caller(scene):
        return None
    if conditions.is_webapk_for_initial_intent(scene):
        return None
    if conditions.is_new_window_of_pwa(scene):
        return Explanation(
            Result.REPARENT_TO_BROWSER,
            "pwa-window-to-browser",
            "no app claims it, so the new window joins the browser",
        )
    return Explanation(Result.STAY, "no-specialized-handler", "no app names this host in a filter of its own")


def _leaves_incognito(scene: Scene) -> Explanation | None:
    if not scene.flag("incognito"):
        return None
    if not scene.targets_browser_itself:
        return Explanation(
            Result.PROMPT,
            "leaving-incognito",
            "Chrome asks before an app learns what was opened in incognito",
        )
    name = "intent-to-chrome-in-incognito"
    if scene.inner_address is not None and (scene.flag("resolves_to_self") or scene.fallback is None):
        why = "the intent names Chrome, so its address opens in the same tab"
        return Explanation(Result.NAVIGATE_TAB, name, why, scene.inner_address.spec)
    why = "the intent names a closed part of Chrome"
    if scene.fallback is None:
        return Explanation(Result.STAY, name, why)
    return Explanation(Result.FALLBACK_URL, name, why, scene.fallback.spec)


def _asks_about_identity(scene: Scene) -> Explanation | None:
    scheme = scene.target_scheme
    wallet_schemes = ("mdoc", "openid-credential-offer", "haip-vp", "haip-vci")
    if not (scheme.startswith("openid4vp") or scheme.endswith("openid4vp") or scheme in wallet_schemes):
        return None
    if scene.opaque_initiator:
        return Explanation(
            Result.STAY, "identity-request-without-origin", "Chrome cannot say who asks for the identity"
        )
    return Explanation(
        Result.PROMPT, "identity-request", "Chrome asks before a site requests an identity document"
    )


def _sole_webapk(scene: Scene) -> Explanation | None:
    if scene.sole_webapk(scene.resolvers) is None:
        return None
    return Explanation(Result.WEBAPK, "sole-webapk", "the only app that claims it is an installed web app")


def _chain_asks(scene: Scene) -> Explanation | None:
    block = chain_block(scene)
    if block is None:
        return None
    # With a fallback at hand Chrome does not ask: else a page could find out which apps are installed.
    if scene.fallback is not None or scene.flag("resolves_to_disambiguation"):
        return Explanation(Result.STAY, block.name, block.why)
    return Explanation(Result.PROMPT, block.name, f"{block.why}, so Chrome asks first")


def _opens(scene: Scene) -> Explanation:
    if scene.target_scheme.startswith("market"):
        return Explanation(Result.PLAY_STORE, "opens-play-store", "the Play Store takes market: links")
    if scene.flag("resolves_to_other_browser") and conditions.could_carry_an_address(scene):
        why = "the intent could make another browser load any page, so Android's chooser comes first"
        return Explanation(Result.OPEN_APP, "opens-through-chooser", why)
    return Explanation(Result.OPEN_APP, "opens-app", "an installed app takes it")


# Whatever apps there are: after one of these not even the fallback may open an app.
_RULES_FOR_ANY_APP: tuple[_Rule, ...] = (
    _stays(
        "hidden-cross-frame",
        "another frame navigates a tab it does not show",
        lambda s: (
            s.flag("hidden_cross_frame", "hidden_cross_frame_navigation")
            and not s.flag("initial_navigation_in_frame", "is_redirect")
        ),
    ),
    _stays(
        "subframe-without-gesture",
        "a frame within the page may not open apps without a tap",
        lambda s: not s.flag("main_frame", default=True) and not s.flag("has_user_gesture"),
    ),
    _stays(
        "chrome-in-background",
        "Chrome is not on screen",
        lambda s: not s.flag("chrome_in_foreground", default=True) and not s.is_incoming_intent_redirect,
    ),
    _stays(
        "tab-in-background",
        "the tab is not on screen",
        lambda s: s.flag("background_tab", "background_tab_navigation") and not s.is_incoming_intent_redirect,
    ),
    _stays(
        "back-or-forward", "going through the history opens no app", lambda s: "forward_back" in s.transition
    ),
    _stays(
        "disabled-for-url",
        "Chrome's embedder keeps this address",
        lambda s: s.flag("external_intents_disabled", "external_intents_disabled_for_url"),
    ),
    _stays(
        "from-chrome-page",
        "a link on one of Chrome's own pages is meant for Chrome",
        lambda s: conditions.is_chrome_internal_page(s.referrer) and s.address is not None,
    ),
    _stays(
        "form-submission",
        "a form's data is meant for the server",
        lambda s: not s.is_external_protocol and not s.flag("is_redirect") and "form_submit" in s.transition,
    ),
    _stays(
        "internal-scheme",
        "the scheme is Chrome's own or closed to pages",
        lambda s: (
            s.target_scheme in ("about", "chrome", "chrome-native", "devtools", "content", "fido")
            or conditions.names_file_in_intent(s)
        ),
    ),
    _stays("youtube-pairing", "a pairing code is meant for the tab that pairs", conditions.is_pairing_code),
    _stays(
        "stays-incognito",
        "a web address opened in incognito stays there",
        lambda s: s.flag("incognito") and not s.is_external_protocol,
    ),
    _stays("pdf-download", "Chrome downloads PDF files itself", conditions.is_pdf),
    _stays(
        "wtai-unsupported",
        "of wtai: links Chrome knows calls only",
        lambda s: s.url.startswith("wtai://wp/") and not s.data.startswith("tel:"),
    ),
    _stays("instant-app", "pages may not start Instant Apps", conditions.is_instant_app),
    _stays(
        "first-load-of-intent",
        "another app chose Chrome for this very address",
        conditions.is_first_load_of_an_intent,
    ),
)

_RULES_FOR_THE_APPS_FOUND: tuple[_Rule, ...] = (
    _chain_keeps_web_address,
    _returns_result,
    _stays(
        "apps-disabled", "Chrome's embedder opens no apps", lambda s: s.flag("all_external_intents_disabled")
    ),
    _no_app_resolves,
    _stays(
        "private-activity",
        "the intent would reach a part of Chrome that is closed to others",
        lambda s: any(resolver.is_browser_itself and not resolver.exported for resolver in s.resolvers),
    ),
    _targets_chrome_itself,
    _no_specialized_handler,
    _stays(
        "same-host",
        "the page is on the same host and no other app claims the address",
        conditions.stays_within_host,
    ),
    _stays(
        "intent-redirect-without-new-app",
        "the redirect leads to no app that could not have had the link before",
        conditions.keeps_intent_redirect,
    ),
    _stays("already-in-webapk", "the page is shown in that web app already", conditions.is_in_target_webapk),
    _leaves_incognito,
    _asks_about_identity,
    _sole_webapk,
    _stays(
        "avoids-chooser", "several apps claim it and the embedder wants no chooser", conditions.avoids_chooser
    ),
    _chain_asks,
)


# --- after Chrome kept the navigation


def _may_launch_for_fallback(scene: Scene) -> bool:
    """An app may still be opened for the fallback where the chain allowed one for the intent."""
    return chain_block(scene) is None and not is_for_trusted_caller(scene)


def _fall_back(
    scene: Scene, fallback: WebAddress, kept_by: Explanation, *, open_to_apps: bool
) -> Explanation:
    """Use `S.browser_fallback_url`: an installed web app, the Play Store, else the page in the same tab."""
    if open_to_apps and _may_launch_for_fallback(scene):
        resolvers = scene.resolvers_of(fallback.spec)
        in_webapk = scene.client_package in [resolver.package for resolver in resolvers]
        if not scene.flag("incognito") and not in_webapk and scene.sole_webapk(resolvers) is not None:
            return Explanation(
                Result.WEBAPK,
                "fallback-to-webapk",
                "an installed web app claims the fallback address",
                fallback.spec,
                kept_by.rule,
            )
        is_store_page = fallback.host == "play.google.com" and fallback.path.startswith("/store/apps/details")
        if is_store_page and fallback.parameter("id"):
            target = f"market://details?{fallback.query}"
            stays = Explanation(
                Result.STAY, "play-store-missing", "the fallback is in the Play Store, which is missing"
            )
            return _to_store(scene, "fallback-to-play-store", target, kept_by.rule) or stays
    why = "Chrome opens the address the intent names for this case"
    return Explanation(Result.FALLBACK_URL, "fallback-url", why, fallback.spec, kept_by.rule)


def _to_store(scene: Scene, rule: str, target: str, instead_of: str | None = None) -> Explanation | None:
    """The app's page in the Play Store, after a question in incognito; None where there is no Play Store."""
    if not scene.flag("market_installed", default=True):
        return None
    if scene.flag("incognito"):
        why = "Chrome asks before it leaves incognito for the Play Store"
        return Explanation(Result.PROMPT, rule, why, target, instead_of)
    why = "the app is not installed, so Chrome opens its page in the Play Store"
    return Explanation(Result.PLAY_STORE, rule, why, target, instead_of)
