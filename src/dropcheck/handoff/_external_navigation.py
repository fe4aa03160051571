"""How a browser's decision about leaving it is told: the result and the rule behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """What becomes of the navigation, in the words of the shared vectors."""

    OPEN_APP = "open_app"
    WEBAPK = "webapk"
    STAY = "stay"
    FALLBACK_URL = "fallback_url"
    PLAY_STORE = "play_store"
    PROMPT = "prompt"
    NAVIGATE_TAB = "navigate_tab"
    CLOSE_AFTER_AUTH = "close_after_auth"
    REPARENT_TO_BROWSER = "reparent_to_browser"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The result, the rule that decided it and why, for a report to quote.

    `target_url` is where the tab or the intent goes, where that is not simply the URL. `instead_of` names the
    rule that kept the navigation in the browser, where the intent's fallback then took over.
    """

    result: str
    rule: str
    why: str
    target_url: str | None = None
    instead_of: str | None = None
