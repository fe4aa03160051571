"""Puts stored hops before the phone's rules again, without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dropcheck.check.errand import phone_named
from dropcheck.device.model import Profile
from dropcheck.handoff.decision import decide
from dropcheck.handoff.model import Decision, Navigation, Phone
from dropcheck.result import Basis, CaseResult, Cause, DecisionKind, Hop, Where


@dataclass(frozen=True, slots=True)
class Replayed:
    """One stored hop and what the phone would do with it today, with the contested rows failing and working."""

    hop: Hop
    navigation: Navigation
    fails: Decision
    works: Decision

    @property
    def goes_elsewhere(self) -> bool:
        """Whether today's rules decide otherwise in both plays.

        What rested on a host's own association file stands: the file isn't stored, and no rule changed it.
        """
        if self.hop.basis is Basis.OBSERVED:
            return False
        return self.hop.decision not in (self.fails.kind, self.works.kind)


def phone_of_case(case: CaseResult) -> Phone:
    """Return the phone a stored case ran on, by what its id says of it."""
    return phone_named(case.id.rpartition("/")[2].partition("@")[2])


def replay(hops: Sequence[Hop], profile: Profile, browser: Profile | None, phone: Phone) -> list[Replayed]:
    """Return the hops of one journey as `profile` (and the phone's real browser) would decide them today."""
    replayed: list[Replayed] = []
    page: dict[Where, str | None] = {}
    chain: Cause | None = None
    for hop in hops:
        chain = chain if hop.by is Cause.REDIRECT else hop.by
        side = profile if hop.where is Where.IN_APP or browser is None else browser
        navigation = Navigation(
            hop.url,
            hop.by,
            hop.gesture,
            where=hop.where,
            page_url=page.get(hop.where),
            main_frame=hop.by is not Cause.FRAME,
            new_window=hop.by is Cause.POPUP,
            chain_by=chain if hop.by is Cause.REDIRECT else None,
        )
        decision = decide(navigation, side, phone)
        replayed.append(Replayed(hop, navigation, decision, decision.otherwise or decision))
        if hop.decision is DecisionKind.LOADS and hop.by is not Cause.FRAME and hop.status in (None, 200):
            page[hop.where] = hop.url
    return replayed
