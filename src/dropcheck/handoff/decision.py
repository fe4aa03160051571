"""One decision: what this phone does with this navigation."""

from __future__ import annotations

from dataclasses import replace

from dropcheck.device.model import Profile
from dropcheck.handoff.in_app import decide_in_app
from dropcheck.handoff.model import Decision, Navigation, Phone
from dropcheck.handoff.real_browser import decide_in_browser
from dropcheck.handoff.rows import Play, RowReader


def decide(navigation: Navigation, profile: Profile, phone: Phone) -> Decision:
    """Return what `phone` does with `navigation` in the view that `profile` describes.

    Total: every URL, cause and profile has a decision. Where contested or assumed rows are met, or an assumed row of
    the catalogue, the decision is the one in which they fail, `contested` names them and `otherwise` is the one in
    which they work.
    """
    decision, met = _played(navigation, profile, phone, Play.FAILS)
    working, met_working = _played(navigation, profile, phone, Play.WORKS)
    contested = tuple(dict.fromkeys(met + met_working))
    if not contested or _same_effect(decision, working):
        return decision
    return replace(decision, contested=contested, otherwise=replace(working, contested=contested))


def _played(
    navigation: Navigation, profile: Profile, phone: Phone, play: Play
) -> tuple[Decision, tuple[str, ...]]:
    reader = RowReader(profile, play)
    rules = decide_in_app if profile.in_app else decide_in_browser
    decision = rules(navigation, reader, phone)
    return decision, tuple(reader.met)


def _same_effect(first: Decision | None, second: Decision | None) -> bool:
    if first is None or second is None:
        return first is second
    return (first.kind, first.url, first.page, first.app) == (
        second.kind,
        second.url,
        second.page,
        second.app,
    ) and _same_effect(first.then, second.then)
