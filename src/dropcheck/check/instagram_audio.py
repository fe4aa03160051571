"""Instagram's audio page of a song, as far as a visitor without a login sees it (services.md 4.5)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from dropcheck.catalog.ask import Asker, AskError
from dropcheck.check.rulebook import finding
from dropcheck.result import Basis, Finding, Severity

#: What nobody can look at from outside, for the report's list of things to tick off by hand.
TICK = (
    "Instagram's audio page shows itself only in the app: open it there, and look at title, artist and cover."
)
_PATH = re.compile(r"/reels?/audio/\d+/?")


async def instagram_findings(address: str, asker: Asker, window: bool) -> list[Finding]:
    """Return what can be said of the page: that it is none, that it is gone, or that a login stands before it.

    Nothing is known of where Instagram keeps a song's stores, so nothing more is claimed. Inside the `window`
    after the release a missing page may still come.
    """
    evidence = {"url": address}
    if not _PATH.fullmatch(urlsplit(address).path):
        seen = f"{address} is not of the form https://www.instagram.com/reels/audio/1234/."
        return [finding("sound_page/instagram-other-page", seen, Basis.OBSERVED, evidence=evidence)]
    try:
        answer = await asker.get(address)
    except AskError as error:
        seen = f"{error.detail[:1].upper()}{error.detail[1:]}."
        return [finding("sound_page/instagram-not-seen", seen, Basis.OBSERVED, evidence=evidence)]
    if answer.status in (404, 410):
        seen = f"{address} answers {answer.status}."
        severity = Severity.INFO if window else None
        rule = "sound_page/instagram-gone"
        return [finding(rule, seen, Basis.OBSERVED, evidence=evidence, severity=severity)]
    if answer.status >= 400 or "/accounts/login" in urlsplit(answer.url).path:
        seen = f"Instagram answers with {'a login page' if answer.status < 400 else answer.status}."
        return [finding("sound_page/instagram-not-seen", seen, Basis.OBSERVED, evidence=evidence)]
    return []
