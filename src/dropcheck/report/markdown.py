"""Markdown for a pull request's comment and a job's summary: verdict first, then what is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from dropcheck.report.advice import Advice, OwnersAdvice, advice_by_owner
from dropcheck.report.comparison import compare, comparison_markdown
from dropcheck.report.errors import ReportError
from dropcheck.report.headline import headline
from dropcheck.report.inert import markdown as inert
from dropcheck.report.journeys import host_of
from dropcheck.report.reading import notices
from dropcheck.report.redact import redact_results
from dropcheck.report.release_view import artists_of, clock_of, title_of
from dropcheck.report.translation import in_words_of
from dropcheck.report.wording import Word, Wording, word_of, wording
from dropcheck.report.writing import write_text
from dropcheck.result import CaseResult, Release, Results

#: GitHub refuses comments above 65,536 characters; some room is left for what a workflow adds.
COMMENT_LIMIT = 60_000
#: A workflow finds its own earlier comment by this line and replaces it.
COMMENT_MARKER = "<!-- dropcheck -->"
_SIGN = {Word.BROKEN: "❌", Word.LOSES: "⚠️", Word.UNCHECKED: "❔", Word.EARLY: "🕓", Word.WORKS: "✅"}


def markdown_report(
    results: Results, *, previous: Results | None = None, language: str = "en", limit: int = COMMENT_LIMIT
) -> str:
    """Return `results` as Markdown of at most `limit` characters; what is left out is counted at the end."""
    say = wording(language)
    clean = in_words_of(redact_results(results), say, plain=False)
    blocks = [*_head(clean, say)]
    if previous is not None:
        blocks.append(comparison_markdown(compare(redact_results(previous), clean)).strip())
    groups = advice_by_owner(clean.cases, clean.profiles, say)
    if any(group.to_mend for group in groups):
        blocks.append(f"### {inert(say('page.todo'))}")
        blocks += _advice(groups, say)
    described = {release.suite: release for release in clean.releases}
    for suite in dict.fromkeys(case.suite for case in clean.cases):
        cases = [case for case in clean.cases if case.suite == suite]
        blocks += _release(described.get(suite, Release(suite=suite)), cases, clean, say)
    unchecked = [*clean.run.not_checked, *notices(clean)]
    if unchecked:
        listed = "\n".join(f"- {inert(one, 300)}" for one in unchecked[:20])
        blocks.append(
            f"<details><summary>{inert(say('page.not_checked'))}</summary>\n\n{listed}\n\n</details>"
        )
    blocks.append(
        f"<sub>{inert(say('page.version', version=clean.run.version))} · {inert(clean.run.id)}</sub>"
    )
    return _within(blocks, limit)


def write_markdown(
    results: Results, destination: Path, *, previous: Results | None = None, language: str = "en"
) -> Path:
    """Write `markdown_report` to `destination`; raises `ReportError` when it can't be written."""
    return write_text(destination, markdown_report(results, previous=previous, language=language))


def append_step_summary(
    results: Results, *, previous: Results | None = None, environment: Mapping[str, str] | None = None
) -> Path | None:
    """Append the report to the file GitHub names in ``GITHUB_STEP_SUMMARY``; None when it names none."""
    named = (os.environ if environment is None else environment).get("GITHUB_STEP_SUMMARY")
    if not named:
        return None
    summary = Path(named)
    try:
        with summary.open("a", encoding="utf-8") as file:
            file.write(markdown_report(results, previous=previous))
    except OSError as error:
        raise ReportError(
            f"{summary}: GITHUB_STEP_SUMMARY can't be written: {error.strerror or error}."
        ) from None
    return summary


def _head(results: Results, say: Wording) -> Iterable[str]:
    made = headline(results, say)
    yield COMMENT_MARKER
    yield f"## {_SIGN[made.word]} {inert(made.sentence)}"
    if made.lead:
        yield " ".join(inert(sentence, 400) for sentence in made.lead)
    counts = (
        f"{_SIGN[one.word]} {one.count} {inert(say(f'word.{one.word}'))}" for one in made.tally if one.count
    )
    yield " · ".join(counts)


def _advice(groups: Sequence[OwnersAdvice], say: Wording) -> Iterable[str]:
    for group in groups:
        if not group.to_mend:
            continue
        yield f"**{inert(say(f'owner.{group.owner.value}'))}**"
        for advice in group.advice[: group.to_mend]:
            finding = advice.finding
            lines = [
                _tagged(advice, say),
                f"  {inert(', '.join(advice.places), 300)}",
                f"  {inert(finding.detail, 600)}",
                f"  *{inert(say('page.fix'))}:* {inert(finding.fix, 600)}",
            ]
            yield "<br>\n".join(line for line in lines if line.strip())


def _tagged(advice: Advice, say: Wording) -> str:
    tags = (advice.urgency(say), say(f"basis.{advice.basis.value}"))
    return f"- **{inert(advice.finding.title, 300)}** ({', '.join(map(inert, tags))})"


def _release(release: Release, cases: Sequence[CaseResult], results: Results, say: Wording) -> Iterable[str]:
    artists = artists_of(release)
    title = " · ".join(filter(None, (title_of(release), artists)))
    yield f"### {inert(title, 200)}"
    clock = clock_of(release, say)
    if clock:
        yield inert(f"{clock.text}. {clock.lead}")
    trouble = [case for case in cases if word_of(case.verdict) is not Word.WORKS]
    fine = [case for case in cases if word_of(case.verdict) is Word.WORKS]
    if trouble:
        yield _table(trouble, results, say)
    if fine:
        summary = f"{_SIGN[Word.WORKS]} {len(fine)} {inert(say('word.works'))}"
        yield f"<details><summary>{summary}</summary>\n\n{_table(fine, results, say)}\n\n</details>"


def _table(cases: Sequence[CaseResult], results: Results, say: Wording) -> str:
    heads = (say("page.result"), say("page.link"), say("page.phone"), say("page.check"), say("page.details"))
    rows = [f"| {' | '.join(map(inert, heads))} |", "|---|---|---|---|---|"]
    for case in cases:
        word = word_of(case.verdict)
        link = f"{case.link} ({host_of(case.url)})" if case.link and case.url else case.link or ""
        details = say.ending(case.outcome) if case.outcome and word is Word.WORKS else case.reason
        cells = (
            link,
            say.phone(case.profile, results.profiles),
            say.check(case),
            details or say.ending(case.outcome),
        )
        shown = " | ".join(inert(cell, 160) for cell in cells)
        rows.append(f"| {_SIGN[word]} {inert(say(f'word.{word}'))} | {shown} |")
    return "\n".join(rows)


def _within(blocks: Sequence[str], limit: int) -> str:
    kept: list[str] = []
    length = 0
    for number, block in enumerate(blocks):
        room = limit - 120 - length
        if len(block) + 2 > room:
            lines = block.split("\n")
            if block.startswith("| ") and len(lines) > 4:
                while lines and sum(map(len, lines)) + len(lines) > room:
                    lines.pop()
                kept.append("\n".join(lines))
            left = len(blocks) - number
            kept.append(f"*… cut here: {left} more sections are in the full report.*")
            break
        kept.append(block)
        length += len(block) + 2
    return "\n\n".join(kept) + "\n"
