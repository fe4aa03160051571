"""A page as a phone's real browser has it, for services that answer a plain HTTP client with less."""

from __future__ import annotations

from dropcheck.check.model import CheckContext
from dropcheck.engine.base import (
    LOAD,
    STAY,
    EngineError,
    NavigationAnswer,
    NavigationAttempt,
    PageEvent,
)
from dropcheck.handoff.rows import Play
from dropcheck.journey.views import view_settings

#: The real browsers that can be asked, the one whose engine is everywhere first.
_PROFILES = ("chrome-android", "safari-ios")
#: Seconds a page gets to become quiet. Our choice.
SETTLE_S = 12.0
#: Characters of a page that are read; Sound Pages stay well below. Our choice.
_LONGEST = 8_000_000


class _OnlyPages:
    """Loads web pages and lets no app or store be opened."""

    async def navigation(self, attempt: NavigationAttempt) -> NavigationAnswer:
        """Load http and https in the same window, refuse the rest."""
        web = attempt.url.startswith(("https://", "http://", "about:"))
        return LOAD if web and not attempt.new_window else STAY

    def page_event(self, event: PageEvent) -> None:
        """Nothing that happens on the page matters here."""


async def page_html(url: str, context: CheckContext) -> str | None:
    """Return a page's HTML once it is quiet, None where no browser can be had or it fails; nothing is tapped."""
    profile = next((context.profiles[name] for name in _PROFILES if name in context.profiles), None)
    if profile is None:
        return None
    try:
        browsers = await context.browsers(profile)
        view = await browsers.real.open(view_settings(profile, Play.FAILS), _OnlyPages())
        try:
            await view.start(url)
            await view.settle(SETTLE_S)
            html = await view.evaluate("document.documentElement.outerHTML")
        finally:
            await view.close()
    except EngineError:
        return None
    return html[:_LONGEST] if isinstance(html, str) else None
