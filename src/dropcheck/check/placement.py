"""Does the place where the link is published hold: an ad, a story, a bio, a list of links?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from dropcheck.apps import parse, same_item
from dropcheck.catalog.ask import Answer, Asker, AskError, Trouble
from dropcheck.catalog.link_list import Entry, entries_of
from dropcheck.check import ad_link
from dropcheck.check.benchmarks import VIEW_TO_STREAM
from dropcheck.check.model import CheckContext, CheckResult
from dropcheck.check.options import PlacementOptions
from dropcheck.check.placement_post import post_findings
from dropcheck.check.plain_visit import Access, is_wall, visit
from dropcheck.check.rulebook import finding, grave
from dropcheck.result import Basis, Finding, Severity, Verdict
from dropcheck.suite import Case

#: How long a story lives (`reference/services.md` 6).
STORY_LIVES = dt.timedelta(hours=24)
#: No address of TikTok's review bot is published. An assumption: it looks like any well-behaved crawler.
_BOT_AGENT = "Mozilla/5.0 (compatible; dropcheck ad review rehearsal; bot)"


@dataclass(slots=True)
class _Findings:
    """Collects what one placement check found."""

    made: list[Finding] = field(default_factory=list)
    unreachable: bool = False
    not_let_in: bool = False

    def tell(self, rule: str, seen: str, basis: Basis = Basis.OBSERVED, **values: object) -> None:
        """Add a finding."""
        self.made.append(finding(rule, seen, basis, **values))  # type: ignore[arg-type]


async def placement(case: Case, context: CheckContext) -> CheckResult:
    """Check the link's place by what it is; every kind must answer."""
    options = case.options
    assert isinstance(options, PlacementOptions)
    assert case.url is not None
    kind = kind_of(case.placement, options)
    visitor = _Visitor(Asker(context.http, context.now), context.access)
    found = _Findings()
    data: dict[str, object] = {"kind": kind}
    if kind == "spark-ad":
        _authorisation(options, context.now.date(), found)
        found.made += await post_findings(options.post, case.release, visitor.asker)
        await _ad(case.url, options, visitor, found)
    elif kind == "story":
        _story(case.placement or "", options, context.now, found)
        await _answers(case.url, visitor, found)
    elif kind == "link-list":
        if missing := await _list(case, options, visitor, found):
            data["nothing_asked"] = missing
    else:
        await _answers(case.url, visitor, found)
    if options.cpm is not None:
        data["estimate"] = cost_estimate(options.cpm, options.currency)
    return _result(found, data)


def kind_of(place: str | None, options: PlacementOptions) -> str:
    """Return what kind of place it is: named by the suite, or told by the link's `placement`."""
    if options.kind is not None:
        return options.kind
    if options.contains is not None:
        return "link-list"
    name = place or ""
    return "spark-ad" if "spark" in name else "story" if name.endswith("story") else "bio"


def cost_estimate(cpm: float, currency: str) -> dict[str, object]:
    """Return what a fan who reaches the app may cost, as an estimate with its range and source."""
    low, high = ad_link.cost_per_fan(cpm, VIEW_TO_STREAM.range)
    text = (
        f"Estimate: at {cpm:g} {currency} a thousand views, a fan who reaches the song costs"
        f" {low:.2f} to {high:.2f} {currency}, if {VIEW_TO_STREAM.text} of views end in a stream."
    )
    return {"text": text, "low": round(low, 4), "high": round(high, 4), "source": VIEW_TO_STREAM.source}


def _result(found: _Findings, data: dict[str, object]) -> CheckResult:
    severities = {one.severity for one in found.made}
    if Severity.ERROR in severities:
        verdict = Verdict.FAIL
    elif found.unreachable:
        verdict = Verdict.ERROR
    elif found.not_let_in:
        verdict = Verdict.BLOCKED
    elif data.get("nothing_asked"):
        verdict = Verdict.SKIPPED
    else:
        verdict = Verdict.WARN if Severity.WARNING in severities else Verdict.PASS
    told = grave(found.made)
    reason = told[0].title if told else str(data.get("nothing_asked") or f"The {_kind_words(data)} holds.")
    return CheckResult(verdict, reason, findings=found.made, data=dict(data))


