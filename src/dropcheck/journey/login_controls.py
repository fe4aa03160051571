"""Picks what a fan would tap to pre-save: in an app first the way out, in a real browser the button itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from dropcheck import apps
from dropcheck.engine.base import Control, PageSurvey
from dropcheck.handoff.rows import scheme_and_host
from dropcheck.journey.controls import leads_out, says_leave, signature

_BEGINS = re.compile(
    r"\b(?:connect|continue with|log ?in|sign ?in|allow|unlock|verbinden|anmelden|se connecter|conectar|iniciar"
    r"|entrar|connetti|accedi)\b",
    re.IGNORECASE,
)
#: What stands on the button of a step between the tap and the login.
_GOES_ON = re.compile(
    r"\b(?:continue|proceed|next|confirm|agree|accept|i understand|got it|weiter|zustimmen|best[äa]tigen"
    r"|continuer|accepter|continuar|aceptar|aceitar|continua|accetta|doorgaan)\b",
    re.IGNORECASE,
)
_LIFTS = re.compile(
    r"^\W*(?:yes|ok(?:ay)?|enter|start|skip|close|dismiss|not now|later|ja|schließen|später|oui|fermer|sí|cerrar|sim"
    r"|fechar|sì|chiudi|[×✕✖x])(?:\b|$)",
    re.IGNORECASE,
)
_AVOID = re.compile(
    r"\b(?:privacy|terms|imprint|impressum|cookie|legal|share|copy|report|subscribe|newsletter|contact"
    r"|sign ?up)\b",
    re.IGNORECASE,
)
_CANCEL = re.compile(
    r"^[\s\[(]*(?:cancel|decline|deny|not now|no,? thanks?|abbrechen|annuler|cancelar|annulla)\b",
    re.IGNORECASE,
)
#: How surely a control saves the song: labels decide only the order in which controls are tried, never a verdict.
_ACTS, _SAVES, _IS_LOGIN, _BEGINS_LOGIN, _SERVICE, _STEP = 60.0, 40.0, 70.0, 20.0, 15.0, 10.0


@dataclass(frozen=True, slots=True)
class WantedLogin:
    """What the fan is after: which action, on which service (catalogue slug, None for any).

    `is_login` tells an address that asks for a login.
    """

    action: str
    service: str | None
    is_login: Callable[[str], bool]


def choose_login(
    survey: PageSurvey,
    wanted: WantedLogin,
    tried: Collection[tuple[str, str]],
    *,
    in_app: bool,
    begun: bool = False,
) -> Control | None:
    """Return the control a fan would tap next to save the song, or None when none looks like it.

    With `in_app` a way out comes first. `begun` is whether the fan has tapped before: then a step in between
    (“Agree and continue”) is one, too.
    """
    best: tuple[float, int] | None = None
    chosen: Control | None = None
    for index, control in enumerate(survey.controls):
        if not (control.visible and control.enabled) or signature(control) in tried:
            continue
        score = _score(control, survey, wanted, in_app=in_app, begun=begun)
        rank = (score + (5 if control.in_view else 0), -index)
        if score > 0 and (best is None or rank > best):
            best, chosen = rank, control
    if chosen is not None and chosen.covered_by:
        return _lifts_cover(survey, tried) or chosen
    return chosen


def _lifts_cover(survey: PageSurvey, tried: Collection[tuple[str, str]]) -> Control | None:
    """The free button that says to go on, where what the fan wants lies under something (an age check, a splash)."""
    return next(
        (
            control
            for control in survey.controls
            if control.visible
            and control.enabled
            and control.in_view
            and not control.covered_by
            and not is_way_out(control)
            and signature(control) not in tried
            and (_GOES_ON.search(control.text) or _LIFTS.search(control.text))
        ),
        None,
    )


def guess_control(
    survey: PageSurvey, wanted: WantedLogin, tried: Collection[tuple[str, str]]
) -> Control | None:
    """Return what a fan would try on a page whose words nobody here can read: its one control, or its buttons in order.

    Fields, ways out, stores, small print and other services' buttons are left alone.
    """
    free = [control for control in survey.controls if control.in_view and _is_free(control, survey, wanted)]
    buttons = free if len(free) == 1 else [control for control in free if not control.href]
    return next((control for control in buttons if signature(control) not in tried), None)


def _is_free(control: Control, survey: PageSurvey, wanted: WantedLogin) -> bool:
    urls = [url for url in (control.href, *control.hints) if url]
    return (
        control.visible
        and control.enabled
        and bool(control.text.strip())
        and not _AVOID.search(control.text)
        and not is_way_out(control)
        and not any(_is_store(url) for url in urls)
        and control.ref != survey.marks.get("email-field")
        and (wanted.service is None or _named(control, urls) <= {wanted.service})
    )


def locked_control(survey: PageSurvey, wanted: WantedLogin) -> Control | None:
    """Return the button that would save the song and can't be tapped before the fan filled something in.

    That is one that is switched off, or that sends a form with a field for an address.
    """
    for control in survey.controls:
        waits = not control.enabled or control.ref == survey.marks.get("email-field")
        if control.visible and waits and _acts(control, wanted):
            return control
    return None


def is_way_out(control: Control) -> bool:
    """Return whether a control leads out of an in-app browser by its address."""
    return any(leads_out(url) for url in (control.href, *control.hints) if url)


def cancel_control(survey: PageSurvey) -> Control | None:
    """Return the control with which a fan says no to a login, or None where the page has none."""
    return next(
        (c for c in survey.controls if c.visible and c.enabled and _CANCEL.search(c.text.strip())), None
    )


def _score(control: Control, survey: PageSurvey, wanted: WantedLogin, *, in_app: bool, begun: bool) -> float:
    label = control.text.strip()
    urls = [url for url in (control.href, *control.hints) if url]
    if is_way_out(control):
        return 200 if in_app else 0
    if _AVOID.search(label) or control.ref == survey.marks.get("email-field"):
        return 0
    score = _ACTS if _acts(control, wanted) else 0.0
    if not score and wanted.action == "presave" and apps.speaks_of("save", label):
        score = _SAVES
    if any(wanted.is_login(url) for url in urls):
        score += _IS_LOGIN
    if _BEGINS.search(label):
        score += _BEGINS_LOGIN
    if in_app and says_leave(label):
        score += 45
    named = _named(control, urls)
    if score == 0 and named and not any(_is_store(url) for url in urls):
        # The headline says what the button does; the button says only where.
        score = _SERVICE
    if score == 0 and begun and _GOES_ON.search(label):
        score = _STEP
    if score == 0 or wanted.service is None:
        return score
    if wanted.service in named:
        return score + 30
    return score - 200 if named else score


def _acts(control: Control, wanted: WantedLogin) -> bool:
    return apps.speaks_of(wanted.action, control.text)


def _named(control: Control, urls: list[str]) -> set[str]:
    """The music services a control speaks of: by its words and address, else by what stands beside it."""
    owners = (apps.app_for_host(scheme_and_host(url)[1]) for url in urls)
    named = {owner.id for owner in owners if owner is not None and owner.role is apps.Role.MUSIC}
    for words in (control.text, control.near):
        named |= set(apps.services_named(words))
        if named:
            break
    return named


def _is_store(url: str) -> bool:
    owner = apps.app_for_host(scheme_and_host(url)[1])
    return owner is not None and owner.role is apps.Role.MUSIC
