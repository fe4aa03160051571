"""One side of the phone: what it answers a navigation, what it writes down, and what it makes of a view's events."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.check.journeys import LINK, TRACK, errand

from dropcheck.engine.base import Answer, NavigationAttempt, PageEvent, PageEventKind
from dropcheck.handoff.model import Phone
from dropcheck.handoff.rows import Play
from dropcheck.journey import side as side_module
from dropcheck.journey.associations import Associations, WellKnown
from dropcheck.journey.endless import MOST_DIALOGS
from dropcheck.journey.model import LONGEST_ADDRESS, MOST_ASIDE, MOST_NOTED, Seen
from dropcheck.journey.side import Side, Story
from dropcheck.result import Basis, Cause, DecisionKind

INTENT = "intent://track/x#Intent;scheme=spotify;package=com.spotify.music;end"


async def _nothing_there(_url: str) -> WellKnown:
    return WellKnown(0)


class Phoned:
    """A side of a phone, asked and told as an engine does it."""

    def __init__(
        self,
        profile: str = "instagram-android",
        *,
        play: Play = Play.FAILS,
        synthetic: frozenset[str] = frozenset(),
        fetch: Any = _nothing_there,
    ) -> None:
        on = errand(profile)
        self.story = Story(on, play)
        self.side = Side(self.story, on.profile, Phone(), Associations(fetch), synthetic)

    async def tries(
        self, url: str = LINK, by: Cause = Cause.SCRIPT, *, gesture: bool = False, **more: Any
    ) -> Answer:
        attempt = NavigationAttempt(url, by, gesture, 0, page_url=LINK, **more)
        return (await self.side.navigation(attempt)).answer

    def told(self, kind: PageEventKind, url: str = LINK, **more: Any) -> None:
        self.side.page_event(PageEvent(kind, 0, url, **more))

    async def lands(self, url: str = LINK, status: int = 200, **more: Any) -> None:
        await self.tries(url, Cause.APP)
        self.told(PageEventKind.LANDED, url, status=status, **more)


async def test_the_status_of_a_redirect_is_its_own_hops_and_not_that_of_the_page_it_leads_to() -> None:
    phone = Phoned()
    await phone.tries("https://go.example/", Cause.APP)
    await phone.tries(LINK, Cause.REDIRECT, status=302, chain_by=Cause.APP)
    phone.told(PageEventKind.LANDED, status=200)
    assert [(hop.url, hop.status) for hop in phone.story.hops] == [("https://go.example/", 302), (LINK, 200)]


async def test_a_hand_off_keeps_the_page_and_ends_the_side() -> None:
    phone = Phoned()
    await phone.lands()
    assert await phone.tries(INTENT, Cause.TAP, gesture=True) is Answer.STAY
    assert phone.side.escaped is not None
    assert phone.side.escaped.decision.app == "spotify"
    assert phone.side.ended
    assert await phone.tries("https://elsewhere.example/") is Answer.STAY
    assert len(phone.story.hops) == 2, "what a page tries after it was left is no hop"


async def test_the_apps_own_link_service_is_modelled_and_never_a_plain_load() -> None:
    shim = "https://l.instagram.com/?u=x"
    phone = Phoned(synthetic=frozenset({shim}))
    assert await phone.tries(shim, Cause.APP) is Answer.LOAD
    assert phone.story.hops[0].basis is not Basis.OBSERVED


async def test_a_frames_load_is_a_hop_but_not_the_page_on_screen() -> None:
    phone = Phoned()
    await phone.lands()
    await phone.tries("https://ads.example/", Cause.FRAME, main_frame=False)
    assert phone.side.waits_for == LINK
    assert [hop.by for hop in phone.story.hops] == [Cause.APP, Cause.FRAME]


async def test_hundreds_of_frames_fill_no_results_and_are_no_loop() -> None:
    phone = Phoned()
    await phone.lands()
    for number in range(300):
        answer = await phone.tries(f"https://ads.example/{number}", Cause.FRAME, main_frame=False)
        assert answer is Answer.LOAD
    assert len(phone.story.hops) == 1 + MOST_ASIDE
    assert not phone.side.ended


async def test_an_address_of_two_megabytes_fills_no_results_and_is_decided_like_any_other() -> None:
    phone = Phoned()
    await phone.lands()
    assert await phone.tries("https://bio.example/?" + "a&" * 1_000_000) is Answer.LOAD
    assert await phone.tries("foo:" + "a" * 2_000_000) is Answer.ERROR_PAGE
    await phone.tries("intent://" + "a." * 1_000_000)
    phone.told(PageEventKind.DOWNLOAD, "data:," + "a" * 2_000_000)
    assert max(len(hop.url) for hop in phone.story.hops) == LONGEST_ADDRESS
    assert phone.side.downloaded is not None
    assert len(phone.side.downloaded) == LONGEST_ADDRESS


async def test_what_a_page_says_a_thousand_times_is_noted_a_hundred_times() -> None:
    phone = Phoned()
    await phone.lands()
    for _ in range(1000):
        phone.told(PageEventKind.CONSOLE, detail={"level": "error", "text": "x"})
    phone.told(PageEventKind.DOWNLOAD)
    noted = Counter(seen.what for seen in phone.story.seen)
    assert (noted[Seen.CONSOLE_ERROR], noted[Seen.DOWNLOAD]) == (MOST_NOTED, 1)


async def test_a_scheme_tried_again_and_again_is_no_loop_and_a_tap_still_leads_out() -> None:
    phone = Phoned()
    await phone.lands()
    for number in range(300):
        await phone.tries(f"nobody{number}://x")
    assert not phone.side.endless.is_it
    assert len(phone.story.hops) == 1 + MOST_ASIDE
    await phone.tries(INTENT, Cause.TAP, gesture=True)
    assert phone.side.escaped is not None
    assert phone.story.hops[-1].decision is DecisionKind.OPENS_APP


async def test_a_loop_is_stopped() -> None:
    phone = Phoned()
    answers = [await phone.tries(f"{LINK}&n={number}") for number in range(30)]
    assert answers[0] is Answer.LOAD
    assert answers[-1] is Answer.STAY
    assert phone.side.endless.is_looping
    assert len(phone.story.hops) < 30, "what it tries after that is no hop"


async def test_a_page_that_could_not_be_had_fails_the_side_and_the_next_page_mends_it() -> None:
    phone = Phoned()
    await phone.tries(LINK, Cause.APP)
    phone.told(PageEventKind.FAILED, detail={"code": "ERR_CONNECTION_RESET", "reason": "reset"})
    assert phone.side.failed is not None
    assert phone.side.ended
    await phone.lands("https://second.example/")
    assert phone.side.failed is None


async def test_a_page_that_breaks_off_stays_on_the_screen() -> None:
    phone = Phoned()
    await phone.lands(f"{LINK}#top")
    phone.told(PageEventKind.FAILED, detail={"code": "ERR_CONTENT_LENGTH_MISMATCH"})
    assert phone.side.failed is None
    assert phone.side.broke_off is not None
    assert not phone.side.ended
    await phone.lands("https://second.example/")
    assert phone.side.broke_off is None


async def test_the_next_page_that_cannot_be_had_is_no_page_that_broke_off() -> None:
    phone = Phoned()
    await phone.lands()
    await phone.tries(LINK, Cause.TAP, gesture=True)
    phone.told(PageEventKind.FAILED, detail={"code": "ERR_CONNECTION_RESET"})
    assert phone.side.failed is not None
    assert phone.side.broke_off is None


@pytest.mark.parametrize(("view", "closed"), [(0, True), (1, False)])
async def test_only_the_first_windows_end_is_the_pages(view: int, closed: bool) -> None:
    phone = Phoned()
    await phone.lands()
    phone.told(PageEventKind.CLOSED, view=view)
    assert phone.side.is_closed is closed


async def test_a_popups_status_is_not_the_pages_hop() -> None:
    phone = Phoned()
    await phone.lands(status=200)
    phone.told(PageEventKind.LANDED, "https://popup.example/", status=404, view=1)
    assert phone.story.hops[0].status == 200


async def test_a_server_that_asks_for_rest_is_heard() -> None:
    phone = Phoned()
    await phone.lands(status=429, detail={"retry_after": "120"})
    assert phone.side.rest_s == 120.0
    noted = [seen.detail for seen in phone.story.seen if seen.what is Seen.RATE_LIMITED]
    assert noted == [{"url": LINK, "rest_s": 120.0}]


@pytest.mark.parametrize(("play", "counts"), [(Play.FAILS, False), (Play.WORKS, True)])
async def test_dialogs_are_a_storm_only_where_the_fan_sees_them(play: Play, counts: bool) -> None:
    phone = Phoned("tiktok-android", play=play)
    await phone.lands()
    for _ in range(MOST_DIALOGS + 1):
        phone.told(PageEventKind.DIALOG, detail={"kind": "alert", "message": "x"})
    assert phone.side.endless.is_it is counts
    assert phone.story.contested, "whether TikTok shows dialogs is contested"


async def test_the_age_of_a_kept_association_file_is_told_once() -> None:
    async def kept(_url: str) -> WellKnown:
        return WellKnown(200, b"[]", "application/json", kept_s=90)

    phone = Phoned(fetch=kept)
    for _ in range(2):
        await phone.tries(TRACK, Cause.TAP, gesture=True)
    noted = [seen.detail for seen in phone.story.seen if seen.what is Seen.KEPT_FILE]
    assert noted == [{"host": "open.spotify.com", "age_s": 90}]


async def test_the_apps_question_stays_up_and_a_page_that_goes_on_under_it_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(side_module, "SHEET_S", 0.01)
    phone = Phoned("instagram-ios", play=Play.WORKS)
    await phone.lands()
    await phone.tries("spotify:track:11dFghVXANMlKmJXsNCbNl", Cause.TAP, gesture=True)
    assert phone.side.sheet_is_up
    assert phone.side.escaped is None
    await phone.tries("https://fallback.example/")
    assert Seen.TIMER_UNDER_SHEET in [seen.what for seen in phone.story.seen]
    while phone.side.escaped is None:
        await phone.side.changed(5.0)
    assert phone.side.escaped.asked
    phone.side.close()
