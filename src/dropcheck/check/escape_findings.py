"""Puts into words what a journey showed: the findings of `escape`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from dropcheck import apps
from dropcheck.check.rulebook import finding
from dropcheck.check.verdicts import Judged, Terms, lost_on_the_way, lost_parameters
from dropcheck.device.model import Os
from dropcheck.handoff import intent_uri
from dropcheck.handoff.ceiling import ceiling
from dropcheck.handoff.rows import scheme_and_host
from dropcheck.journey.model import Errand, Playthrough, Seen
from dropcheck.result import (
    Basis,
    Ceiling,
    DecisionKind,
    Escape,
    Finding,
    Hop,
    OutcomeKind,
    Severity,
    Verdict,
    Where,
)


@dataclass(frozen=True, slots=True)
class _Words:
    """What a rule's texts are filled in with."""

    app: str
    goal: str
    technique: str
    expected: str
    opened: str
    kind: str
    host: str
    scheme: str
    status: str
    wall: str
    taps: int
    allowed: int
    lost: str
    hop: int
    fault: str = ""


def findings_of(play: Playthrough, judged: Judged, errand: Errand, terms: Terms) -> list[Finding]:
    """Return the findings of one playthrough, gravest first."""
    words = _words(play, errand, terms)
    found = [_of_rule(rule, judged, play, errand, words) for rule in judged.rules]
    found += _technique_findings(play, errand, words)
    found += _association_findings(play, words)
    if play.contested:
        found.append(
            _say("escape/contested", _contested(play), Basis.MODELLED, words, {"rows": list(play.contested)})
        )
    if _below_ceiling(play, judged, words):
        found.append(
            _say(
                "escape/below-ceiling", f"The way out here was: {_grade_words(play)}.", Basis.MODELLED, words
            )
        )
    return found


def _words(play: Playthrough, errand: Errand, terms: Terms) -> _Words:
    app = apps.catalogue().get(terms.app) if terms.app else None
    opened = apps.catalogue().get(play.outcome.app) if play.outcome.app else None
    refused = next((hop for hop in reversed(play.hops) if hop.decision is DecisionKind.REFUSED), None)
    item = errand.opens
    lost = lost_on_the_way(play, errand, terms)
    return _Words(
        app=errand.profile.title,
        goal=(app.name if app else "the app") if terms.to == "app" else "the real browser",
        technique=technique_words(errand, terms),
        expected=(item.canonical or "the release's own address")
        if item
        else (app.name if app else "the app"),
        opened=opened.name if opened else "another app",
        kind=item.kind if item else "item",
        host=urlsplit(play.outcome.url or errand.url).hostname or "",
        scheme=f"{scheme_and_host(refused.url if refused else play.outcome.url or '')[0]}:",
        status=str(next((hop.status for hop in reversed(play.hops) if hop.status), "")),
        wall=play.reason,
        taps=play.outcome.taps,
        allowed=terms.max_taps,
        lost=", ".join(lost),
        hop=_lost_at(play.hops, errand.url, lost),
    )


def technique_words(errand: Errand, terms: Terms) -> str:
    """Return the best way out that is known for this phone, in a sentence."""
    best = ceiling(errand.profile, terms.to, errand.phone)
    if not best.techniques:
        return f"No technique is known that leads out of {errand.profile.title} today."
    names = " or ".join(technique.words for technique in best.techniques)
    if best.grade is Escape.GUIDED:
        return f"Nobody has settled which link leads out of {errand.profile.title}. What works is {names}."
    how = {
        Escape.AUTO: "works by itself or on a tap",
        Escape.TAP: "works on a tap",
        Escape.PROMPT: "works on a tap, after the app asked the fan",
    }[best.grade]
    return (
        f"In {errand.profile.title}, {names} {how}. Put it behind a button at the top of the page, and show how to "
        "open the page in the real browser for fans on whom it fails."
    )


