"""Picks what a fan would tap to pre-save: in an app first the way out, in a real browser the button itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from dropcheck import apps
from dropcheck.engine.base import Control, PageSurvey
from dropcheck.handoff.rows import scheme_and_host
from dropcheck.journey.controls import ESCAPE_SCHEMES, signature

#: Labels decide only the order in which controls are tried, never a verdict.
_ACTION = {
    "presave": r"\bpre-?(?:save|add|order)\b|\bvormerken\b|\bpré-?(?:save|enregistrer|salvar)|\bpreguardar",
    "save": r"\bsave\b|\badd to (?:my )?library\b|\bspeichern\b|\bguardar\b|\benregistrer\b",
    "follow": r"\bfollow\b|\bfolgen\b|\bseguir\b|\bsuivre\b|\bsegui\b",
    "playlist-add": r"\badd to (?:a |my )?playlist\b|\bplaylist\b",
}
_BEGINS = re.compile(r"\b(?:connect|continue with|log ?in|sign ?in|allow|unlock)\b", re.IGNORECASE)
_LEAVES = re.compile(r"(?:open|continue|view)\b.*\b(?:browser|safari|chrome)\b", re.IGNORECASE)
_AVOID = re.compile(
    r"\b(?:privacy|terms|imprint|impressum|cookie|legal|share|copy|report|subscribe|newsletter|contact"
    r"|sign ?up)\b",
    re.IGNORECASE,
)
_CANCEL = re.compile(
    r"^[\s\[(]*(?:cancel|decline|deny|not now|no,? thanks?|abbrechen|annuler|cancelar|annulla)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WantedLogin:
    """What the fan is after: which action, on which service (catalogue slug, None for any).

    `is_login` tells an address that asks for a login.
    """

    action: str
    service: str | None
    is_login: Callable[[str], bool]


def choose_login(
    survey: PageSurvey, wanted: WantedLogin, tried: Collection[tuple[str, str]], *, in_app: bool
) -> Control | None:
    """Return the control a fan would tap next to save the song, or None when none looks like it."""
    best: tuple[float, int] | None = None
    chosen: Control | None = None
    for index, control in enumerate(survey.controls):
        if not (control.visible and control.enabled) or signature(control) in tried:
            continue
        score = _score(control, wanted, in_app=in_app)
        rank = (score + (5 if control.in_view else 0), -index)
        if score > 0 and (best is None or rank > best):
            best, chosen = rank, control
    return chosen


def cancel_control(survey: PageSurvey) -> Control | None:
    """Return the control with which a fan says no to a login, or None where the page has none."""
    return next(
        (c for c in survey.controls if c.visible and c.enabled and _CANCEL.search(c.text.strip())), None
    )


def _score(control: Control, wanted: WantedLogin, *, in_app: bool) -> float:
    label = control.text.strip()
    urls = [url for url in (control.href, *control.hints) if url]
    if in_app and any(_leaves(url) for url in urls):
        return 200
    if _AVOID.search(label):
        return 0
    acts = re.search(_ACTION[wanted.action], label, re.IGNORECASE) is not None
    score = 60.0 if acts else 0.0
    if any(wanted.is_login(url) for url in urls):
        score += 70
    if _BEGINS.search(label):
        score += 20
    if in_app and _LEAVES.search(label):
        score += 45
    if score == 0:
        return 0
    return score + _service_score(label, urls, wanted.service)


def _service_score(label: str, urls: list[str], service: str | None) -> float:
    if service is None:
        return 0
    lowered = label.lower()
    named = {app.id for app in apps.catalogue().values() if app.name.lower() in lowered}
    named |= {owner.id for url in urls if (owner := apps.app_for_host(scheme_and_host(url)[1])) is not None}
    if service in named:
        return 30
    return -200 if named else 0


def _leaves(url: str) -> bool:
    scheme, host = scheme_and_host(url)
    return scheme in ESCAPE_SCHEMES or scheme in ("intent", "android-app") or host == "extbrowser"