def _kind_words(data: dict[str, object]) -> str:
    return str(data["kind"]).replace("-", " ")


def _authorisation(options: PlacementOptions, today: dt.date, found: _Findings) -> None:
    if not options.own_post:
        if options.authorised is False:
            found.tell("placement/not-authorised", "The suite says so.")
        elif options.authorised is None:
            found.tell("placement/authorisation-unknown", "The suite says nothing about it.")
    ends, campaign = options.code_ends, options.campaign_ends
    running = campaign is None or campaign >= today
    if ends is not None and ends < today and running:
        found.tell("placement/code-ended", f"The code ended on {ends}; today is {today}.", value=ends)
        return
    if ends is None or campaign is None:
        missing = " and ".join(
            name for name, day in (("code_ends", ends), ("campaign_ends", campaign)) if day is None
        )
        found.tell("placement/code-unknown", f"{missing} is not given.")
    elif ends < campaign:
        seen = f"The code ends on {ends}, the campaign on {campaign}; today is {today}."
        found.tell("placement/code-ends-early", seen, value=ends, expected=campaign)


async def _ad(url: str, options: PlacementOptions, visitor: _Visitor, found: _Findings) -> None:
    for fault in ad_link.macro_faults(url):
        if fault.right is None:
            known = ", ".join(ad_link.MACROS)
            found.tell("placement/macro-unknown", f"In {url}.", value=fault.text, expected=known)
        else:
            found.tell("placement/macro-typo", f"In {url}.", value=fault.text, expected=fault.right)
    if not ad_link.has_utm(url):
        found.tell("placement/no-utm", f"The address is {url}.")
    click = ad_link.with_ad_parameters(url)
    try:
        chain = await visitor.chain(click)
    except AskError as error:
        _not_reached(error, found)
        return
    own = set(ad_link.literal_macros(url))
    names = options.params or ad_link.campaign_parameters(url)
    for number, (before, after) in enumerate(pairwise(chain), 1):
        if parse(after.url) is not None or urlsplit(after.url).scheme not in ("http", "https"):
            break  # a store's address: what it makes of parameters is its own affair
        lost = ad_link.lost_parameters(click, after.url, names)
        if lost and not ad_link.lost_parameters(click, before.url, lost[:1]):
            seen = f"Hop {number}, {before.url}, leads to {after.url}."
            found.tell("placement/parameter-lost", seen, value=", ".join(lost), expected=before.url)
        for macro in ad_link.literal_macros(after.url):
            if macro not in own:
                found.tell("placement/macro-live", f"Hop {number} leads to {after.url}.", value=macro)
    for hop in chain:
        if urlsplit(hop.url).scheme == "http":
            found.tell("placement/not-https", f"The way leads over {hop.url}.", value=hop.url)
    last = chain[-1]
    if is_wall(last):
        _refused(last, found)
        return
    if last.status >= 400:
        found.tell("placement/link-broken", f"{last.url} answers {last.status}.", value=last.status)
        return
    await _rehearse(click, last, visitor, found)


async def _rehearse(click: str, last: Answer, visitor: _Visitor, found: _Findings) -> None:
    """Visit once as a bot, and once with a parameter nobody knows."""
    try:
        as_bot = (await visitor.chain(click, _BOT_AGENT))[-1]
        if as_bot.status >= 400:
            seen = f"{as_bot.url} answers {as_bot.status} to a bot, and {last.status} to a browser."
            found.tell("placement/review-refused", seen, value=as_bot.status)
        long = (await visitor.chain(ad_link.with_long_parameter(click)))[-1]
        if long.status >= 400:
            found.tell("placement/long-parameter", f"{last.url} answers {long.status}.", value=long.status)
    except AskError as error:
        _not_reached(error, found)


