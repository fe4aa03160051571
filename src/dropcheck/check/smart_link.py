"""Does the smart-link page offer the services it should, each on the release's own item, in today's mode?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urljoin, urlsplit

import httpx

from dropcheck import apps
from dropcheck.apps import MusicLink
from dropcheck.catalog.oauth import is_authorize
from dropcheck.catalog.smart_link import SmartLinkPage, mode_of, read_smart_link, recognise
from dropcheck.catalog.smart_link_page import Anchor, Page
from dropcheck.catalog.smart_link_readers import Offer, generic_offers
from dropcheck.check.escape import DEFAULT_WITHIN_S, phone_of
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import SmartLinkOptions
from dropcheck.check.presave import LOGIN_SIGNS
from dropcheck.check.rulebook import finding
from dropcheck.check.smart_link_compare import SmartLinkTerms, compare, in_order, verdict_of_page
from dropcheck.check.smart_link_preview import preview_findings
from dropcheck.device.model import Profile
from dropcheck.journey.login import visit_alone
from dropcheck.journey.login_model import LoginErrand
from dropcheck.journey.model import Errand
from dropcheck.result import Basis, Finding, Verdict
from dropcheck.suite import Case
from dropcheck.suite.sheet import Release

#: Fields of the sheet by the service they are on; an album's address serves where the song's is expected.
_FIELDS = {
    "spotify": ("spotify", "album_spotify"),
    "apple_music": ("apple_music", "album_apple_music"),
    "deezer": ("deezer", "album_deezer"),
    "youtube_music": ("youtube_music",),
    "amazon_music": ("amazon_music",),
    "tidal": ("tidal",),
    "soundcloud": ("soundcloud",),
}
_MOST_FOLLOWED = 8
_MOST_HOPS = 6
_LARGEST_PAGE = 5_000_000
_TURNED_AWAY = frozenset({401, 403, 407, 429, 451})


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an address came to: `way` holds every address asked, `url` is the last."""

    status: int
    url: str
    body: str = ""
    way: tuple[str, ...] = ()


async def smart_link(case: Case, context: CheckContext) -> CheckResult:
    """Read the page as the phone's real browser gets it and compare its buttons with the release sheet."""
    options = case.options
    assert isinstance(options, SmartLinkOptions)
    assert case.url is not None
    assert case.profile is not None
    service = recognise(case.url)
    if service is not None and service.gone:
        gone = finding(
            "smart_link/gone", f"The link is one of {service.name}.", Basis.MODELLED, name=service.name
        )
        return CheckResult(Verdict.FAIL, gone.title, findings=[gone])
    profile = context.profiles[case.profile]
    reader = context.profiles[profile.browser] if profile.browser is not None else profile
    answer = await _get(case.url, _headers(reader, case.url, context.access), context.http)
    problem = _problem(answer)
    if problem is not None:
        return CheckResult(verdict_of_page([problem]), problem.title, findings=[problem])
    page = read_smart_link(case.url, answer.body)
    if not page.offers:
        page = await _seen_in_a_browser(page, case, context, profile)
    page = replace(page, offers=await _followed(page, answer.url, reader, context))
    terms = _terms(case, options, context, service.name if service is not None else None)
    terms = replace(terms, way=answer.way)
    dead = await _dead(page, terms, context) if terms.mode == "live" else {}
    found = compare(page, terms, dead)
    found = in_order([*found, *await preview_findings(page, case, context)])
    reason = next(
        (f.title for f in found if verdict_of_page([f]) is not Verdict.PASS), "The page offers what it should"
    )
    return CheckResult(verdict_of_page(found), reason, findings=found, data=_data(page, terms))


