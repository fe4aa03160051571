"""One side of the phone while a journey runs: decides every navigation and writes the hops down."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from dropcheck.device.model import Mechanism, Profile, Topic
from dropcheck.engine.base import (
    ERROR_PAGE,
    LOAD,
    STAY,
    Answer,
    NavigationAnswer,
    NavigationAttempt,
    PageEvent,
    PageEventKind,
)
from dropcheck.handoff import os_rules
from dropcheck.handoff.decision import decide
from dropcheck.handoff.model import Association, Decision, Navigation, PageEffect, Phone
from dropcheck.handoff.rows import Facts, Play, RowReader
from dropcheck.journey.associations import Associations
from dropcheck.journey.endless import Endless
from dropcheck.journey.failures import Failed
from dropcheck.journey.model import (
    LONGEST_ADDRESS,
    MOST_ASIDE,
    MOST_NOTED,
    SHEET_S,
    Errand,
    Observation,
    Seen,
)
from dropcheck.network.retry_after import seconds_asked
from dropcheck.result import Basis, Cause, DecisionKind, Hop, Where

_OPENS = frozenset({DecisionKind.OPENS_APP, DecisionKind.OPENS_BROWSER, DecisionKind.OPENS_STORE})

#: Rules under which a page simply loads; the browser itself showed that, no phone rule was needed.
_JUST_LOADS = frozenset({"ios/no-app-claims-it", "android/no-app-claims-it", "os/page-loads", "os/in-page"})


@dataclass(frozen=True, slots=True)
class Escaped:
    """A hand-off out of this side: the decision, whether a finger stood behind it, whether the app asked.

    `t_ms` is when the page tried it, milliseconds since the journey began.
    """

    decision: Decision
    gesture: bool
    asked: bool
    t_ms: int = 0


@dataclass(slots=True)
class Story:
    """What both sides of the phone share: the hops so far and the clock."""

    errand: Errand
    play: Play
    began: float = field(default_factory=time.monotonic)
    hops: list[Hop] = field(default_factory=list)
    seen: list[Observation] = field(default_factory=list)
    contested: dict[str, None] = field(default_factory=dict)
    taps: int = 0
    _noted: Counter[Seen] = field(default_factory=Counter)

    def now_ms(self) -> int:
        """Milliseconds since the journey began."""
        return int((time.monotonic() - self.began) * 1000)

    def note(self, what: Seen, where: Where, **detail: object) -> None:
        """Write down something noticed, as long as there is not too much of its kind."""
        self._noted[what] += 1
        if self._noted[what] > MOST_NOTED:
            return
        self.seen.append(Observation(what, where, self.now_ms(), detail))

    def take_back(self, what: Seen) -> None:
        """Forget the latest note of `what`."""
        latest = next((seen for seen in reversed(self.seen) if seen.what is what), None)
        if latest is not None:
            self.seen.remove(latest)


class Side:
    """The delegate of one view: answers for the phone, remembers what happened and wakes who waits."""

    def __init__(
        self,
        story: Story,
        profile: Profile,
        phone: Phone,
        associations: Associations,
        synthetic: frozenset[str],
    ) -> None:
        self.profile = profile
        self.where = Where.IN_APP if profile.in_app else Where.BROWSER
        self.escaped: Escaped | None = None
        self.failed: Failed | None = None
        #: Why the page on screen did not come whole.
        self.broke_off: Failed | None = None
        self.endless = Endless()
        #: Seconds for which a server that had too many visits asks to be left alone.
        self.rest_s: float | None = None
        self.status: int | None = None
        self.is_challenged = False
        self.landings = 0
        self.landed_at = 0.0
        self.is_closed = False
        self.has_crashed = False
        self.has_lost_browser = False
        self.downloaded: str | None = None
        self.wants_password = False
        self.guide: str | None = None
        self._story = story
        self._phone = phone
        self._associations = associations
        self._synthetic = synthetic
        self._changed = asyncio.Event()
        self._sheet: asyncio.Task[None] | None = None
        self._last_main_hop: Hop | None = None
        self._landed_hop: Hop | None = None
        self._landed_url = ""
        self._aside = 0

    @property
    def ended(self) -> bool:
        """Whether nothing that happens in this view can change the outcome."""
        return bool(
            self.escaped
            or self.failed
            or self.is_closed
            or self.has_crashed
            or self.has_lost_browser
            or self.endless.is_it
        )

    @property
    def was_refused(self) -> bool:
        """Whether the last thing the page's main frame tried came to nothing."""
        return self._last_main_hop is not None and self._last_main_hop.decision is DecisionKind.REFUSED

    @property
    def waits_for(self) -> str | None:
        """The address that the page's main frame asked for last."""
        return self._last_main_hop.url if self._last_main_hop is not None else None

    @property
    def sheet_is_up(self) -> bool:
        """Whether the host app's question waits for the fan."""
        return self._sheet is not None and not self._sheet.done()

    @property
    def landed_hop(self) -> Hop | None:
        """The hop of the page that is on screen."""
        return self._landed_hop

    async def changed(self, bound_s: float) -> bool:
        """Wait until something happened since the last call, at most `bound_s`; return whether it did."""
        try:
            await asyncio.wait_for(self._changed.wait(), max(bound_s, 0.0))
        except TimeoutError:
            return False
        self._changed.clear()
        return True

    async def navigation(self, attempt: NavigationAttempt) -> NavigationAnswer:
        """Decide one attempt and write its hop down; see `ViewDelegate`."""
        if self.escaped is not None or self.endless.is_it:
            return STAY
        page_url = attempt.page_url[:LONGEST_ADDRESS] if attempt.page_url is not None else None
        attempt = replace(attempt, url=attempt.url[:LONGEST_ADDRESS], page_url=page_url)
        navigation = Navigation(
            attempt.url,
            attempt.by,
            attempt.gesture,
            self.where,
            attempt.page_url,
            attempt.main_frame,
            attempt.new_window,
            attempt.chain_by,
        )
        decision = await self._decide(navigation)
        hop = self._write_down(attempt, decision)
        if decision.kind is DecisionKind.LOADS and self.endless.load(attempt):
            self._changed.set()
            return STAY
        self._changed.set()
        if self.sheet_is_up and attempt.main_frame and decision.kind is DecisionKind.LOADS:
            self._story.note(Seen.TIMER_UNDER_SHEET, self.where, url=attempt.url, hop=hop.n)
        return self._carry_out(attempt, decision)

    async def _decide(self, navigation: Navigation) -> Decision:
        if navigation.url in self._synthetic:
            return _first_hop_decision(navigation, self.profile)
        known = await self._associations.for_url(navigation.url, self.profile.os)
        for association in known.values():
            self._note_faults(association)
            self._note_age(association.host)
        phone = replace(self._phone, associations={**self._phone.associations, **known})
        decision = decide(navigation, self.profile, phone)
        if decision.otherwise is None:
            return decision
        self._story.contested.update(dict.fromkeys(decision.contested))
        return decision.otherwise if self._story.play is Play.WORKS else decision

    def _note_age(self, host: str) -> None:
        age = self._associations.ages.get(host)
        noted = {seen.detail.get("host") for seen in self._story.seen if seen.what is Seen.KEPT_FILE}
        if age is not None and host not in noted:
            self._story.note(Seen.KEPT_FILE, self.where, host=host, age_s=age)

    def _note_faults(self, association: Association) -> None:
        noted = {seen.detail.get("host") for seen in self._story.seen if seen.what is Seen.ASSOCIATION_FAULT}
        if association.faults and association.host not in noted:
            self._story.note(
                Seen.ASSOCIATION_FAULT, self.where, host=association.host, fault=association.faults[0]
            )

    def _write_down(self, attempt: NavigationAttempt, decision: Decision) -> Hop:
        if attempt.status is not None and self._last_main_hop is not None and attempt.main_frame:
            self._last_main_hop.status = attempt.status
        just_loads = decision.kind is DecisionKind.LOADS and decision.rule.id in _JUST_LOADS
        hop = Hop(
            n=len(self._story.hops) + 1,
            t_ms=self._story.now_ms(),
            where=self.where,
            by=attempt.by,
            gesture=attempt.gesture,
            url=attempt.url,
            decision=decision.kind,
            rule=decision.rule.id,
            basis=Basis.OBSERVED if just_loads else decision.basis,
        )
        if attempt.main_frame:
            self._last_main_hop = hop
        if not attempt.main_frame or decision.kind is DecisionKind.REFUSED:
            self._aside += 1
            if self._aside > MOST_ASIDE:
                return hop
        self._story.hops.append(hop)
        if self._story.errand.on_hop is not None:
            self._story.errand.on_hop(hop)
        return hop

    def _carry_out(self, attempt: NavigationAttempt, decision: Decision) -> NavigationAnswer:
        if decision.kind is DecisionKind.LOADS:
            return LOAD if decision.url == attempt.url else NavigationAnswer(Answer.LOAD, decision.url)
        if decision.kind in _OPENS:
            self.escaped = Escaped(decision, attempt.gesture, asked=False, t_ms=self._story.now_ms())
        elif decision.kind is DecisionKind.ASKS and decision.final.kind in _OPENS:
            self._ask(decision, gesture=attempt.gesture)
        elif decision.page is PageEffect.ERROR_PAGE and attempt.main_frame:
            self.failed = Failed(attempt.url, "unknown-scheme", decision.rule.why)
            return ERROR_PAGE
        return STAY

    def _ask(self, decision: Decision, *, gesture: bool) -> None:
        if self.sheet_is_up:
            return
        is_app_sheet = self.profile.in_app and not decision.rule.id.startswith("ios/")
        escaped = Escaped(decision.final, gesture, asked=True, t_ms=self._story.now_ms())
        if not is_app_sheet:
            self.escaped = escaped
            return
        self._sheet = asyncio.ensure_future(self._agree_later(escaped))

    async def _agree_later(self, escaped: Escaped) -> None:
        # The sheet stays up for a while on purpose: a page that mistakes it for a failure shows now.
        await asyncio.sleep(SHEET_S)
        if self.escaped is None:
            self.escaped = escaped
        self._changed.set()

    def page_event(self, event: PageEvent) -> None:
        """Take note of what the view reports; see `ViewDelegate`."""
        event = replace(event, url=event.url[:LONGEST_ADDRESS])
        kind, where = event.kind, self.where
        match kind:
            case PageEventKind.LANDED:
                self._land(event)
            case PageEventKind.FAILED if not (self.escaped or self.failed or self.sheet_is_up):
                self._fail(event)
            case PageEventKind.CLOSED if event.view == 0:
                self.is_closed = True
            case PageEventKind.LOST:
                self.has_lost_browser = True
            case PageEventKind.CRASHED:
                self.has_crashed = True
                self._story.note(Seen.CRASHED, where)
            case PageEventKind.DOWNLOAD:
                self.downloaded = event.url
                self._story.note(Seen.DOWNLOAD, where, url=event.url)
            case PageEventKind.AUTH:
                self.wants_password = True
            case PageEventKind.DIALOG:
                self._note_dialog(event)
            case PageEventKind.ANALYTICS:
                self._story.note(Seen.ANALYTICS, where, url=event.url)
                return
            case PageEventKind.REFUSED:
                self._story.note(Seen.ADDRESS_REFUSED, where, url=event.url, **event.detail)
            case PageEventKind.CONSOLE:
                self._story.note(Seen.CONSOLE_ERROR, where, **event.detail)
                return
            case _:
                pass
        self._changed.set()

    def _fail(self, event: PageEvent) -> None:
        failed = Failed(event.url, str(event.detail.get("code", "")), str(event.detail.get("reason", "")))
        is_shown = self._landed_hop is not None and self._landed_hop is self._last_main_hop
        if is_shown and failed.url.partition("#")[0] == self._landed_url:
            # What had come of the page stays on the screen, as it does on a phone.
            self.broke_off = failed
        else:
            self.failed = failed

    def _land(self, event: PageEvent) -> None:
        self.status = event.status
        self.is_challenged = "challenge" in event.detail
        self.landings += 1
        self.landed_at = time.monotonic()
        self.failed = self.broke_off = None
        # The next page clears a password prompt's page and a download that left the page in place.
        self.wants_password = False
        hop = self._last_main_hop
        if hop is not None and event.view == 0:
            hop.status = event.status
            self._landed_hop = hop
            self._landed_url = event.url.partition("#")[0]
        elif event.view != 0:
            opened = (one for one in reversed(self._story.hops) if one.url == event.url)
            hop = next(opened, None)
            if hop is not None and hop.status is None:
                hop.status = event.status
        if event.status == HTTPStatus.TOO_MANY_REQUESTS:
            self.rest_s = seconds_asked(event.detail.get("retry_after"), dt.datetime.now(dt.UTC))
            self._story.note(Seen.RATE_LIMITED, self.where, url=event.url, rest_s=self.rest_s)

    def _note_dialog(self, event: PageEvent) -> None:
        self._story.note(Seen.DIALOG, self.where, **event.detail)
        row = RowReader(self.profile, self._story.play)
        found = row.find(Topic.DIALOG, Navigation(event.url, by=Cause.SCRIPT, gesture=False), Facts())
        self._story.contested.update(row.met)
        if found is None or found.mechanism is not Mechanism.SWALLOWS_DIALOG:
            self.endless.dialog()

    def close(self) -> None:
        """Stop waiting for a sheet that nobody will answer."""
        if self._sheet is not None:
            self._sheet.cancel()


def _first_hop_decision(navigation: Navigation, profile: Profile) -> Decision:
    row = RowReader(profile, Play.FAILS).find(Topic.FIRST_HOP, navigation, Facts())
    rule = row.rule("The app's own link service answers first.") if row else os_rules.PLAIN_LOAD
    return Decision(DecisionKind.LOADS, rule, navigation.url, PageEffect.LOADS)
