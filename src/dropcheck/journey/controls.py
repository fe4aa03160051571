"""Picks what a fan would tap: the control that most likely leads to the expected app or out of the app."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dropcheck import apps
from dropcheck.apps import MusicLink
from dropcheck.engine.base import Control, PageSurvey
from dropcheck.handoff.rows import scheme_and_host

# Words of labels, not of a service: a page's own wording decides nothing but the order of what is tried.
_INVITES = re.compile(
    r"\b(listen|hear|play|stream|open|continue|proceed|enter|get it|go to|(?:tap|click) here|pre-?save|pre-?add|save"
    r"|anyway|hören|anhören|abspielen|weiter|öffnen|escuch\w+|oír|abrir|écoute[rz]?|ouvrir|continuer|ouvir|ascolta"
    r"|luister\w*|lyssna|lytt?|öppna|kuuntele|posłuchaj|słuchaj|odsłuchaj|otwórz|poslech\w+|poslouch\w+|počúvaj"
    r"|hallgas\w+|ascult\w+|dinle|dengar\w*|putar|nghe|слуша\w+|послуша\w+|открыть|слуха\w+|ακού\w+)\b"
    r"|聴く|聞く|再生|開く|듣기|재생|열기|听|聽|播放|收听|打开|استمع|اسمع|השמע|האזנ|האזינ|सुन|ฟัง",
    re.IGNORECASE,
)
#: What a gate over the page (an age check, a splash) has on the button that lifts it.
_GOES_ON = re.compile(
    r"\b(yes|ok(ay)?|continue|proceed|enter|close|skip|dismiss|got it|start|not now|no,? thanks|ja|weiter|schließen"
    r"|oui|continuer|fermer|sí|continuar|cerrar|sim|fechar|sì|continua|chiudi|doorgaan|sluiten)\b"
    r"|^[×✕✖]$|はい|閉じる|계속|닫기|继续|关闭",
    re.IGNORECASE,
)
_SAYS_LEAVE = re.compile(
    r"(open|continue|view)\b.*\b(browser|safari|chrome)\b|leave (tiktok|instagram)", re.IGNORECASE
)
_INTO_APP = re.compile(
    r"\b(open|use|continue|get|listen|play|view)\b.{0,20}\bapp\b|\bapp öffnen\b", re.IGNORECASE
)
_AVOID = re.compile(
    r"\b(privacy|terms|imprint|impressum|cookie|legal|share|copy|report|log ?in|sign ?(in|up)|subscribe|newsletter"
    r"|datenschutz|contact|kontakt|teilen|anmelden)\b"
    r"|共有|シェア|ログイン|登録|お問い合わせ|規約|공유|로그인|가입|문의|分享|登录|登入|注册|联系",
    re.IGNORECASE,
)
#: Labels without a letter that close, open a menu, like or share.
_SYMBOLS_OF_OTHER_THINGS = re.compile(r"[×✕✖✗☰≡⋮⋯…•·♥♡❤★☆🔗]")


_INTENTS = frozenset({"intent", "android-app"})
#: A score from here on comes from a control's address or from a name in its label, not from an inviting word.
_LEADS_ON = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the fan is after."""

    app: str | None
    item: MusicLink | None
    leaves_app: bool


def leads_out(url: str) -> bool:
    """Return whether an address is a way out of an in-app browser: a browser's scheme, an app's own exit, an intent."""
    scheme, host = scheme_and_host(url)
    browser = apps.app_for_scheme(scheme, "ios")
    names_browser = browser is not None and browser.role is apps.Role.BROWSER
    return names_browser or scheme in _INTENTS or (host == "extbrowser" and scheme not in ("http", "https"))


def says_leave(label: str) -> bool:
    """Return whether a label offers to open the page in the real browser."""
    return _SAYS_LEAVE.search(label) is not None


def choose(survey: PageSurvey, wanted: Wanted, tried: Iterable[tuple[str, str]] = ()) -> Control | None:
    """Return the control a fan would tap next, or None when none looks like it.

    `tried` holds (text, href) of controls already tapped on this page.
    """
    done = set(tried)
    on_store_page = _is_store_page(survey.url)
    best: tuple[float, int] | None = None
    chosen: Control | None = None
    for index, control in enumerate(survey.controls):
        if not (control.visible and control.enabled) or signature(control) in done:
            continue
        if on_store_page and not _leads_into_app(control):
            continue
        score = _score(control, wanted)
        if score <= 0:
            continue
        rank = (score + (5 if control.in_view else 0), -index)
        if best is None or rank > best:
            best, chosen = rank, control
    if chosen is not None and chosen.covered_by:
        return _lifts_cover(survey, wanted, done) or chosen
    return chosen or _plain_button(survey, wanted, done) or _bare_label(survey, wanted, done)


