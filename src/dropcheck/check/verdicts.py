"""The verdict table of `escape` (design, section 2), as pure rules over a finished journey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from dropcheck import apps
from dropcheck.handoff import intent_uri
from dropcheck.handoff.model import Phone
from dropcheck.journey.model import Ending, Errand, Playthrough, Seen
from dropcheck.result import DecisionKind, Escape, OutcomeKind, Verdict, worse


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and the rules it rests on, gravest first."""

    verdict: Verdict
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the suite asks of the journey; `max_taps` and `keeps` fail only where the suite names them."""

    to: Literal["app", "browser"]
    app: str | None
    max_taps: int
    names_max_taps: bool
    keeps: tuple[str, ...]
    names_item: bool = False


_OURS = {
    Ending.UNREACHABLE: "escape/unreachable",
    Ending.TIMED_OUT: "escape/timed-out",
    Ending.REFUSED_ADDRESS: "escape/private-address",
    Ending.FROZEN: "escape/page-frozen",
    Ending.ENGINE: "escape/engine-failed",
}
_DEAD = {
    Ending.HTTP_ERROR: "escape/http-error",
    Ending.LOOP: "escape/redirect-loop",
    Ending.BAD_CERTIFICATE: "escape/bad-certificate",
    Ending.ERROR_PAGE: "escape/error-page",
    Ending.REFUSED: "escape/refused",
    Ending.BLANK: "escape/blank-page",
    Ending.DOWNLOAD: "escape/download",
    Ending.CLOSED: "escape/page-closed",
    Ending.CRASHED: "escape/page-closed",
    Ending.STORM: "escape/endless-page",
    Ending.BAD_ANSWER: "escape/bad-answer",
}


def both_ways(first: Verdict, second: Verdict) -> Verdict:
    """Return the verdict where contested rows were played both ways (design, section 2).

    Both pass is a pass, both fail a fail; what this machine or a wall kept from being seen in either branch
    stays so; anything else warns.
    """
    for verdict in (Verdict.ERROR, Verdict.BLOCKED):
        if verdict in (first, second):
            return verdict
    return first if first is second else Verdict.WARN


def judge(play: Playthrough, errand: Errand, terms: Terms) -> Judged:
    """Return the verdict of one playthrough."""
    if play.ending in _OURS:
        return Judged(Verdict.ERROR, (_OURS[play.ending],))
    if play.ending is Ending.BLOCKED:
        return Judged(Verdict.BLOCKED, ("escape/blocked",))
    if _leads_nowhere_without_app(play, errand.phone, terms):
        return Judged(Verdict.FAIL, ("escape/no-app-no-store",))
    if play.ending in _DEAD:
        return Judged(Verdict.FAIL, (_DEAD[play.ending],))
    where = _judge_outcome(play, errand, terms)
    return _judge_price(where, play, errand, terms)


def _leads_nowhere_without_app(play: Playthrough, phone: Phone, terms: Terms) -> bool:
    if terms.to != "app" or terms.app is None or terms.app in phone.installed:
        return False
    stuck = play.ending in (Ending.REFUSED, Ending.ERROR_PAGE) or (
        play.ending in (Ending.STAYED, Ending.IN_BROWSER) and play.outcome.escape is not Escape.GUIDED
    )
    return stuck and bool(play.hops) and play.hops[-1].decision is DecisionKind.REFUSED


def _judge_outcome(play: Playthrough, errand: Errand, terms: Terms) -> Judged:
    kind = play.outcome.kind
    if kind is OutcomeKind.APP:
        return _judge_app(play, errand, terms)
    if kind is OutcomeKind.STORE:
        return _judge_store(play, errand.phone, terms)
    if kind is OutcomeKind.BROWSER:
        if terms.to == "browser":
            return Judged(Verdict.PASS, ())
        return Judged(Verdict.FAIL, ("escape/opened-browser-not-app",))
    if play.outcome.escape is Escape.GUIDED:
        return Judged(Verdict.WARN, ("escape/guided-only",))
    return Judged(Verdict.FAIL, ("escape/web-player" if _on_store_page(play, terms) else "escape/trapped",))


def _judge_app(play: Playthrough, errand: Errand, terms: Terms) -> Judged:
    if terms.to == "browser":
        return Judged(Verdict.FAIL, ("escape/skips-page",))
    if terms.app is not None and play.outcome.app != terms.app:
        return Judged(Verdict.FAIL, ("escape/wrong-app",))
    if errand.opens is None:
        # The suite names an address in which no item can be read: then no item can be held against it.
        return (
            Judged(Verdict.WARN, ("escape/item-unknown",)) if terms.names_item else Judged(Verdict.PASS, ())
        )
    same = apps.same_item(apps.resolve_target(play.outcome.url or ""), errand.opens)
    if same is None:
        return Judged(Verdict.WARN, ("escape/item-unknown",))
    return Judged(Verdict.PASS, ()) if same else Judged(Verdict.FAIL, ("escape/wrong-item",))


def _judge_store(play: Playthrough, phone: Phone, terms: Terms) -> Judged:
    if terms.to == "browser":
        return Judged(Verdict.FAIL, ("escape/store-instead-of-page",))
    wanted = terms.app
    if wanted is not None and play.outcome.app not in (None, wanted):
        return Judged(Verdict.FAIL, ("escape/wrong-app",))
    if wanted is None or wanted in phone.installed:
        return Judged(Verdict.FAIL, ("escape/store-instead-of-app",))
    if play.outcome.app is None:
        return Judged(Verdict.WARN, ("escape/item-unknown",))
    return Judged(Verdict.PASS, ())


def _on_store_page(play: Playthrough, terms: Terms) -> bool:
    link = apps.parse(play.outcome.url or "")
    return link is not None and (terms.app is None or link.service == terms.app)


def _judge_price(judged: Judged, play: Playthrough, errand: Errand, terms: Terms) -> Judged:
    verdict, rules = judged.verdict, list(judged.rules)
    arrived = play.outcome.kind in (OutcomeKind.APP, OutcomeKind.BROWSER, OutcomeKind.STORE)
    if arrived and play.outcome.taps > terms.max_taps:
        rules.append("escape/too-many-taps")
        verdict = worse(verdict, Verdict.FAIL if terms.names_max_taps else Verdict.WARN)
    if arrived and lost_on_the_way(play, errand, terms):
        rules.append("escape/lost-parameters")
        if terms.keeps:
            verdict = worse(verdict, Verdict.FAIL)
    if any(seen.what is Seen.BANNER_COVERED for seen in play.seen):
        rules.append("escape/cookie-banner-covers")
        verdict = worse(verdict, Verdict.WARN)
    return Judged(verdict, tuple(rules))


def lost_on_the_way(play: Playthrough, errand: Errand, terms: Terms) -> tuple[str, ...]:
    """Return the parameters that did not arrive: those the suite names, else the link's campaign parameters."""
    counted = [name for name in parameters_of(errand.url) if name.startswith("utm_")]
    if play.outcome.kind is OutcomeKind.BROWSER:
        counted.append("ttclid")  # an ad's click counts on the page it opens; an app has no use for it
    return lost_parameters(errand.url, play.outcome.url or "", terms.keeps or tuple(counted))


def parameters_of(url: str) -> dict[str, str]:
    """Return the query parameters of a URL, of an intent's data too; the last of a repeated one wins."""
    if url.lower().startswith(("intent:", "android-app:")):
        try:
            url = intent_uri.parse(url).data or ""
        except intent_uri.IntentUriError:
            return {}
    scheme, _, rest = url.partition(":")
    try:
        query = urlsplit(url if rest.startswith("//") else f"{scheme}://x/{rest}").query
    except ValueError:
        return {}
    return dict(parse_qsl(query, keep_blank_values=True))


def lost_parameters(original: str, final: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `names` whose value in `original` does not arrive in `final`.

    A name that the original address doesn't carry can't be lost.
    """
    wanted, arrived = parameters_of(original), parameters_of(final)
    return tuple(name for name in names if name in wanted and arrived.get(name) != wanted[name])
