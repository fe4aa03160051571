"""Whether Chrome on iOS hands a custom scheme to an app: Chromium's rules, in its order.

Source: Chromium's `AppLauncherTabHelper`, its browser agent and `app_launcher_tab_helper_unittest.mm`
(chromium/chromium@df29d4b). Universal links are no matter of these rules: iOS decides about them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from dropcheck.handoff._external_navigation import Explanation, Result

__all__ = ["Explanation", "Result", "decide", "explain"]

_LOADED_SCHEMES = frozenset({"http", "https", "data", "javascript", "file", "about", "blob", "chrome"})
_OWN_SCHEMES = re.compile(r"\{chrome scheme\}|googlechromes?(-x-callback)?|chromium")
_Fields = Mapping[str, Any]


def decide(scenario: _Fields) -> str:
    """One of the `Result` words for a scenario in the vectors' field names (platform `ios-chrome`).

    Fields left out mean: a tapped link in the main frame of a visible normal tab, the app installed, every
    question declined. Never raises.
    """
    return explain(scenario).result


def explain(scenario: _Fields) -> Explanation:
    """As `decide`, with the rule that decided."""
    if _scheme(scenario) in _LOADED_SCHEMES:
        return Explanation(Result.STAY, "browser-scheme", "Chrome loads this scheme itself")
    for name, why, applies in _REFUSALS:
        if applies(scenario):
            return Explanation(Result.BLOCKED, name, why)
    asks = next(((name, why) for name, why, applies in _QUESTIONS if applies(scenario)), None)
    accepts = _flag(scenario, "user_accepts_prompt", default=False)
    if asks is not None and not accepts:
        return Explanation(Result.PROMPT, *asks)
    if not _flag(scenario, "app_installed"):
        return Explanation(Result.PROMPT, "launch-failed", "no app takes it, which Chrome says in an alert")
    return Explanation(Result.OPEN_APP, *(asks or ("opens-app", "an installed app takes it")))


def _flag(scenario: _Fields, name: str, *, default: bool = True) -> bool:
    value = scenario.get(name)
    return default if value is None else bool(value)


def _url(scenario: _Fields) -> str:
    return str(scenario.get("url") or "")


def _scheme(scenario: _Fields) -> str:
    scheme, colon, _ = _url(scenario).partition(":")
    return scheme.lower() if colon else ""


def _is_blocklisted(scenario: _Fields) -> bool:
    return any(fnmatchcase(_url(scenario), str(each)) for each in scenario.get("enterprise_blocklist") or ())


def _is_frame_without_tap(scenario: _Fields) -> bool:
    tapped = _flag(scenario, "user_initiated") or _flag(scenario, "user_tapped_recently")
    return not _flag(scenario, "main_frame") and not tapped


def _is_link(scenario: _Fields) -> bool:
    return "link" in str(scenario.get("transition") or "link").split("|")


_REFUSALS: tuple[tuple[str, str, Callable[[_Fields], bool]], ...] = (
    ("enterprise-policy", "the phone's administrator blocks the address", _is_blocklisted),
    (
        "tel-cross-origin",
        "a call may not be started from another site's frame",
        lambda s: _scheme(s) == "tel" and _flag(s, "target_frame_cross_origin", default=False),
    ),
    (
        "frame-without-gesture",
        "a frame within the page may not open apps without a tap",
        _is_frame_without_tap,
    ),
    (
        "own-scheme",
        "pages may not steer Chrome through its own scheme",
        lambda s: _OWN_SCHEMES.fullmatch(_scheme(s)) is not None,
    ),
    (
        "invalid-url",
        "the address has no scheme, or opens Settings",
        lambda s: _scheme(s) in ("", "app-settings"),
    ),
    ("invalid-page", "the tab shows no valid page", lambda s: s.get("last_committed_url") == ""),
    ("tab-hidden", "the tab is not on screen", lambda s: not _flag(s, "tab_visible")),
    (
        "too-many-launches",
        "the page asked too often, or the user said no to its next try",
        lambda s: (
            s.get("abuse_policy") == "block"
            or (s.get("abuse_policy") == "prompt" and not _flag(s, "user_accepts_prompt", default=False))
        ),
    ),
)

_QUESTIONS: tuple[tuple[str, str, Callable[[_Fields], bool]], ...] = (
    (
        "leaving-incognito",
        "Chrome asks before an app learns what was opened in incognito",
        lambda s: _flag(s, "incognito", default=False),
    ),
    ("not-a-link", "Chrome asks where no link was followed", lambda s: not _is_link(s)),
    (
        "main-frame-without-gesture",
        "Chrome asks where no tap stands behind it",
        lambda s: not _flag(s, "user_initiated"),
    ),
)
