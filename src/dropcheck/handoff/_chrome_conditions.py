"""What Chromium asks about a navigation before it lets an app have it, one question a function.

Source: the private methods of Chromium's `ExternalNavigationHandler`.
"""

from __future__ import annotations

from dropcheck.handoff._chrome_chain import is_for_trusted_caller
from dropcheck.handoff._chrome_scene import Scene, web_address


def is_chrome_internal_page(url: str) -> bool:
    return url.lower().startswith("chrome:")


def names_file_in_intent(scene: Scene) -> bool:
    return scene.is_intent_url and bool(scene.data) and scene.target_scheme == "file"


def is_pairing_code(scene: Scene) -> bool:
    address = scene.address
    if address is None or not address.parameter("pairingCode"):
        return False
    return address.host == "youtube.com" or address.host.endswith(".youtube.com")


def is_pdf(scene: Scene) -> bool:
    last = (scene.address.path if scene.address else scene.url).rpartition("/")[2]
    return not scene.is_external_protocol and last.rpartition(".")[1:] == (".", "pdf")


_INSTANT_APP_ACTIONS = (
    "com.google.android.instantapps.START",
    "com.google.android.instantapps.nmr1.INSTALL",
    "com.google.android.instantapps.nmr1.VIEW",
)
_INSTANT_APP_PACKAGE = "com.google.android.instantapps.supervisor"


def is_instant_app(scene: Scene) -> bool:
    action = scene.intent.action if scene.intent else None
    return scene.package == _INSTANT_APP_PACKAGE or action in _INSTANT_APP_ACTIONS


def is_first_load_of_an_intent(scene: Scene) -> bool:
    if not scene.is_from_intent or scene.is_incoming_intent_redirect or is_webapk_for_initial_intent(scene):
        return False
    return not (scene.chain.intent or {}).get("initial_may_leave")


def is_webapk_for_initial_intent(scene: Scene) -> bool:
    allowed = scene.is_from_intent and scene.flag("webapks_on_initial_intent")
    return allowed and scene.sole_webapk(scene.resolvers) is not None


def is_new_window_of_pwa(scene: Scene) -> bool:
    if scene.is_from_intent or scene.address is None:
        return False
    facts = ("desktop_windowing", "tab_in_pwa", "initial_navigation_in_frame")
    return all(scene.flag(fact) for fact in facts)


def stays_within_host(scene: Scene) -> bool:
    if scene.is_external_protocol or not scene.flag("renderer_initiated", default=True):
        return False
    previous = web_address(scene.previous_url)
    if previous is None or scene.address is None or previous.host != scene.address.host:
        return False
    return not has_new_resolver(scene, previous.spec)


def has_new_resolver(scene: Scene, url: str) -> bool:
    known = {resolver.package for resolver in scene.resolvers_of(url)}
    return any(resolver.package not in known for resolver in scene.resolvers)


def keeps_intent_redirect(scene: Scene) -> bool:
    intent = scene.chain.intent or {}
    if scene.is_external_protocol or not scene.is_incoming_intent_redirect or intent.get("custom_tab"):
        return False
    url = intent.get("intent")
    if url is None:
        return not scene.resolvers
    address = web_address(url)
    return not has_new_resolver(scene, address.spec if address else str(url))


def is_in_target_webapk(scene: Scene) -> bool:
    webapps = [resolver.package for resolver in scene.resolvers]
    return scene.client_package is not None and scene.client_package in webapps


def avoids_chooser(scene: Scene) -> bool:
    if scene.is_external_protocol or is_for_trusted_caller(scene) or not scene.flag("avoid_disambiguation"):
        return False
    return scene.flag("resolves_to_disambiguation")


def could_carry_an_address(scene: Scene) -> bool:
    extras = set(scene.intent.extras) if scene.intent else set()
    return bool(scene.data or extras - {"browser_fallback_url"})
