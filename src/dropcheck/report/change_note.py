"""What changed since the last run, as a message: for a terminal, a webhook, a Slack channel.

Everything in it is redacted and inert: titles and reasons come from pages that may be hostile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dropcheck.report.headline import accepted, headline
from dropcheck.report.inert import one_line
from dropcheck.report.redact import redact_results
from dropcheck.report.wording import word_of, wording
from dropcheck.result import CaseResult, Results, Verdict

SCHEMA = "dropcheck.change/1"
#: Longer lists are counted; the report has them all.
_LONGEST = 20


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One case that came out otherwise than last time; `before` is None for a new one."""

    id: str
    before: Verdict | None
    now: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """A message about one suite: the verdict in a sentence, and what changed."""

    suite: str
    when: str
    sentence: str
    changes: tuple[CaseChange, ...]

    def text(self) -> str:
        """The message as plain text."""
        say = wording()
        lines = [f"{self.suite}, {self.when}: {self.sentence}"]
        for change in self.changes[:_LONGEST]:
            now = say(f"word.{word_of(change.now).value}")
            was = f" (was: {say(f'word.{word_of(change.before).value}')})" if change.before else ""
            reason = f": {change.reason}" if change.reason and change.now is not Verdict.PASS else ""
            lines.append(f"- {change.id}: {now}{was}{reason}")
        if len(self.changes) > _LONGEST:
            lines.append(f"… and {len(self.changes) - _LONGEST} more; the report has them all")
        return "\n".join(lines)

    def webhook(self) -> dict[str, Any]:
        """The message as JSON for a webhook of one's own (``dropcheck.change/1``)."""
        return {
            "schema": SCHEMA,
            "suite": self.suite,
            "when": self.when,
            "sentence": self.sentence,
            "changes": [
                {
                    "case": change.id,
                    "before": change.before.value if change.before else None,
                    "now": change.now.value,
                    "reason": change.reason,
                }
                for change in self.changes
            ],
            "text": self.text(),
        }

    def slack(self) -> dict[str, Any]:
        """The message for a Slack incoming webhook, where `&`, `<` and `>` would format or mention."""
        escaped = self.text().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": escaped, "mrkdwn": False, "link_names": False, "unfurl_links": False}


def change_note(before: Results | None, now: Results, suite: str, when: str) -> ChangeNote | None:
    """Return what changed in `suite`, None when nothing did.

    Without an earlier run everything that doesn't simply work is told.
    """
    clean = redact_results(now)
    old = {case.id: case for case in redact_results(before).cases} if before is not None else {}
    changes = tuple(
        CaseChange(
            one_line(case.id, 160),
            old[case.id].verdict if case.id in old else None,
            case.verdict,
            one_line(case.reason, 200),
        )
        for case in clean.cases
        if _is_news(old.get(case.id), case, first=before is None)
    )
    if not changes:
        return None
    return ChangeNote(one_line(suite, 80), one_line(when, 60), headline(clean, wording()).sentence, changes)


def _is_news(old: CaseResult | None, new: CaseResult, *, first: bool) -> bool:
    if first or old is None:
        return new.verdict is not Verdict.PASS and not accepted(new)
    if accepted(old) and accepted(new):
        return False
    return old.verdict is not new.verdict
