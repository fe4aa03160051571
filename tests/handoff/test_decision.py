"""The phone's decision: every profile, cause and kind of address, and contested rows both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropcheck.device.load import load_profiles, with_variant
from dropcheck.device.model import Profile
from dropcheck.handoff import Association, Decision, Navigation, PageEffect, Phone, decide
from dropcheck.result import Basis, Cause, DecisionKind

TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
SCHEME = "spotify:track:11dFghVXANMlKmJXsNCbNl"
INTENT = "intent://track/11dFghVXANMlKmJXsNCbNl#Intent;scheme=spotify;package=com.spotify.music;"
EXTBROWSER = "instagram://extbrowser/?url=https%3A%2F%2Fbio.example%2Fgo%3Fa%3D1"
PAGE = "https://bio.example/mara"
PROFILES = load_profiles()


def tapped(url: str, **changes: object) -> Navigation:
    return Navigation(url, Cause.TAP, gesture=True, page_url=PAGE, **changes)  # type: ignore[arg-type]


def scripted(url: str) -> Navigation:
    return Navigation(url, Cause.SCRIPT, gesture=False, page_url=PAGE)


def on(profile: str, navigation: Navigation, phone: Phone | None = None) -> Decision:
    return decide(navigation, PROFILES[profile], phone or Phone())


class TestUniversalLinks:
    def test_a_tapped_link_opens_the_app_from_safari(self) -> None:
        decision = on("safari-ios", tapped(TRACK))
        assert (decision.kind, decision.app, decision.page) == (
            DecisionKind.OPENS_APP,
            "spotify",
            PageEffect.STAYS,
        )

    @pytest.mark.parametrize(
        ("navigation", "rule"),
        [
            (scripted(TRACK), "ios/no-gesture"),
            (Navigation(TRACK, Cause.APP, gesture=False), "ios/app-started-load"),
            (Navigation(TRACK, Cause.REDIRECT, gesture=False, chain_by=Cause.APP), "ios/app-started-load"),
            (Navigation(TRACK, Cause.TAP, gesture=True, page_url=f"{TRACK}?x=1"), "ios/same-host"),
            (tapped(TRACK, main_frame=False), "ios/frame-loads"),
            (tapped("https://bio.example/other"), "ios/no-app-claims-it"),
        ],
    )
    def test_each_missing_condition_keeps_the_page(self, navigation: Navigation, rule: str) -> None:
        decision = on("safari-ios", navigation)
        assert (decision.kind, decision.rule.id) == (DecisionKind.LOADS, rule)

    def test_a_tap_keeps_its_gesture_through_a_redirect(self) -> None:
        redirected = Navigation(TRACK, Cause.REDIRECT, gesture=True, page_url=PAGE, chain_by=Cause.TAP)
        assert on("safari-ios", redirected).kind is DecisionKind.OPENS_APP

    def test_the_served_association_file_decides_over_the_catalogue(self) -> None:
        empty = Association("open.spotify.com", aasa=b'{"applinks": {"details": []}}')
        phone = Phone(associations={"open.spotify.com": empty})
        assert on("safari-ios", tapped(TRACK), phone).rule.id == "ios/no-app-claims-it"

    def test_a_sub_domain_is_another_host(self) -> None:
        from_parent = Navigation(TRACK, Cause.TAP, gesture=True, page_url="https://spotify.com/")
        assert on("safari-ios", from_parent).kind is DecisionKind.OPENS_APP

    @pytest.mark.parametrize("profile", ["tiktok-ios", "instagram-ios"])
    def test_in_an_app_a_contested_row_is_told_both_ways(self, profile: str) -> None:
        decision = on(profile, tapped(TRACK))
        assert decision.kind is DecisionKind.LOADS
        assert decision.contested == (f"{profile}/universal-link",)
        assert decision.otherwise is not None
        assert decision.otherwise.kind is DecisionKind.OPENS_APP

    @pytest.mark.parametrize(
        ("profile", "url"),
        [
            ("safari-ios", "x-safari-https://bio.example/mara"),
            ("chrome-android", "intent://bio.example/mara#Intent;scheme=https;end"),
            (
                "chrome-android",
                "intent://bio.example/mara#Intent;scheme=https;package=com.android.chrome;end",
            ),
        ],
    )
    def test_a_way_into_the_real_browser_just_loads_there(self, profile: str, url: str) -> None:
        decision = on(profile, tapped(url))
        assert (decision.kind, decision.url) == (DecisionKind.LOADS, "https://bio.example/mara")

    def test_an_apps_safari_view_is_safari(self) -> None:
        decision = on("youtube-ios", tapped("x-safari-https://bio.example/mara"))
        assert (decision.kind, decision.url) == (DecisionKind.LOADS, "https://bio.example/mara")

    @pytest.mark.parametrize("by", [Cause.APP, Cause.TAP, Cause.SCRIPT, Cause.REDIRECT, Cause.FORM])
    @pytest.mark.parametrize("profile", ["safari-ios", "chrome-android", "tiktok-ios", "instagram-android"])
    def test_a_page_that_no_app_claims_loads_on_every_phone_for_the_same_reason(
        self, profile: str, by: Cause
    ) -> None:
        decision = on(profile, Navigation("https://smart.example/n", by, gesture=False, page_url=PAGE))
        assert decision.kind is DecisionKind.LOADS
        assert decision.rule.id.endswith("/no-app-claims-it")

    def test_chrome_opens_no_app_for_a_web_address_inside_a_frame(self) -> None:
        inside = on("chrome-android", tapped(TRACK, main_frame=False))
        assert (inside.kind, inside.rule.id) == (DecisionKind.LOADS, "chrome/frame-loads")
        assert on("chrome-android", tapped(TRACK)).kind is DecisionKind.OPENS_APP


class TestSchemes:
    def test_safari_asks_before_it_opens_an_app(self) -> None:
        decision = on("safari-ios", scripted(SCHEME))
        assert decision.kind is DecisionKind.ASKS
        assert (decision.final.kind, decision.final.app) == (DecisionKind.OPENS_APP, "spotify")

    @pytest.mark.parametrize(
        ("url", "browser"),
        [
            ("googlechromes://bio.example/go?a=1", "chrome"),
            ("microsoft-edge-https://bio.example/go?a=1", "edge"),
            ("firefox://open-url?url=https%3A%2F%2Fbio.example%2Fgo%3Fa%3D1", "firefox"),
            ("brave://open-url?url=https%3A%2F%2Fbio.example%2Fgo%3Fa%3D1", "brave"),
        ],
    )
    def test_another_browsers_scheme_opens_it_where_it_is_installed(self, url: str, browser: str) -> None:
        opened = on("safari-ios", tapped(url), Phone(installed=frozenset({browser}))).final
        assert (opened.kind, opened.app) == (DecisionKind.OPENS_BROWSER, browser)
        assert opened.url == "https://bio.example/go?a=1"
        assert on("safari-ios", tapped(url)).rule.id == "ios/no-app-for-scheme"

    def test_nothing_opens_without_the_app(self) -> None:
        decision = on("safari-ios", tapped(SCHEME), Phone(installed=frozenset()))
        assert (decision.kind, decision.rule.id) == (DecisionKind.REFUSED, "ios/no-app-for-scheme")

    def test_instagram_drops_x_safari_from_417_on_and_honoured_it_before(self) -> None:
        today = on("instagram-ios", tapped("x-safari-https://bio.example/go"))
        assert (today.kind, today.contested) == (DecisionKind.REFUSED, ())
        earlier = with_variant(PROFILES["instagram-ios"], "instagram-416")
        decision = decide(tapped("x-safari-https://bio.example/go"), earlier, Phone())
        assert (decision.kind, decision.url) == (DecisionKind.OPENS_BROWSER, "https://bio.example/go")

    def test_instagrams_own_exit_asks_and_opens_the_address_inside(self) -> None:
        decision = on("instagram-ios", tapped(EXTBROWSER))
        assert decision.kind is DecisionKind.ASKS
        assert decision.final.kind is DecisionKind.OPENS_BROWSER
        assert decision.final.url == "https://bio.example/go?a=1"

    def test_instagrams_exit_fired_by_a_script_is_contested(self) -> None:
        decision = on("instagram-ios", scripted(EXTBROWSER))
        assert decision.kind is DecisionKind.REFUSED
        assert decision.contested == ("instagram-ios/extbrowser-by-script",)

    def test_before_444_the_exit_did_not_ask(self) -> None:
        earlier = with_variant(PROFILES["instagram-ios"], "instagram-424")
        assert decide(scripted(EXTBROWSER), earlier, Phone()).kind is DecisionKind.OPENS_BROWSER

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "about:blank", "blob:https://a.example/1"])
    def test_addresses_of_the_page_itself_load(self, url: str) -> None:
        assert on("tiktok-ios", tapped(url)).kind is DecisionKind.LOADS

    @pytest.mark.parametrize("url", ["data:text/html,x", "file:///etc/passwd"])
    def test_addresses_no_page_may_open_are_refused(self, url: str) -> None:
        assert on("instagram-android", tapped(url)).kind is DecisionKind.REFUSED


class TestIntents:
    def test_instagram_on_android_starts_the_app_even_without_a_finger(self) -> None:
        decision = on("instagram-android", scripted(f"{INTENT}end"))
        assert (decision.kind, decision.app, decision.contested) == (DecisionKind.OPENS_APP, "spotify", ())

    def test_the_old_form_is_dropped(self) -> None:
        decision = on("instagram-android", tapped(f"intent:{TRACK}#Intent;end"))
        assert (decision.kind, decision.rule.id) == (
            DecisionKind.REFUSED,
            "instagram-android/intent-dead-form",
        )

    def test_a_web_intent_without_a_verified_app_opens_the_default_browser(self) -> None:
        decision = on("instagram-android", tapped("intent://bio.example/go#Intent;scheme=https;end"))
        assert (decision.kind, decision.url) == (DecisionKind.OPENS_BROWSER, "https://bio.example/go")

    def test_a_web_intent_to_a_verified_host_opens_the_app(self) -> None:
        path = TRACK.removeprefix("https://")
        decision = on("instagram-android", tapped(f"intent://{path}#Intent;scheme=https;end"))
        assert (decision.kind, decision.app) == (DecisionKind.OPENS_APP, "spotify")

    def test_a_store_page_meant_for_chrome_opens_in_chrome(self) -> None:
        page = "play.google.com/store/apps/details?id=com.spotify.music"
        to_chrome = on(
            "instagram-android", tapped(f"intent://{page}#Intent;scheme=https;package=com.android.chrome;end")
        )
        assert (to_chrome.kind, to_chrome.app) == (DecisionKind.OPENS_BROWSER, "chrome")
        to_anyone = on("instagram-android", tapped(f"intent://{page}#Intent;scheme=https;end"))
        assert to_anyone.kind is DecisionKind.OPENS_STORE

    def test_chrome_opens_the_app_on_a_tap_and_the_store_without_it(self) -> None:
        assert on("chrome-android", tapped(f"{INTENT}end")).kind is DecisionKind.OPENS_APP
        without = on("chrome-android", tapped(f"{INTENT}end"), Phone(installed=frozenset()))
        assert (without.kind, without.app) == (DecisionKind.OPENS_STORE, "spotify")

    def test_chrome_loads_the_fallback_without_the_app(self) -> None:
        url = f"{INTENT}S.browser_fallback_url=https%3A%2F%2Fbio.example%2Fweb;end"
        decision = on("chrome-android", tapped(url), Phone(installed=frozenset()))
        assert (decision.kind, decision.url) == (DecisionKind.LOADS, "https://bio.example/web")

    def test_an_iphone_has_no_intents(self) -> None:
        assert on("tiktok-ios", tapped(f"{INTENT}end")).rule.id == "ios-webview/intent"


class TestStandInsOfTheCatalogue:
    """What stands in for an association file that couldn't be had."""

    WITH_DEEZER = Phone(installed=frozenset({"deezer"}))
    ADDRESS = "https://www.deezer.com/track/3135556"

    def test_an_assumption_is_played_both_ways(self) -> None:
        decision = on("chrome-android", tapped(self.ADDRESS), self.WITH_DEEZER)
        assert decision.kind is DecisionKind.LOADS
        assert decision.contested == ("catalogue/www.deezer.com",)
        assert decision.otherwise is not None
        assert (decision.otherwise.kind, decision.otherwise.app) == (DecisionKind.OPENS_APP, "deezer")

    def test_an_intent_for_the_address_is_too(self) -> None:
        path = self.ADDRESS.removeprefix("https://")
        decision = on(
            "instagram-android", tapped(f"intent://{path}#Intent;scheme=https;end"), self.WITH_DEEZER
        )
        assert (decision.kind, decision.contested) == (
            DecisionKind.OPENS_BROWSER,
            ("catalogue/www.deezer.com",),
        )

    def test_what_somebody_has_seen_decides_alone(self) -> None:
        decision = on("chrome-android", tapped(TRACK))
        assert (decision.kind, decision.contested) == (DecisionKind.OPENS_APP, ())

    def test_the_file_itself_settles_it(self) -> None:
        served = Association("www.deezer.com", assetlinks=b"[]")
        phone = Phone(self.WITH_DEEZER.installed, associations={"www.deezer.com": served})
        decision = on("chrome-android", tapped(self.ADDRESS), phone)
        assert (decision.kind, decision.contested) == (DecisionKind.LOADS, ())


