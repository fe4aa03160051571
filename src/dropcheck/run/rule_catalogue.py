"""Every rule there is, from its one source: findings, rows of phones, and the systems' own rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from dropcheck.check.rulebook import rulebook
from dropcheck.device.load import load_profiles
from dropcheck.handoff import os_rules
from dropcheck.handoff.model import Rule


@dataclass(frozen=True, slots=True)
class CataloguedRule:
    """One rule: `parts` are headed paragraphs, in the order they are read."""

    id: str
    kind: Literal["finding", "phone", "system"]
    title: str
    parts: dict[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


def catalogue() -> dict[str, CataloguedRule]:
    """Return every rule by id: findings first, then what systems do, then what each phone's app does."""
    return {rule.id: rule for rules in (_findings(), _systems(), _phones()) for rule in rules}


def _findings() -> Iterator[CataloguedRule]:
    for entry in (entry.in_general() for entry in rulebook().values()):
        yield CataloguedRule(
            entry.id,
            "finding",
            entry.title,
            {
                "What it checks": entry.checks,
                "Why it matters to fans": entry.why,
                "How to fix it": entry.fix,
                "Who can fix it": entry.owner.value,
                "Example that triggers": entry.triggers,
                "Example that passes": entry.passes,
            },
            entry.source,
        )


def _systems() -> Iterator[CataloguedRule]:
    for rule in vars(os_rules).values():
        if isinstance(rule, Rule):
            parts = {"What happens": rule.why}
            if rule.would_change:
                parts["What would change it"] = rule.would_change
            parts["How sure"] = f"{rule.confidence.value}, {rule.date}"
            yield CataloguedRule(rule.id, "system", rule.why, parts, rule.source)


def _phones() -> Iterator[CataloguedRule]:
    seen: set[str] = set()
    for profile in load_profiles().values():
        for row in profile.rows:
            if row.id in seen:
                continue
            seen.add(row.id)
            does = row.does.value + (f"; if it fails: {row.fails_as.value}" if row.fails_as else "")
            when = row.when.model_dump(mode="json", exclude_defaults=True)
            parts = {"What the app does": does}
            if when:
                parts["When"] = "; ".join(
                    f"{key.replace('_', ' ')}: {_words(value)}" for key, value in when.items()
                )
            if row.asks:
                parts["The fan is asked"] = "yes, by the app's own sheet"
            if row.note:
                parts["Note"] = row.note
            parts["How sure"] = f"{row.confidence.value}, seen {row.date.isoformat()}"
            yield CataloguedRule(
                row.id, "phone", f"{profile.title}: {row.topic.value} — {row.does.value}", parts, row.source
            )


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