def _headers(reader: Profile, url: str, access: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    own = access.get(urlsplit(url).hostname or "", {})
    return {"User-Agent": reader.identity.user_agent, "Accept": "text/html,*/*;q=0.8", **own}


async def _get(
    url: str, headers: Mapping[str, str], http: httpx.AsyncClient, *, reads: bool = True
) -> _Answer:
    """Follow redirects up to a music item or a login, which are not visited."""
    way = [url]
    for _ in range(_MOST_HOPS):
        try:
            async with http.stream("GET", url, headers=dict(headers), follow_redirects=False) as answer:
                if answer.is_redirect:
                    url = urljoin(url, answer.headers.get("location", ""))
                    way.append(url)
                    if (
                        apps.resolve_target(url) is not None
                        or is_authorize(url)
                        or not url.startswith("http")
                    ):
                        return _Answer(302, url, way=tuple(way))
                    continue
                if not reads:
                    return _Answer(answer.status_code, url)
                body = b""
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST_PAGE:
                        break
                text = body.decode(answer.encoding or "utf-8", "replace")
                return _Answer(answer.status_code, url, text, tuple(way))
        except (httpx.HTTPError, httpx.InvalidURL, LookupError, ValueError):
            return _Answer(0, url)
    return _Answer(310, url)


def _problem(answer: _Answer) -> Finding | None:
    def say(rule: str, wall: str) -> Finding:
        return finding(f"smart_link/{rule}", f"{wall[:1].upper()}{wall[1:]}.", Basis.OBSERVED, wall=wall)

    if answer.status == 0:
        return say("unreachable", "the page gave no answer")
    if answer.status in _TURNED_AWAY:
        return say("blocked", f"the server answered {answer.status}")
    if answer.status == 310:
        return say("page-error", "it redirects for ever")
    if answer.status == 302:
        return say("page-error", "it is no page but a redirect straight on")
    if answer.status >= 400:
        return say("page-error", f"status {answer.status}")
    return None


async def _seen_in_a_browser(
    page: SmartLinkPage, case: Case, context: CheckContext, profile: Profile
) -> SmartLinkPage:
    """Read the page again as a browser draws it: some build themselves with a script."""
    errand = Errand(
        url=case.url or "",
        profile=profile,
        browser=context.profiles[profile.browser] if profile.browser is not None else None,
        phone=phone_of(case),
        to="browser",
        within_s=DEFAULT_WITHIN_S,
        access=context.access,
        send_analytics=context.send_analytics,
    )
    login = LoginErrand(errand, LOGIN_SIGNS, looks_only=True)
    play = await visit_alone(login, await context.browsers(profile), context.associations)
    seen = play.browser.page if play.browser is not None else None
    if seen is None:
        return page
    anchors = [
        Anchor(control.href, {f"data-hint-{n}": hint for n, hint in enumerate(control.hints)}, control.text)
        for control in seen.controls
        if control.visible
    ]
    offers = tuple(generic_offers(Page(seen.url, anchors=anchors)))
    mode = mode_of(offers, (anchor.text for anchor in anchors))
    return replace(page, read_by="generic", offers=offers, mode=mode)


async def _followed(
    page: SmartLinkPage, url: str, reader: Profile, context: CheckContext
) -> tuple[Offer, ...]:
    """Follow trackers whose address doesn't carry its target, as a browser would, up to the store."""

    async def follow(offer: Offer) -> Offer:
        headers = {"User-Agent": reader.identity.user_agent, "Referer": url}
        answer = await _get(offer.url, headers, context.http)
        target = apps.resolve_target(answer.url)
        if target is None:
            return offer
        way = (*offer.way, *answer.way[1:])
        return replace(offer, url=answer.url, target=target, service=target.service, way=way)

    unclear = [o for o in page.offers if _is_tracker(o)][:_MOST_FOLLOWED]
    answers = dict(zip(map(id, unclear), await asyncio.gather(*map(follow, unclear)), strict=True))
    return tuple(answers.get(id(offer), offer) for offer in page.offers)


def _is_tracker(offer: Offer) -> bool:
    if offer.target is not None or offer.is_presave or offer.is_search or offer.is_prerelease:
        return False
    owner = apps.app_for_host(urlsplit(offer.url).hostname or "")
    return offer.url.startswith("http") and owner is None


async def _dead(page: SmartLinkPage, terms: SmartLinkTerms, context: CheckContext) -> dict[str, int]:
    urls = {o.target.canonical for o in page.offers if o.target is not None and o.target.canonical}
    wanted = [url for url in sorted(urls) if (link := apps.parse(url)) and link.service in terms.items]

    async def status(url: str) -> tuple[str, int]:
        return url, (await _get(url, {}, context.http, reads=False)).status

    answers = await asyncio.gather(*(status(url) for url in wanted[:_MOST_FOLLOWED]))
    return {url: code for url, code in answers if code in (404, 410)}


def _terms(case: Case, options: SmartLinkOptions, context: CheckContext, name: str | None) -> SmartLinkTerms:
    released = case.release.released
    mode: Literal["presave", "live", "unknown"] = "unknown"
    if options.mode != "auto":
        mode = options.mode
    elif released is not None:
        mode = "live" if released.has_come(context.now) else "presave"
    return SmartLinkTerms(
        name or "The link service", mode, items_of(case.release), options.services, options.keeps
    )


def items_of(release: Release) -> dict[str, tuple[MusicLink, ...]]:
    """Return the items a release sheet names, by service: the song's, the album's, the tracks'."""
    found: dict[str, tuple[MusicLink, ...]] = {}
    for service, names in _FIELDS.items():
        urls = [getattr(release, name, None) for name in names]
        urls += [getattr(track, names[0], None) for track in release.tracks]
        links = tuple(
            link for url in urls if isinstance(url, str) and (link := apps.resolve_target(url)) is not None
        )
        if links:
            found[service] = links
    return found


def _data(page: SmartLinkPage, terms: SmartLinkTerms) -> dict[str, object]:
    return {
        "service": page.service,
        "read_by": page.read_by,
        "mode": page.mode,
        "expected_mode": terms.mode,
        "og_image": page.og_image,
        "offers": [
            {
                "service": offer.service,
                "target": offer.target.canonical if offer.target is not None else None,
                "how": offer.how,
                "presave": offer.is_presave,
            }
            for offer in page.offers
        ],
    }