def _story(place: str, options: PlacementOptions, now: dt.datetime, found: _Findings) -> None:
    # Highlights are Instagram's; a TikTok story is gone after its day.
    if options.highlight and not place.startswith("tiktok"):
        return
    if options.posted is None or options.posted.at is None:
        found.tell("placement/story-time-unknown", "The suite gives no moment in `posted`.")
        return
    ends = options.posted.at + STORY_LIVES
    rule = "placement/story-expired" if now >= ends else "placement/story-ends"
    when = ends.strftime("%d %B %Y, %H:%M %z").strip()
    found.tell(rule, f"It was posted on {options.posted}.", value=when)


async def _list(case: Case, options: PlacementOptions, visitor: _Visitor, found: _Findings) -> str | None:
    """Look for the link in the list; returns what is missing from the suite to look for anything."""
    assert case.url is not None
    wanted = options.contains or case.release.spotify
    answer = await _answers(case.url, visitor, found)
    if answer is None:
        return None
    if wanted is None:
        return "The list answers; which link it must hold isn't said: add contains."
    entries = entries_of(answer.text, answer.url)
    if not entries:
        found.tell(
            "placement/list-not-read", f"{answer.url} shows no links.", value="the page holds no links"
        )
        found.not_let_in = True
        return None
    place = next((at for at, entry in enumerate(entries) if _is(entry, wanted)), None)
    if place is None:
        listed = ", ".join(entry.url for entry in entries[:8])
        found.tell("placement/not-in-list", f"{answer.url} lists {listed}.", expected=wanted)
        return None
    entry = entries[place]
    pinned = entry.pinned or place == 0
    if options.position == "first" and place > 0 and not entry.pinned:
        found.tell("placement/not-first", f"“{entries[0].text}” stands first.", value=place + 1)
    elif options.position == "pinned" and not pinned:
        found.tell("placement/not-first", f"It isn't pinned; “{entries[0].text}” is first.", value=place + 1)
    await _answers(entry.url, visitor, found)
    return None


def _is(entry: Entry, wanted: str) -> bool:
    same = same_item(parse(entry.url), parse(wanted))
    if same is not None:
        return same
    one, two = urlsplit(entry.url), urlsplit(wanted)
    if one.netloc.lower() != two.netloc.lower() or one.path.rstrip("/") != two.path.rstrip("/"):
        return False
    # What tells pages apart must be there; where clicks come from may be counted in other words.
    asked = {pair for pair in parse_qsl(two.query) if not pair[0].startswith("utm_")}
    return asked <= set(parse_qsl(one.query))


async def _answers(url: str, visitor: _Visitor, found: _Findings) -> Answer | None:
    """Fetch a page where a link is published or leads to; a hop to an app's own scheme is an answer too."""
    try:
        answer = (await visitor.chain(url))[-1]
    except AskError as error:
        _not_reached(error, found)
        return None
    if is_wall(answer):
        _refused(answer, found)
        return None
    if answer.status >= 400:
        found.tell("placement/link-broken", f"{answer.url} answers {answer.status}.", value=answer.status)
        return None
    return answer


def _refused(answer: Answer, found: _Findings) -> None:
    found.not_let_in = True
    found.tell("placement/not-let-in", f"{answer.url} answers {answer.status}.", value=answer.status)


def _not_reached(error: AskError, found: _Findings) -> None:
    if error.trouble is Trouble.BROKEN:
        found.tell("placement/link-broken", f"{error.detail}.", value=error.detail)
        return
    if error.trouble in (Trouble.RATE_LIMITED, Trouble.QUOTA):
        found.not_let_in = True
        found.tell("placement/not-let-in", f"{error.detail}.", value=error.status or 429)
        return
    found.unreachable = True
    found.tell("placement/unreachable", f"{error.detail}.", value=error.detail)


@dataclass(frozen=True, slots=True)
class _Visitor:
    """Goes the way of a link, as a browser or as a bot."""

    asker: Asker
    access: Access

    async def chain(self, url: str, agent: str | None = None) -> tuple[Answer, ...]:
        """Return the answers from a link to where it leads, an app's own address left out; raises `AskError`."""
        visited = await visit(url, self.asker, agent=agent, access=self.access)
        if visited.trouble is not None:
            raise visited.trouble
        return visited.answers