def _of_rule(rule: str, judged: Judged, play: Playthrough, errand: Errand, words: _Words) -> Finding:
    severity = None
    if rule in ("escape/too-many-taps", "escape/lost-parameters") and judged.verdict is Verdict.FAIL:
        severity = Severity.ERROR
    return _say(rule, _seen(rule, play, errand, words), _basis(rule, play), words, _evidence(play), severity)


def _say(
    rule: str,
    seen: str,
    basis: Basis,
    words: _Words,
    evidence: dict[str, object] | None = None,
    severity: Severity | None = None,
) -> Finding:
    values = {name: getattr(words, name) for name in words.__slots__}
    return finding(rule, seen, basis, evidence=evidence, severity=severity, **values)


_SHOWN_BY_THE_BROWSER = frozenset(
    {
        "escape/http-error",
        "escape/redirect-loop",
        "escape/bad-certificate",
        "escape/blank-page",
        "escape/page-closed",
        "escape/endless-page",
        "escape/bad-answer",
        "escape/page-frozen",
        "escape/unreachable",
        "escape/timed-out",
        "escape/engine-failed",
        "escape/blocked",
        "escape/lost-parameters",
        "escape/too-many-taps",
        "escape/cookie-banner-covers",
        "escape/guided-only",
    }
)


def _basis(rule: str, play: Playthrough) -> Basis:
    if any(hop.basis is Basis.CONFIRMED for hop in play.hops):
        return Basis.CONFIRMED
    return Basis.OBSERVED if rule in _SHOWN_BY_THE_BROWSER else Basis.MODELLED


def _evidence(play: Playthrough) -> dict[str, object]:
    evidence: dict[str, object] = {"ending": play.ending.value, "url": play.outcome.url}
    last = play.hops[-1] if play.hops else None
    if last is not None:
        evidence |= {"hop": last.n, "rule": last.rule}
    return evidence


def _seen(rule: str, play: Playthrough, errand: Errand, words: _Words) -> str:
    tapped = [
        str(seen.detail.get("text") or seen.detail.get("href"))
        for seen in play.seen
        if seen.what is Seen.TAPPED
    ]
    taps = f"{_count(play.outcome.taps, 'tap')}" + (
        f" ({', '.join(repr(text) for text in tapped)})" if tapped else ""
    )
    after = f"After {taps}" if play.outcome.taps else "Without a tap"
    match rule:
        case "escape/trapped" | "escape/web-player":
            return f"{after} the page {_short(play.outcome.url)} was still inside {words.app}: {play.reason}."
        case "escape/guided-only":
            guide = next((str(s.detail.get("words")) for s in play.seen if s.what is Seen.GUIDE), "")
            by = f"after {taps}" if play.outcome.taps else "by itself"
            return f"Nothing left {words.app} {by}; the page shows: “{guide}”."
        case "escape/wrong-app" | "escape/wrong-item" | "escape/skips-page" | "escape/item-unknown":
            return f"{after} the phone opened {words.opened} with {_short(play.outcome.url)}."
        case "escape/store-instead-of-app" | "escape/store-instead-of-page":
            return f"{after} the phone opened its app store with {_short(play.outcome.url)}."
        case "escape/opened-browser-not-app":
            further = taps if play.outcome.taps else "nothing"
            return f"The real browser showed {_short(play.outcome.url)}, and {further} led no further."
        case "escape/too-many-taps":
            return f"The journey took {taps}."
        case "escape/lost-parameters":
            return f"The link carries {words.lost}; the address handed over is {_short(play.outcome.url)}."
        case "escape/cookie-banner-covers":
            banner = next((s.detail for s in play.seen if s.what is Seen.BANNER_COVERED), {})
            return f"The banner with “{banner.get('banner', '')}” lies over “{banner.get('control', '')}”."
        case _:
            return f"{play.reason[:1].upper()}{play.reason[1:]} ({_short(play.outcome.url)})."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _short(url: str | None, most: int = 160) -> str:
    text = url or "no address"
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _contested(play: Playthrough) -> str:
    return f"The outcome hangs on {', '.join(play.contested)}."


