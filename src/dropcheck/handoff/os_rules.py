"""The operating systems' own rules, each with where it is known from.

Numbers of sections are those of the project's reference on in-app browsers.
"""

from __future__ import annotations

from dropcheck.handoff.model import Rule
from dropcheck.result import Confidence

_READ = "2026-11-22"
_WEBKIT_PAGE = "WebKit Source/WebKit/UIProcess/WebPageProxy.cpp"
_WEBKIT_NAVIGATION = "WebKit Source/WebKit/UIProcess/Cocoa/NavigationState.mm (commit 0185e2a)"
_WEBVIEW_CLIENT = "Android WebViewClient documentation"
_CHROME_INTENTS = "developer.chrome.com/docs/android/intents"
_APP_LINKS = "developer.android.com/training/app-links/verify-applinks"


def _rule(
    name: str,
    why: str,
    *source: str,
    confidence: Confidence = Confidence.CONFIRMED,
    would_change: str = "",
) -> Rule:
    return Rule(id=name, why=why, confidence=confidence, date=_READ, source=source, would_change=would_change)


IOS_FRAME = _rule(
    "ios/frame-loads",
    "A link inside a frame never opens an app; only the main frame can.",
    _WEBKIT_PAGE,
    would_change="The same link tapped in the page itself, not in a frame.",
)
IOS_NOT_CLAIMED = _rule(
    "ios/no-app-claims-it",
    "No installed app's association file claims this address, so it loads as a page.",
    "Apple, Allowing apps and websites to link to your content",
    would_change="An address that the app's association file names.",
)
IOS_APP_STARTED = _rule(
    "ios/app-started-load",
    "The app started this load itself, and such a load never opens another app, redirects included.",
    _WEBKIT_PAGE,
    _WEBKIT_NAVIGATION,
    would_change="A tap by the fan on a link to another host.",
)
IOS_SAME_HOST = _rule(
    "ios/same-host",
    "The link leads to the host the page is on; universal links only open from another host.",
    _WEBKIT_PAGE,
    would_change="The same link on a page of another host.",
)
IOS_NO_GESTURE = _rule(
    "ios/no-gesture",
    "No finger stands behind this navigation; without a tap iOS loads the page instead of opening the app.",
    "help.branch.io universal link notes",
    "impact.com help, universal links and redirects",
    "WebKit Source/WebCore/dom/UserGestureIndicator.h",
    would_change="A tap on a plain link, or a script that runs within about a second of the tap.",
)
IOS_OPEN_PROMPT = _rule(
    "ios/open-in-app-prompt",
    "iOS asks before it opens another app for a custom scheme; a fan who agrees is in the app.",
    "developer.spotify.com content-linking tutorial for iOS",
    confidence=Confidence.SEVERAL,
    would_change="A universal link opens without the question.",
)
IOS_NO_APP = _rule(
    "ios/no-app-for-scheme",
    "No installed app answers this scheme, so nothing opens.",
    "developer.spotify.com content-linking tutorial for iOS",
    confidence=Confidence.SEVERAL,
    would_change="The app installed on the phone, or an https link that falls back to a page.",
)
STORE_LINK = _rule(
    "os/store-link",
    "The phone opens its app store for this link.",
    _CHROME_INTENTS,
    "Apple, itms-apps links open the App Store",
    confidence=Confidence.SEVERAL,
)
ANDROID_FRAME = _rule(
    "android/frame-loads",
    "A page inside a frame loads in the frame.",
    _WEBVIEW_CLIENT,
)
CHROME_FRAME = _rule(
    "chrome/frame-loads",
    "Chrome offers a web address to apps only from the main frame; inside a frame it loads in the frame.",
    "Chromium components/navigation_interception/intercept_navigation_delegate.cc (no throttle in subframes)",
    would_change="The same link with target=_top, or in the page itself.",
)
ANDROID_NOT_CLAIMED = _rule(
    "android/no-app-claims-it",
    "No installed app is verified for this address, so it loads as a page.",
    _APP_LINKS,
    would_change="An address whose assetlinks.json names the app.",
)
ANDROID_APP_STARTED = _rule(
    "android/app-started-load",
    "The app loads this address itself; WebView does not offer its own loads to other apps.",
    _WEBVIEW_CLIENT,
    would_change="A tap by the fan.",
)
ANDROID_INTENT_BROWSER = _rule(
    "android/intent-opens-browser",
    "The intent carries a web address that no installed app is verified for; from Android 12 on it opens in "
    "the default browser.",
    _APP_LINKS,
)
ANDROID_NO_ACTIVITY = _rule(
    "android/no-activity",
    "No installed app answers this intent, and it names no web address to fall back to.",
    _CHROME_INTENTS,
    would_change="The app installed, or S.browser_fallback_url with an https address.",
)
ANDROID_INTENT_MALFORMED = _rule(
    "android/intent-malformed",
    "Android cannot read this intent URI.",
    "AOSP Intent.parseUri",
    would_change="A well-formed intent URI.",
)
SCHEME_NOT_OPENABLE = _rule(
    "os/scheme-not-openable",
    "Browsers refuse to navigate a page to this kind of address.",
    "WHATWG HTML, navigate; Chromium and WebKit refuse top-level data:, file: and javascript: from pages",
    confidence=Confidence.SEVERAL,
)
IN_PAGE = _rule(
    "os/in-page",
    "The address belongs to the page itself and loads without leaving the view.",
    "WHATWG HTML, navigate",
)
PLAIN_LOAD = _rule(
    "os/page-loads",
    "An ordinary web address loads in this view.",
    "WHATWG HTML, navigate",
)
EXTBROWSER_NOT_WEB = _rule(
    "os/escape-without-web-address",
    "The escape link carries no http(s) address to open.",
    "shalanah/inapp-debugger pull 23 (2026-09-08)",
    confidence=Confidence.SEVERAL,
    would_change="A percent-encoded https address in the link's url parameter.",
)
UNKNOWN_TO_PROFILE = _rule(
    "os/no-row",
    "This profile says nothing about such a link, so nothing is promised.",
    "no source: an assumption of dropcheck",
    confidence=Confidence.ASSUMED,
)
