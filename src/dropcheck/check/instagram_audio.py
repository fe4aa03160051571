"""Instagram's audio page of a song, as far as a visitor without a login sees it (services.md 4.5)."""

from __future__ import annotations

from urllib.parse import urlsplit

from dropcheck.catalog.ask import Asker, AskError
from dropcheck.check.rulebook import finding
from dropcheck.result import Basis, Finding


async def instagram_findings(address: str, asker: Asker) -> list[Finding]:
    """Return what can be said of the page: that it is gone, or that a login stands before it.

    Nothing is known of where Instagram keeps a song's stores, so nothing more is claimed.
    """
    evidence = {"url": address}
    try:
        answer = await asker.get(address)
    except AskError as error:
        return [
            finding("sound_page/instagram-not-seen", f"{error.detail}.", Basis.OBSERVED, evidence=evidence)
        ]
    if answer.status in (404, 410):
        seen = f"{address} answers {answer.status}."
        return [finding("sound_page/instagram-gone", seen, Basis.OBSERVED, evidence=evidence)]
    if answer.status >= 400 or "/accounts/login" in urlsplit(answer.url).path:
        seen = f"Instagram answers with {'a login page' if answer.status < 400 else answer.status}."
        return [finding("sound_page/instagram-not-seen", seen, Basis.OBSERVED, evidence=evidence)]
    return []