def _grade_words(play: Playthrough) -> str:
    return {
        Escape.AUTO: "by itself",
        Escape.TAP: "one tap",
        Escape.PROMPT: "a tap and a question by the app",
        Escape.GUIDED: "the fan opens the menu",
        Escape.NONE: "none",
    }[play.outcome.escape]


def _below_ceiling(play: Playthrough, judged: Judged, words: _Words) -> bool:
    # A failure names the technique in its own fix already.
    is_dead = play.outcome.kind is OutcomeKind.DEAD_END
    return (
        play.outcome.ceiling is Ceiling.BELOW
        and not is_dead
        and not any(rule in _NAMES_TECHNIQUE for rule in judged.rules)
    )


_NAMES_TECHNIQUE = frozenset(
    {"escape/trapped", "escape/web-player", "escape/guided-only", "escape/error-page", "escape/refused"}
)


def _lost_at(hops: list[Hop], original: str, lost: tuple[str, ...]) -> int:
    if not lost:
        return 0
    for hop in hops:
        if lost_parameters(original, hop.url, lost) and hop.by.value != "app":
            return hop.n
    return hops[-1].n if hops else 0


def _technique_findings(play: Playthrough, errand: Errand, words: _Words) -> Iterator[Finding]:
    """Anti-patterns, named whatever the outcome (reference on in-app browsers, 7.20)."""
    refused = [h for h in play.hops if h.decision is DecisionKind.REFUSED and h.where is Where.IN_APP]
    for hop in refused:
        scheme, _ = scheme_and_host(hop.url)
        on_iphone = errand.profile.os is Os.IOS
        if scheme.startswith("x-safari") and errand.profile.app == "instagram" and on_iphone:
            yield _tried("escape/x-safari-on-instagram", hop, words)
            break
    unanswered = [
        h for h in refused if not h.gesture and scheme_and_host(h.url)[0] not in ("http", "https", "")
    ]
    if unanswered and play.outcome.kind in (OutcomeKind.WEBVIEW, OutcomeKind.DEAD_END):
        yield _tried("escape/script-only", unanswered[0], words)
    under_sheet = next((seen for seen in play.seen if seen.what is Seen.TIMER_UNDER_SHEET), None)
    if under_sheet is not None:
        seen = f"While {words.app} asked, the page went on to {_short(str(under_sheet.detail.get('url')))}."
        yield _say("escape/short-timer", seen, Basis.OBSERVED, words, dict(under_sheet.detail))
    yield from _intent_findings(play.hops, words)


def _association_findings(play: Playthrough, words: _Words) -> Iterator[Finding]:
    for noted in (seen for seen in play.seen if seen.what is Seen.ASSOCIATION_FAULT):
        named = replace(words, host=str(noted.detail.get("host")), fault=str(noted.detail.get("fault")))
        seen = f"{named.host} was asked for the file on the way."
        yield _say("escape/association-fault", seen, Basis.OBSERVED, named, dict(noted.detail))


def _tried(rule: str, hop: Hop, words: _Words) -> Finding:
    seen = f"Hop {hop.n} tried {_short(hop.url)} and nothing happened."
    return _say(rule, seen, hop.basis, words, {"hop": hop.n, "rule": hop.rule})


def _intent_findings(hops: list[Hop], words: _Words) -> Iterator[Finding]:
    said: set[str] = set()
    for hop in hops:
        if not hop.url.lower().startswith("intent:"):
            continue
        try:
            intent = intent_uri.parse(hop.url)
        except intent_uri.IntentUriError:
            continue
        rule = None
        if intent.dead_form:
            rule = "escape/intent-dead-form"
        elif intent.package is None and intent.fallback_url is None:
            rule = "escape/intent-without-fallback"
        if rule is not None and rule not in said:
            said.add(rule)
            seen = f"Hop {hop.n} is {_short(hop.url)}."
            yield _say(rule, seen, Basis.OBSERVED, words, {"hop": hop.n})
