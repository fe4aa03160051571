"""Does the smart-link page offer the services it should, each on the release's own item, in today's mode?"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Literal

from dropcheck import apps
from dropcheck.apps import MusicLink
from dropcheck.catalog.ask import Asker
from dropcheck.catalog.smart_link import SmartLinkPage, mode_of, read_smart_link, recognise
from dropcheck.check.errand import errand_of
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.offers import anchors_of, followed, is_told, is_unclear, offers_of
from dropcheck.check.options import SmartLinkOptions
from dropcheck.check.plain_visit import Visited, visit
from dropcheck.check.presave import LOGIN_SIGNS
from dropcheck.check.rulebook import finding
from dropcheck.check.smart_link_compare import SmartLinkTerms, compare, in_order, verdict_of_page
from dropcheck.check.smart_link_preview import preview_findings
from dropcheck.device.model import Profile
from dropcheck.journey.login import visit_alone
from dropcheck.journey.login_model import LoginErrand
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
#: Store pages that are asked whether they are there.
_MOST_ASKED = 8


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
    agent, asker = reader.identity.user_agent, Asker(context.http, context.now)
    answer = await visit(
        case.url,
        asker,
        agent=agent,
        access=context.access,
        stops_at=is_told,
    )
    problem = _problem(answer)
    if problem is not None:
        return CheckResult(verdict_of_page([problem]), problem.title, findings=[problem])
    page = read_smart_link(case.url, answer.last.text if answer.last is not None else "")
    if not page.offers:
        page = await _seen_in_a_browser(page, case, context, profile)
    page = replace(page, offers=await followed(page.offers, answer.url, agent, asker))
    terms = _terms(case, options, context, service.name if service is not None else None)
    terms = replace(terms, way=answer.way)
    dead = await _dead(page, terms, asker) if terms.mode == "live" else {}
    found = compare(page, terms, dead)
    found = in_order([*found, *await preview_findings(page, case, context)])
    reason = next(
        (f.title for f in found if verdict_of_page([f]) is not Verdict.PASS), "The page offers what it should"
    )
    data = _data(page, terms)
    data["not_checked"] = _unclear(page, terms)
    return CheckResult(verdict_of_page(found), reason, findings=found, data=data)


def _problem(answer: Visited) -> Finding | None:
    def say(rule: str, wall: str) -> Finding:
        return finding(f"smart_link/{rule}", f"{wall[:1].upper()}{wall[1:]}.", Basis.OBSERVED, wall=wall)

    if answer.is_unreachable:
        return say("unreachable", "the page gave no answer")
    if answer.wall is not None:
        return say("blocked", answer.wall)
    if answer.is_circular:
        return say("page-error", "it redirects for ever")
    if answer.leads_to is not None:
        return say("page-error", "it is no page but a redirect straight on")
    if answer.status >= 400:
        return say("page-error", f"status {answer.status}")
    return None


async def _seen_in_a_browser(
    page: SmartLinkPage, case: Case, context: CheckContext, profile: Profile
) -> SmartLinkPage:
    """Read the page again as a browser draws it: some build themselves with a script."""
    errand = replace(errand_of(case, context, pictured=False), to="browser", selectors=(), on_hop=None)
    login = LoginErrand(errand, LOGIN_SIGNS, looks_only=True)
    play = await visit_alone(login, await context.browsers(profile), context.associations)
    seen = play.browser.page if play.browser is not None else None
    if seen is None:
        return page
    offers = offers_of(seen)
    mode = mode_of(offers, (anchor.text for anchor in anchors_of(seen)))
    return replace(page, read_by="generic", offers=offers, mode=mode)


async def _dead(page: SmartLinkPage, terms: SmartLinkTerms, asker: Asker) -> dict[str, int]:
    urls = {o.target.canonical for o in page.offers if o.target is not None and o.target.canonical}
    wanted = [url for url in sorted(urls) if (link := apps.parse(url)) and link.service in terms.items]

    async def status(url: str) -> tuple[str, int]:
        return url, (await visit(url, asker, stops_at=is_told)).status

    answers = await asyncio.gather(*(status(url) for url in wanted[:_MOST_ASKED]))
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


def _unclear(page: SmartLinkPage, terms: SmartLinkTerms) -> list[str]:
    """What the sheet has an item for and the page a button whose target nobody outside can read."""
    services = {
        o.service for o in page.offers if o.service in terms.items and is_unclear(o) and not o.is_presave
    }
    names = sorted(apps.catalogue()[service].name for service in services if service)
    return [f"{name}: where the smart link's button leads can't be read from outside." for name in names]


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
