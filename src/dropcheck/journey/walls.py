"""Recognises what stands between a visitor and the page: a captcha, a login, a region.

A fan's phone may well be let in, so a wall says nothing about the link. A page that also shows a control which leads
on is no wall: a newsletter's captcha beside a Spotify button keeps nobody.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from dropcheck.engine.base import PageSurvey
from dropcheck.journey.controls import Wanted, leads_on

#: Statuses that speak of the visitor and not of the page; 999 is LinkedIn's word to robots (so linkinator reads it).
_TURNED_AWAY = {
    401: "the server asks for a login",
    407: "a proxy asks for a login",
    429: "the server says that there were too many visits",
    451: "the page is not available here for legal reasons",
    999: "the server takes the visit for a robot's",
}
#: Statuses with which walls before robots answer, and broken servers, too: their words tell which it is.
_SAID_BY_WALLS = frozenset(
    {HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.SERVICE_UNAVAILABLE}
)
# How such walls word it; an assumption, put together from what they are seen to say.
_ROBOT = re.compile(
    r"access (?:to this page (?:is|has been) |is )?denied|attention required|pardon our interruption"
    r"|you(?:['’]re| are) (?:not )?(?:a )?(?:human|robot)|are you (?:a )?(?:human|robot)|\bbots?\b|\brobots?\b"
    r"|unusual (?:traffic|activity)|automated (?:access|requests?|traffic|queries)|checking your browser"
    r"|request (?:was |has been )?blocked|(?:you have been|you are|been) blocked|security (?:check|service)"
    r"|enable (?:javascript and )?cookies|incident id",
    re.IGNORECASE,
)
# How walls word it, in the languages fans meet them in. Words of languages other than English are an assumption.
_REGION = re.compile(
    r"(?:not (?:currently |yet )?|un|isn['’]t )available in (?:your|this) (?:country|region|location|territory)"
    r"|geo-?blocked|in (?:deinem|ihrem|eurem) (?:land|region) (?:leider )?nicht (?:verfügbar|abrufbar)"
    r"|nicht verfügbar in (?:deinem|ihrem|eurem) (?:land|region)"
    r"|(?:pas|plus|in)disponible dans (?:votre|ton) (?:pays|région)"
    r"|(?:pas|plus) disponible dans (?:votre|ton) (?:pays|région)"
    r"|no (?:está|se encuentra) disponible en (?:tu|su) (?:país|región)"
    r"|não está disponível (?:no seu|em seu|na sua|na tua|no teu) (?:país|região)"
    r"|non (?:è )?disponibile (?:nel tuo|nella tua) (?:paese|regione|area)"
    r"|niet beschikbaar in (?:jouw|uw|je) (?:land|regio)"
    r"|inte tillgänglig\w* i (?:ditt land|din region)|ikke tilgængelig\w* i (?:dit land|din region)"
    r"|niedostępn\w+ w (?:twoim|państwa) (?:kraju|regionie)"
    r"|недоступ\w+ в (?:вашей|твоей|вашем|твоем) (?:стране|регионе)"
    r"|(?:ülkenizde|bölgenizde|bulunduğunuz ülkede) (?:kullanılamıyor|mevcut değil)"
    r"|お(?:住まい|使い)の(?:国|地域)[^。\n]{0,20}(?:利用|視聴|再生)[^。\n]{0,8}(?:できません|いただけません)"
    r"|(?:국가|지역)에서는?[^.\n]{0,12}(?:이용|사용|재생)[^.\n]{0,4}수 없"
    r"|[在您你]?所在的?(?:国家|國家|地区|地區)[^。\n]{0,12}(?:不可用|无法|無法|不支持|不提供)",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:log|sign) ?in to (?:continue|view|see|access|proceed|listen)\b"
    r"|\byou (?:must|need to|have to) (?:be (?:logged|signed) in|log ?in|sign ?in)\b"
    r"|\b(?:please|bitte) (?:log ?in|sign ?in|einloggen|anmelden|melde dich an)\b|\bmelde dich an, um\b"
    r"|\b(?:connecte-toi|connectez-vous) pour\b|\binicia sesión para\b|\b(?:faça|inicie) (?:login|sessão) para\b"
    r"|\baccedi per\b|\blog in om\b",
    re.IGNORECASE,
)


def wall(survey: PageSurvey, status: int, wanted: Wanted, *, challenged: bool = False) -> str | None:
    """Return which wall stands before the page, in words, or None.

    `challenged` says that the server called its answer a challenge (Cloudflare's header ``cf-mitigated``). A 403
    (405, 503) is a wall where the server takes the visit for a robot's; a plain one is an error page, for fans, too.
    """
    passable = status < 400 and leads_on(survey, wanted)
    if "captcha" in survey.marks and not passable:
        return "a captcha stands before the page; a person has to look"
    if challenged or (status in _SAID_BY_WALLS and _ROBOT.search(f"{survey.title}\n{survey.text}")):
        return f"the server takes the visit for a robot's ({status}); a person has to look"
    if status in _TURNED_AWAY:
        return f"{_TURNED_AWAY[status]} ({status})"
    if _REGION.search(survey.view_text) and not passable:
        return "the page says that it isn't available in this country"
    return None


def login_wall(survey: PageSurvey, wanted: Wanted) -> str | None:
    """Return that only a login shows, in words, or None."""
    asks = "password-field" in survey.marks or _LOGIN.search(survey.view_text)
    return "a login wall stands before the page" if asks and not leads_on(survey, wanted) else None
