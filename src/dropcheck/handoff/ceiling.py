"""The best that any recorded technique achieves on a phone today, worked out from its rows.

Only decisions that no contested or assumed row takes part in count: what nobody has settled is no promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from dropcheck.device.model import Mechanism, Os, Profile, Topic
from dropcheck.handoff.decision import decide
from dropcheck.handoff.model import Decision, Navigation, Phone
from dropcheck.handoff.rows import Facts, Play, RowReader
from dropcheck.result import ESCAPE_ORDER, Cause, Ceiling, DecisionKind, Escape, OutcomeKind

Goal = Literal["app", "browser"]

_PAGE = "https://page.example/"
_TARGET = "https://target.example/"
_TRACK = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"


@dataclass(frozen=True, slots=True)
class Technique:
    """A way out of an in-app browser: its name, the URL that stands for it and the words for it."""

    name: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class PhoneCeiling:
    """The best known grade of escape on a phone, and the techniques that reach it."""

    grade: Escape
    techniques: tuple[Technique, ...]


#: Apps with an exit of their own, ``SCHEME://extbrowser/?url=…``.
#: Sources: shalanah/inapp-debugger pull 23 (2026-09-08); eiab library (Oct 2026).
_OWN_EXIT = {"instagram": "instagram", "threads": "barcelona"}


def _techniques(profile: Profile) -> tuple[Technique, ...]:
    scheme = _OWN_EXIT.get(profile.app)
    if scheme is None:
        return _techniques_of(profile.os)
    url = f"{scheme}://extbrowser/?url={quote(_TARGET, safe='')}"
    own_exit = Technique("extbrowser", url, f"a tapped link to {scheme}://extbrowser/?url=…")
    return (*_techniques_of(profile.os), own_exit)


def _techniques_of(os: Os) -> tuple[Technique, ...]:
    plain = Technique("plain-link", _TRACK, "a plain tapped link to the store's own https address")
    if os is Os.ANDROID:
        return (
            plain,
            Technique(
                "intent-to-app",
                "intent://track/11dFghVXANMlKmJXsNCbNl#Intent;scheme=spotify;package=com.spotify.music;end",
                "an intent: link with scheme=spotify and package=com.spotify.music",
            ),
            Technique(
                "intent-to-browser",
                "intent://target.example/#Intent;scheme=https;package=com.android.chrome;end",
                "an intent: link with scheme=https and package=com.android.chrome",
            ),
            Technique("scheme", "spotify:track:11dFghVXANMlKmJXsNCbNl", "a spotify: link"),
        )
    return (
        plain,
        Technique("scheme", "spotify:track:11dFghVXANMlKmJXsNCbNl", "a spotify: link"),
        Technique("x-safari", "x-safari-https://target.example/", "an x-safari-https: link"),
    )


_GUIDE = Technique(
    "guide",
    "",
    "a note, visible without scrolling, that shows how to open the page in the real browser from the app's menu",
)


def ceiling(profile: Profile, goal: Goal, phone: Phone | None = None) -> PhoneCeiling:
    """Return the best uncontested escape of `profile` towards an app or the real browser."""
    phone = phone or Phone()
    if phone.associations:
        return _worked_out(profile, goal, phone)
    key = (id(profile), goal, phone.installed, phone.default_browser)
    known = _known.get(key)
    if known is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        known = _known[key] = (profile, _worked_out(profile, goal, phone))
    return known[1]


#: What was worked out before: every case of a run asks again for the same few phones. A profile can't be hashed,
#: so it stands under its identity, and beside the answer so that the identity stays its own.
_known: dict[tuple[int, Goal, frozenset[str], str], tuple[Profile, PhoneCeiling]] = {}
_MOST_KNOWN = 256


def _worked_out(profile: Profile, goal: Goal, phone: Phone) -> PhoneCeiling:
    if goal == "browser" and not profile.in_app:
        return PhoneCeiling(Escape.NONE, ())
    reached: dict[Escape, list[Technique]] = {}
    for technique in _techniques(profile):
        for gesture in (False, True):
            navigation = Navigation(
                technique.url, Cause.TAP if gesture else Cause.SCRIPT, gesture, page_url=_PAGE
            )
            grade = _grade(decide(navigation, profile, phone), goal, gesture=gesture)
            if grade is not None:
                reached.setdefault(grade, []).append(technique)
    for grade in ESCAPE_ORDER:
        if grade in reached:
            return PhoneCeiling(grade, tuple(dict.fromkeys(reached[grade])))
    if _menu_leads_out(profile):
        return PhoneCeiling(Escape.GUIDED, (_GUIDE,))
    return PhoneCeiling(Escape.NONE, ())


def standing(
    kind: OutcomeKind, grade: Escape, profile: Profile, goal: Goal, phone: Phone | None = None
) -> Ceiling:
    """Return whether an outcome of this `kind`, left with `grade`, is the best known on the phone."""
    if kind is OutcomeKind.UNKNOWN:
        return Ceiling.UNKNOWN
    if kind is OutcomeKind.DEAD_END:
        return Ceiling.BELOW
    best = ceiling(profile, goal, phone).grade
    return Ceiling.REACHED if ESCAPE_ORDER.index(grade) <= ESCAPE_ORDER.index(best) else Ceiling.BELOW


def _grade(decision: Decision, goal: Goal, *, gesture: bool) -> Escape | None:
    if decision.contested:
        return None
    final = decision.final.kind
    wanted = {DecisionKind.OPENS_BROWSER} | ({DecisionKind.OPENS_APP} if goal == "app" else set())
    if final not in wanted:
        return None
    if decision.kind is DecisionKind.ASKS:
        return Escape.PROMPT
    return Escape.TAP if gesture else Escape.AUTO


def _menu_leads_out(profile: Profile) -> bool:
    reader = RowReader(profile, Play.FAILS)
    row = reader.find(Topic.MENU_EXIT, Navigation("", Cause.TAP, gesture=True), Facts())
    return row is not None and row.mechanism is Mechanism.MENU_OPENS_BROWSER
