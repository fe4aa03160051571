"""The first thing a reader sees: one sentence on the whole run, and how many of each plain word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dropcheck.report.reading import left_out
from dropcheck.report.wording import WORST_FIRST, Word, Wording, word_of, worst
from dropcheck.result import CaseResult, Ceiling, ProfileUsed, Results, RunStatus, Verdict


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases came to one plain word; `share` of all, 0 to 1."""

    word: Word
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict in a sentence, what it means in one or two more, and the counts behind it."""

    word: Word
    sentence: str
    lead: tuple[str, ...]
    tally: tuple[Tally, ...]


def headline(results: Results, say: Wording) -> Headline:
    """Return the verdict of a whole run in words."""
    stopped = results.run.status is RunStatus.INTERRUPTED
    made = headline_of(results.cases, results.profiles, say, whole=not stopped and not left_out(results))
    if stopped:
        return Headline(made.word, f"{made.sentence} {say('headline.interrupted')}", made.lead, made.tally)
    return made


def headline_of(
    cases: Sequence[CaseResult], profiles: Sequence[ProfileUsed], say: Wording, *, whole: bool = True
) -> Headline:
    """Return the verdict of `cases` in words; one accepted as known doesn't count as broken.

    "Everything works" is only said of a `whole` run in which everything was decided.
    """
    counts = Counter(word_of(case.verdict) for case in cases)
    tally = tuple(Tally(word, counts[word], counts[word] / max(1, len(cases))) for word in WORST_FIRST)
    if not cases:
        return Headline(Word.UNCHECKED, say("headline.nothing"), (), tally)
    open_cases = [case for case in cases if not accepted(case)]
    decided = [case for case in open_cases if word_of(case.verdict) in (Word.BROKEN, Word.LOSES, Word.WORKS)]
    words = [word_of(case.verdict) for case in decided or open_cases]
    word = worst(words) if words else Word.WORKS
    broken = [case for case in open_cases if case.verdict is Verdict.FAIL]
    sure = whole and len(decided) == len(open_cases)
    if broken:
        sentence = _broken(broken, cases, say)
    else:
        so_far = word in (Word.WORKS, Word.LOSES) and not sure
        sentence = say(f"headline.{word}_so_far" if so_far else f"headline.{word}")
    return Headline(word, sentence, tuple(_lead(cases, open_cases, profiles, say, whole)), tally)


def _broken(broken: Sequence[CaseResult], cases: Sequence[CaseResult], say: Wording) -> str:
    """Say what is broken in what the reader counts in: links where it is only links, else things."""
    if any(case.link is None for case in broken):
        things = {(case.suite, case.link or case.id) for case in broken}
        return say("headline.broken", count=len(things))
    links = {(case.suite, case.link) for case in broken}
    total = len({(case.suite, case.link) for case in cases if case.link is not None})
    if total == 1:
        return say("headline.links_only")
    return say("headline.links", count=len(links), total=say.number(total))


def accepted(case: CaseResult) -> bool:
    """Whether the suite declared this case's failure as known, and the entry still holds."""
    return case.known is not None and not case.known.expired and not case.known.unexpected_pass


def _lead(
    every: Sequence[CaseResult],
    cases: Sequence[CaseResult],
    profiles: Sequence[ProfileUsed],
    say: Wording,
    whole: bool,
) -> list[str]:
    def phones(verdict: Verdict) -> list[str]:
        return [
            say.phone(case.profile, profiles) for case in cases if case.verdict is verdict and case.profile
        ]

    lead = []
    stranded = phones(Verdict.FAIL)
    losing = [name for name in phones(Verdict.WARN) if name not in stranded]
    if stranded:
        lead.append(say("lead.stranded", phones=say.listing(stranded, limit=4)))
    if losing:
        lead.append(say("lead.losing", phones=say.listing(losing, limit=4)))
        at_best = [
            case
            for case in cases
            if case.verdict is Verdict.WARN and case.outcome and case.outcome.ceiling is Ceiling.REACHED
        ]
        if at_best and not stranded and len(at_best) == sum(case.verdict is Verdict.WARN for case in cases):
            lead.append(say("lead.ceiling", phones=say.listing(losing, limit=4)))
    if any(case.verdict is Verdict.FAIL and case.profile is None for case in cases):
        lead.append(say("lead.release"))
    known = sum(case.verdict is Verdict.FAIL and accepted(case) for case in every)
    if known:
        lead.append(say("lead.known", count=known))
    unknown = sum(word_of(case.verdict) is Word.UNCHECKED for case in cases)
    if unknown:
        lead.append(say("lead.unknown", count=unknown))
    all_pass = whole and all(case.verdict is Verdict.PASS for case in cases)
    if not lead and all_pass and any(case.profile for case in cases):
        lead.append(say("lead.allgood"))
    return lead
