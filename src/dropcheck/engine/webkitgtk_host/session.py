"""One isolated view's surroundings: an ephemeral jar, its proxy, its TLS policy, its settings and scripts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from gi.repository import GLib, Soup, WebKit2

#: The isolated world of our own agent; pages see neither its variables nor its message handlers.
AGENT_WORLD = "dropcheck"

#: WebKit features set against their default. Safari has had the Navigation API since 26.2; it tells the
#: agent which frame wants to navigate. An in-app browser has no service workers unless its app says so.
_ALWAYS = {"NavigationAPI": True, "PushAPI": False, "Notifications": False}


class Session:
    """The ephemeral web context shared by a view and its popups, and by nothing else.

    `wanted` holds ``proxy``, ``ignore_tls``, ``languages``, ``timezone``, ``user_agent``,
    ``third_party_cookies``, ``service_workers``, ``scripts`` and ``cookies``.
    """

    def __init__(self, wanted: dict[str, Any]) -> None:
        self._wanted = wanted
        manager = WebKit2.WebsiteDataManager.new_ephemeral()
        if wanted.get("proxy"):
            manager.set_network_proxy_settings(
                WebKit2.NetworkProxyMode.CUSTOM, WebKit2.NetworkProxySettings.new(wanted["proxy"], None)
            )
        policy = WebKit2.TLSErrorsPolicy
        manager.set_tls_errors_policy(policy.IGNORE if wanted.get("ignore_tls") else policy.FAIL)
        third_party = bool(wanted.get("third_party_cookies"))
        manager.set_itp_enabled(not third_party)
        zone = {"time_zone_override": wanted["timezone"]} if wanted.get("timezone") else {}
        self.context = WebKit2.WebContext(website_data_manager=manager, **zone)
        # A file offered for download is told as an event and never written.
        self.context.connect("download-started", lambda _, download: download.cancel())
        self.context.set_cache_model(WebKit2.CacheModel.DOCUMENT_VIEWER)
        self.context.set_preferred_languages(list(wanted.get("languages") or ["en-US", "en"]))
        jar = self.context.get_cookie_manager()
        accept = WebKit2.CookieAcceptPolicy
        jar.set_accept_policy(accept.ALWAYS if third_party else accept.NO_THIRD_PARTY)
        for cookie in wanted.get("cookies") or ():
            jar.add_cookie(_soup_cookie(cookie), None, None)
        self.settings = self._settings()
        self.scripts = self._content_manager()

    def ask_network(self, answered: Callable[[], None]) -> None:
        """Call `answered` when the network process has come to what it was asked until now."""

        def finished(jar: Any, result: Any) -> None:
            with contextlib.suppress(GLib.Error):
                jar.get_accept_policy_finish(result)
            answered()

        self.context.get_cookie_manager().get_accept_policy(None, finished)

    def _settings(self) -> Any:
        settings = WebKit2.Settings()
        settings.set_user_agent(self._wanted["user_agent"])
        if settings.get_user_agent() != self._wanted["user_agent"]:
            raise ValueError(f"WebKitGTK takes no such user agent: {self._wanted['user_agent']}")
        # WebKitGTK shows Google and others an agent of its own choosing; an in-app browser shows its own.
        settings.set_enable_site_specific_quirks(False)
        settings.set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)
        # Popups always reach `create`, where the profile decides.
        settings.set_javascript_can_open_windows_automatically(True)
        settings.set_media_playback_requires_user_gesture(True)
        settings.set_enable_page_cache(False)
        settings.set_enable_write_console_messages_to_stdout(False)
        settings.set_enable_developer_extras(False)
        settings.set_enable_webgl(False)
        wanted = {**_ALWAYS, "ServiceWorkers": bool(self._wanted.get("service_workers"))}
        features = WebKit2.Settings.get_all_features()
        for index in range(features.get_length()):
            feature = features.get(index)
            if feature.get_identifier() in wanted:
                settings.set_feature_enabled(feature, wanted[feature.get_identifier()])
        return settings

    def _content_manager(self) -> Any:
        manager = WebKit2.UserContentManager()
        frames = WebKit2.UserContentInjectedFrames
        for script in self._wanted.get("scripts") or ():
            where = frames.ALL_FRAMES if script.get("frames", True) else frames.TOP_FRAME
            start = WebKit2.UserScriptInjectionTime.START
            if script.get("world"):
                user_script = WebKit2.UserScript.new_for_world(
                    script["source"], where, start, script["world"], None, None
                )
            else:
                user_script = WebKit2.UserScript.new(script["source"], where, start, None, None)
            manager.add_script(user_script)
        return manager


def _soup_cookie(cookie: dict[str, Any]) -> Any:
    expires = cookie.get("expires", -1)
    max_age = -1 if expires is None or expires < 0 else max(0, int(expires - cookie["now"]))
    name, value, path = cookie["name"], cookie["value"], cookie.get("path", "/")
    made = Soup.Cookie.new(name, value, cookie["domain"], path, max_age)
    made.set_secure(bool(cookie.get("secure")))
    made.set_http_only(bool(cookie.get("httpOnly")))
    same_site = {
        "Strict": Soup.SameSitePolicy.STRICT,
        "Lax": Soup.SameSitePolicy.LAX,
    }.get(cookie.get("sameSite", ""), Soup.SameSitePolicy.NONE)
    made.set_same_site_policy(same_site)
    return made