def test_a_second_window_is_refused_where_the_app_opens_none() -> None:
    popup = Navigation("https://a.example/", Cause.POPUP, gesture=True, page_url=PAGE, new_window=True)
    decision = on("tiktok-ios", popup)
    assert (decision.kind, decision.rule.id) == (DecisionKind.REFUSED, "ios-webview/popup")


def test_a_contested_row_that_changes_nothing_is_not_called_contested() -> None:
    decision = on("tiktok-ios", tapped("x-unheard-of:1"))
    assert decision.contested == ()


_URLS = st.one_of(
    st.sampled_from([TRACK, SCHEME, f"{INTENT}end", EXTBROWSER, "market://details?id=com.spotify.music", ""]),
    st.text(max_size=60),
    st.builds(
        "{}:{}".format, st.sampled_from(["http", "intent", "spotify", "x-safari-https"]), st.text(max_size=40)
    ),
)


@given(
    profile=st.sampled_from(sorted(PROFILES.values(), key=lambda p: p.name)),
    url=_URLS,
    page=st.one_of(st.none(), _URLS),
    by=st.sampled_from(Cause),
    chain_by=st.one_of(st.none(), st.sampled_from(Cause)),
    gesture=st.booleans(),
    main_frame=st.booleans(),
    new_window=st.booleans(),
    installed=st.frozensets(st.sampled_from(["spotify", "apple_music", "chrome", "deezer"])),
)
def test_every_navigation_has_a_decision(
    profile: Profile,
    url: str,
    page: str | None,
    by: Cause,
    chain_by: Cause | None,
    gesture: bool,
    main_frame: bool,
    new_window: bool,
    installed: frozenset[str],
) -> None:
    navigation = Navigation(
        url,
        by,
        gesture,
        page_url=page,
        main_frame=main_frame,
        new_window=new_window,
        chain_by=chain_by,
    )
    decision = decide(navigation, profile, Phone(installed=installed))
    assert decision.rule.id
    assert decision.rule.source
    assert decision.rule.date
    assert (decision.otherwise is None) == (not decision.contested)
    if decision.kind is DecisionKind.ASKS:
        assert decision.final.kind is not DecisionKind.ASKS
    if decision.kind is DecisionKind.OPENS_APP:
        assert decision.app in installed
        assert decision.basis is Basis.MODELLED
