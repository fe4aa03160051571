"""Follows what is on one side's screen: waits, meets banners, taps, until something ends it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from dropcheck.engine import scripts
from dropcheck.engine.base import (
    Control,
    EngineError,
    PageClosedError,
    PageHungError,
    PageSurvey,
    View,
    ViewLostError,
)
from dropcheck.journey.controls import Wanted, choose, signature
from dropcheck.journey.failures import Ended, is_noise, why_cut_short, why_failed
from dropcheck.journey.guide import recognise_guide
from dropcheck.journey.model import PATIENCE_S, Ending, Errand, Seen
from dropcheck.journey.side import Side, Story
from dropcheck.journey.views import IOS_GESTURE_S
from dropcheck.journey.walls import login_wall, wall
from dropcheck.result import Hop, Where

#: A page gets this long to become quiet before it is read as it is.
_SETTLE_S = 6.0
#: After a tap, this long for the first sign that something happens.
_REACTION_S = 2.5
#: While nothing leads out, the page is read again this often: a control or a note may come late, without any
#: navigation that would tell.
_LOOK_AGAIN_S = 1.0
#: Seconds in which an engine tells a page that closed itself from a browser that died.
_CLOSING_S = 6.0
#: So many texts that are no control by their markup are tried.
_MOST_LABELS = 3
#: A tap that nothing came of is made once more after this long: the page's scripts may still have been on their way
#: when the finger, quicker than a fan's, came down.
_ONCE_MORE_S = 3.0
#: A page that came after another one has to stand this long before it counts as the one that is shown.
_STILL_S = 2.0
#: A timed wait may end this much early.
_CLOCK_SLACK_S = 0.1


@dataclass(frozen=True, slots=True)
class _Tap:
    """A tap, and what the page was when the finger came down."""

    control: tuple[str, str]
    url: str
    text: str
    hops: int
    at: float


@dataclass(slots=True)
class Screen:
    """The page in one view and the finger over it.

    `wanted` says what the fan looks for; `selectors` are the suite's own, taken from the front as they are
    used. With `tap_at_all` false the page is only looked at. `arrived` ends the story on a page of its own
    choosing before that page is judged; `pick` chooses the next control in the place of `wanted`.
    """

    view: View
    side: Side
    story: Story
    wanted: Wanted
    selectors: list[str]
    deadline: float
    tap_at_all: bool = True
    tried: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    quiet_since: float = field(default_factory=time.monotonic)
    last_survey: PageSurvey | None = None
    arrived: Callable[[PageSurvey], Ended | None] | None = None
    pick: Callable[[PageSurvey, set[tuple[str, str]]], Control | None] | None = None
    _tap_speaks_until_ms: int = 0
    _missed: set[tuple[str, str]] = field(default_factory=set)
    _bare_tap: tuple[int, PageSurvey] | None = None
    _label_taps: int = 0
    _last_tap: _Tap | None = None
    _made_again: set[tuple[str, str]] = field(default_factory=set)

    @property
    def errand(self) -> Errand:
        """The errand this screen belongs to."""
        return self.story.errand

    async def follow(self) -> Ended | None:
        """Follow the page until this side ended; None when a hand-off ended it.

        Raises `EngineError` when the browser itself failed.
        """
        try:
            ended = await self._follow()
        except ViewLostError:
            raise
        except PageClosedError:
            ended = await self._closed()
        except PageHungError:
            ended = self._over()
            if ended is None and self.side.escaped is None:
                ended = Ended(Ending.FROZEN, "it keeps the browser busy without end")
        except EngineError:
            # A page that crashed its tab can't be read any more; that is the page's doing.
            ended = self._over()
            if ended is None and self.side.escaped is None:
                raise
        self._take_back_late_tap()
        return ended

    async def _closed(self) -> Ended | None:
        """The window is gone; the engine says in a moment whether the page or the browser did that."""
        until = time.monotonic() + _CLOSING_S
        while (ended := self._over()) is None and self.side.escaped is None:
            if not await self.side.changed(until - time.monotonic()):
                return Ended(Ending.CLOSED, "the page closed its own window")
        return ended

    def _take_back_late_tap(self) -> None:
        # What a page does within a second of a tap carries the tap. A hand-off in that second without one was
        # under way before: the page left by itself while our finger came down, and a fan needs no tap for it.
        escaped = self.side.escaped
        if escaped is not None and not escaped.gesture and escaped.t_ms < self._tap_speaks_until_ms:
            self.story.taps -= 1
            self.story.take_back(Seen.TAPPED)

    async def _follow(self) -> Ended | None:
        while True:
            over = await self._wait_until_readable()
            if over is not None or self.side.escaped is not None:
                return over
            survey = await self._read()
            over = (self.arrived(survey) if self.arrived is not None else None) or self._judge(survey)
            if over is not None:
                return over
            is_whole = not survey.arriving and self.side.broke_off is None
            if self.side.landings and not self.tap_at_all and not survey.blank and is_whole:
                if not await self._stands():
                    continue
                return Ended(Ending.STAYED, "the page is shown")
            hops = len(self.story.hops)
            if await self._act(survey):
                self.quiet_since = time.monotonic()
                await self._reaction(hops)
                continue
            left = min(PATIENCE_S - self._waited(), self._left())
            if left > _CLOCK_SLACK_S:
                await self.side.changed(min(left, _LOOK_AGAIN_S))
                continue
            if self.side.ended or self.side.sheet_is_up:
                continue
            if survey.arriving and self.side.broke_off is None and self._left() > _CLOCK_SLACK_S:
                # What leads out may stand in the part that is still to come.
                await self.side.changed(min(self._left(), _LOOK_AGAIN_S))
                continue
            return self._give_up(survey)

    async def _reaction(self, hops: int) -> None:
        """Wait for the first sign of what a tap does; what was under way before the finger is none."""
        end = time.monotonic() + min(_REACTION_S, self._left())
        while len(self.story.hops) == hops and not self.side.ended and (left := end - time.monotonic()) > 0:
            await self.side.changed(left)

    async def _stands(self) -> bool:
        """Whether the page stays; where one came after the other by itself, there may be no end to it."""
        before, end = self.side.landings, time.monotonic() + min(_STILL_S, self._left())
        while before > 1 and self.side.landings == before and (left := end - time.monotonic()) > 0:
            if self.side.ended:
                return False
            await self.side.changed(left)
        return self.side.landings == before and not self.side.ended

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _waited(self) -> float:
        """Seconds since anything happened that could still lead out: a tap, or a page that arrived."""
        return time.monotonic() - max(self.quiet_since, self.side.landed_at)

    async def _wait_until_readable(self) -> Ended | None:
        while True:
            if self.side.escaped is not None:
                return None
            over = self._over()
            if over is not None:
                return over
            if self._left() <= 0:
                return await self._out_of_time()
            if self.side.sheet_is_up or not self.side.landings:
                if self.side.was_refused and not self.side.sheet_is_up and self._waited() > PATIENCE_S:
                    return Ended(Ending.REFUSED, "the phone refused the link, and nothing else came")
                await self.side.changed(min(self._left(), 1.0))
                continue
            await self.view.settle(min(_SETTLE_S, self._left()))
            return self._over()

    def _over(self) -> Ended | None:
        side = self.side
        if side.escaped is not None:
            return None
        if side.endless.is_looping:
            return Ended(Ending.LOOP, "the link sends the phone round in circles")
        if side.endless.storm is not None:
            return Ended(Ending.STORM, side.endless.storm)
        if side.failed is not None:
            return why_failed(side.failed)
        if side.wants_password:
            return Ended(Ending.BLOCKED, "the server asks for a user name and a password")
        if side.has_lost_browser:
            # No fault of the page: whoever runs the case may try again.
            raise ViewLostError("the browser died while the page was open")
        if side.has_crashed:
            return Ended(Ending.CRASHED, "the page crashed the browser's tab")
        if side.is_closed:
            return Ended(Ending.CLOSED, "the page closed its own window")
        if side.downloaded is not None and not side.landings:
            return Ended(Ending.DOWNLOAD, "the link downloads a file instead of showing a page")
        return None

    async def _out_of_time(self) -> Ended:
        if self.side.landings:
            return self._give_up(self.last_survey) if self.last_survey is not None else self._stayed()
        # A browser that hangs raises here; only one that lives can say that nothing came. Chromium answers
        # nothing about a page while its first server is silent.
        with contextlib.suppress(PageHungError):
            await self.view.survey()
        host = urlsplit(self.side.waits_for or self.errand.url).hostname or "the site"
        return Ended(Ending.TIMED_OUT, f"no page came from {host} within {self.errand.within_s:g} seconds")

    async def _read(self) -> PageSurvey:
        survey = await self.view.survey()
        self.last_survey = survey
        self._take_back_idle_tap(survey)
        if self.side.where is Where.IN_APP:
            words = recognise_guide(survey, self.side.profile.os)
            if words is not None and self.side.guide is None:
                self.story.note(Seen.GUIDE, self.side.where, words=words)
            self.side.guide = words or self.side.guide
        await self._keep_picture(self.side.landed_hop)
        return survey

    async def _keep_picture(self, hop: Hop | None) -> None:
        if self.errand.keep_screenshot is None or hop is None or hop.screenshot is not None:
            return
        with contextlib.suppress(EngineError):
            await self.view.evaluate(scripts.call("hide_typed.js"))
        picture = await self.view.screenshot()
        if picture is not None:
            hop.screenshot = self.errand.keep_screenshot(hop.n, picture)

    def _judge(self, survey: PageSurvey) -> Ended | None:
        status = self.side.status or 200
        reason = wall(survey, status, self.wanted, challenged=self.side.is_challenged)
        if reason is not None:
            if status == HTTPStatus.TOO_MANY_REQUESTS and self.side.rest_s is not None:
                reason += f", and asks to be left alone for {self.side.rest_s:.0f} s"
            return Ended(Ending.BLOCKED, reason)
        if status >= 400:
            return Ended(Ending.HTTP_ERROR, f"the server answered with an error ({status})")
        if is_noise(survey.text):
            return Ended(Ending.BAD_ANSWER, "the page is made of signs that are no text")
        # A journey that looks for a login (it picks its own controls) is not stopped by one.
        reason = login_wall(survey, self.wanted) if self.pick is None and self.arrived is None else None
        return Ended(Ending.BLOCKED, reason) if reason is not None else None

    def _take_back_idle_tap(self, survey: PageSurvey) -> None:
        # A text that only looked like a button: nobody would have tapped it, so it is no step of the fan's.
        if self._bare_tap is None:
            return
        hops, before = self._bare_tap
        self._bare_tap = None
        if hops == len(self.story.hops) and (before.url, before.text) == (survey.url, survey.text):
            self.story.taps -= 1
            self.story.take_back(Seen.TAPPED)

    async def _act(self, survey: PageSurvey) -> bool:
        if not self.tap_at_all or self.story.taps >= self.errand.taps_allowed:
            return False
        if await self._dismiss_banner(survey):
            return True
        control = await self._next_control(survey)
        if control is None:
            return False
        self.tried.setdefault(survey.url, set()).add(signature(control))
        self._tap_speaks_until_ms = 0
        began = self.story.now_ms()
        if not await self.view.tap(control):
            self.story.note(Seen.TAP_MISSED, self.side.where, text=control.text, by=control.covered_by)
            self._missed.add(signature(control))
            return True
        self.story.taps += 1
        self._bare_tap = (len(self.story.hops), survey) if control in survey.labels else None
        self._last_tap = _Tap(
            signature(control), survey.url, survey.text, len(self.story.hops), time.monotonic()
        )
        self._tap_speaks_until_ms = max(began + int(IOS_GESTURE_S * 1000), self.story.now_ms())
        self.story.note(Seen.TAPPED, self.side.where, text=control.text[:120], href=control.href)
        return True

    async def _next_control(self, survey: PageSurvey) -> Control | None:
        if self.selectors:
            found = await self.view.find(self.selectors[0], min(_REACTION_S, max(self._left(), 0.0)))
            if found is not None:
                self.selectors.pop(0)
                return found
            return None
        tried = self.tried.get(survey.url, set())
        # What lay under something when the finger came down gets another try once it is free.
        freed = {signature(c) for c in survey.controls if c.visible and c.enabled and not c.covered_by}
        tried -= freed & self._missed
        self._missed -= freed
        if self.pick is not None:
            return self.pick(survey, tried)
        chosen = choose(survey, self.wanted, tried)
        if chosen in survey.labels:
            self._label_taps += 1
            return chosen if self._label_taps <= _MOST_LABELS else None
        return chosen or self._once_more(survey)

    def _once_more(self, survey: PageSurvey) -> Control | None:
        """Return the control of a tap that nothing came of, once; that tap then counts as not made."""
        last = self._last_tap
        if last is None or last.control in self._made_again or time.monotonic() - last.at < _ONCE_MORE_S:
            return None
        if (last.url, last.text, last.hops) != (survey.url, survey.text, len(self.story.hops)):
            return None
        control = next((c for c in survey.controls if signature(c) == last.control), None)
        if control is None or not (control.visible and control.enabled):
            return None
        self._made_again.add(last.control)
        self.story.taps -= 1
        self.story.take_back(Seen.TAPPED)
        return control

    async def _dismiss_banner(self, survey: PageSurvey) -> bool:
        ref = survey.marks.get("cookie-banner")
        banner = next((control for control in survey.controls if control.ref == ref), None) if ref else None
        if banner is None or signature(banner) in self.tried.get(survey.url, set()):
            return False
        self.tried.setdefault(survey.url, set()).add(signature(banner))
        behind = choose(survey, self.wanted)
        if behind is not None and behind.covered_by:
            self.story.note(
                Seen.BANNER_COVERED, self.side.where, control=behind.text[:120], banner=banner.text[:120]
            )
        if not await self.view.tap(banner):
            return False
        self.story.taps += 1
        self.story.note(Seen.COOKIE_BANNER, self.side.where, dismissed_with=banner.text[:120])
        return True

    def _give_up(self, survey: PageSurvey) -> Ended:
        if self.side.broke_off is not None:
            return why_cut_short(self.side.broke_off)
        if survey.arriving:
            within = f"{self.errand.within_s:g} seconds"
            return Ended(Ending.TIMED_OUT, f"only a part of the page had come when {within} were over")
        ended = self._stayed()
        if "unread-tree" in survey.marks and ended.ending is Ending.STAYED and self.side.guide is None:
            return Ended(Ending.BLOCKED, "a part of the page is closed to scripts; a person has to look")
        if survey.blank and ended.ending is Ending.STAYED:
            return Ended(Ending.BLANK, "the page stays blank")
        return ended

    def _stayed(self) -> Ended:
        if self._waited() > PATIENCE_S - _CLOCK_SLACK_S:
            return Ended(Ending.STAYED, f"nothing led out within {PATIENCE_S:.0f} seconds")
        within = self.errand.within_s
        if self.errand.within_is_asked:
            return Ended(
                Ending.STAYED, f"nothing led out within the {within:g} seconds that the suite allows"
            )
        # This machine or the network was slow; that the fan is trapped has not been seen.
        return Ended(Ending.TIMED_OUT, f"the page was still busy when {within:g} seconds were over")

    async def last_picture(self) -> None:
        """Keep a picture of the page as it stands, if none was kept for it yet."""
        try:
            await self._keep_picture(self.side.landed_hop)
        except EngineError:
            return
