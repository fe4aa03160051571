"""Instagram's audio page: what a visitor without a login can know of it, and no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import httpx
import pytest

from dropcheck.catalog.ask import Asker
from dropcheck.check.instagram_audio import TICK, instagram_findings
from dropcheck.check.model import CheckContext
from dropcheck.check.sound_page import sound_page
from dropcheck.localnet import LocalInternet
from dropcheck.result import Severity, Verdict
from dropcheck.suite import Case

CaseOf = Callable[..., Case]
Context = Callable[..., CheckContext]
EARLY = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
SOUND = "https://www.tiktok.com/music/neon-hours-7300000000000000001"


def audio(last: int) -> str:
    return f"https://www.instagram.com/reels/audio/110000000000000{last}/"


@pytest.mark.parametrize(
    ("address", "window", "rule", "severity"),
    [
        (audio(1), False, None, None),
        (audio(2), False, "instagram-not-seen", Severity.INFO),
        (audio(3), False, "instagram-gone", Severity.WARNING),
        (audio(3), True, "instagram-gone", Severity.INFO),
        ("https://www.instagram.com/maravale/", False, "instagram-other-page", Severity.WARNING),
        ("https://www.instagram.com/reel/Cabc/", True, "instagram-other-page", Severity.WARNING),
    ],
)
async def test_what_is_said_of_an_audio_page(
    address: str, window: bool, rule: str | None, severity: Severity | None, http: httpx.AsyncClient
) -> None:
    found = await instagram_findings(address, Asker(http, EARLY), window)
    assert [(one.rule, one.severity) for one in found] == ([(f"sound_page/{rule}", severity)] if rule else [])


async def test_an_unreachable_instagram_says_nothing_of_the_page() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as refusing:
        found = await instagram_findings(audio(1), Asker(refusing, EARLY), False)
    assert [one.severity for one in found] == [Severity.INFO]


async def test_the_page_on_the_sheet_is_looked_at_and_left_to_be_ticked(
    case_of: CaseOf, context: Context, internet: LocalInternet
) -> None:
    sheet = {"tiktok_sound": SOUND, "instagram_audio": audio(2)}
    result = await sound_page(case_of("sound_page", sheet=sheet), context())
    assert (result.verdict, TICK in result.data["manual"]) == (Verdict.PASS, True)
    assert internet.requests.count("www.instagram.com") > 0
    internet.forget()
    await sound_page(case_of("sound_page", {"instagram": False}, sheet=sheet), context())
    assert internet.requests.count("www.instagram.com") == 0


async def test_without_a_tiktok_sound_instagram_is_still_looked_at(case_of: CaseOf, context: Context) -> None:
    result = await sound_page(case_of("sound_page", sheet={"instagram_audio": audio(3)}), context())
    assert (result.verdict, [one.rule for one in result.findings]) == (
        Verdict.WARN,
        ["sound_page/instagram-gone"],
    )