def _bare_label(survey: PageSurvey, wanted: Wanted, done: set[tuple[str, str]]) -> Control | None:
    """Return the short text that names where the fan wants to go, where no control does: a script may listen to it."""
    if _is_store_page(survey.url):
        return None
    for label in survey.labels:
        if label.visible and signature(label) not in done and _score(label, wanted) >= _LEADS_ON:
            return label
    return None


def _lifts_cover(survey: PageSurvey, wanted: Wanted, done: set[tuple[str, str]]) -> Control | None:
    """Return the free button in view that says to go on, where what the fan wants lies under something."""
    for control in survey.controls:
        if (
            control.href
            or control.covered_by
            or not (control.visible and control.in_view and control.enabled)
        ):
            continue
        goes_on = _GOES_ON.search(control.text) and not _AVOID.search(control.text)
        if goes_on and signature(control) not in done and not _names_another_app(control.text, wanted):
            return control
    return None


def leads_on(survey: PageSurvey, wanted: Wanted) -> bool:
    """Return whether the page shows a free control that names, by its address or label, where the fan wants to go."""
    on_store_page = _is_store_page(survey.url)
    return any(
        control.visible
        and control.enabled
        and not control.covered_by
        and (not on_store_page or _leads_into_app(control))
        and _score(control, wanted) >= _LEADS_ON
        for control in survey.controls
    )


def _plain_button(survey: PageSurvey, wanted: Wanted, done: set[tuple[str, str]]) -> Control | None:
    """Return the one button in view where there is no other: whatever it says, a fan taps it.

    Of several, those whose labels no word list here can read (a symbol, another script) are tried in order.
    A store's own page is left alone: its one button plays there.
    """
    owner = apps.app_for_host(scheme_and_host(survey.url)[1])
    if owner is not None and owner.role is apps.Role.MUSIC:
        return None
    buttons = [
        control for control in survey.controls if control.visible and control.in_view and not control.href
    ]
    for button in buttons:
        label = button.text.strip()
        if not button.enabled or signature(button) in done or not label:
            continue
        if _AVOID.search(label) or _names_another_app(label, wanted):
            continue
        if len(buttons) == 1 or _is_unreadable(label):
            return button
    return None


def _is_unreadable(label: str) -> bool:
    return not re.search(r"[a-z]", label, re.IGNORECASE) and not _SYMBOLS_OF_OTHER_THINGS.search(label)


def _is_store_page(url: str) -> bool:
    link = apps.parse(url)
    return link is not None and not link.is_short


def _leads_into_app(control: Control) -> bool:
    # On a store's own page the play button starts the web player; only what names the app leads on.
    urls = [url for url in (control.href, *control.hints) if url]
    return any(scheme_and_host(url)[0] not in ("http", "https", "") for url in urls) or bool(
        _INTO_APP.search(control.text)
    )


def signature(control: Control) -> tuple[str, str]:
    """Return what makes a control the same one after the page was read again."""
    return control.text.strip(), control.href or ""


def _score(control: Control, wanted: Wanted) -> float:
    urls = [url for url in (control.href, *control.hints) if url]
    score = max((_url_score(url, wanted) for url in urls), default=0.0)
    label = control.text.strip()
    app = apps.catalogue().get(wanted.app) if wanted.app else None
    if _AVOID.search(label) and score < 60:
        return 0
    if wanted.leaves_app and says_leave(label):
        score += 45
    if app is not None and app.name.lower() in label.lower():
        score += 40
    elif _names_another_app(label, wanted):
        return 0 if score < 90 else score
    if wanted.app is None and (apps.speaks_of("presave", label) or apps.speaks_of("save", label)):
        score += 40
    if _INVITES.search(label):
        score += 20
    return score


def _names_another_app(label: str, wanted: Wanted) -> bool:
    return wanted.app is not None and any(name != wanted.app for name in apps.services_named(label))


def _url_score(url: str, wanted: Wanted) -> float:
    scheme, host = scheme_and_host(url)
    if wanted.item is not None and apps.same_item(apps.resolve_target(url), wanted.item):
        return 100
    if leads_out(url):
        return 85 if scheme in _INTENTS else 90
    target = apps.resolve_target(url)
    if target is not None:
        return 60 if wanted.app in (None, target.service) else -100
    for os in ("ios", "android"):
        owner = apps.app_for_scheme(scheme, os)
        if owner is not None and owner.role is apps.Role.MUSIC:
            return 60 if wanted.app in (None, owner.id) else -100
    owner = apps.app_for_host(host) if host else None
    if owner is not None and owner.role is apps.Role.MUSIC:
        return 50 if wanted.app in (None, owner.id) else -100
    return 0
