"""The catalogue of every rule a finding can name: the one source of reports, `dropcheck rules` and the docs.

The rules are data, one file per check in ``rules/``. `title` and `fix` may carry ``{names}`` that a finding
fills in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from dropcheck.result import Basis, Finding, Owner, Severity

#: Words for names that a single case would fill in.
_IN_GENERAL = {
    "app": "the app",
    "goal": "their goal",
    "technique": "Use the best way out that is known for that phone; `dropcheck profiles NAME` names it.",
    "expected": "what was expected",
    "opened": "something else",
    "kind": "item",
    "host": "the host",
    "scheme": "that scheme",
    "status": "4xx or 5xx",
    "wall": "a captcha, a login, a region or too many visits",
    "taps": "more",
    "allowed": "fewer",
    "lost": "those of the campaign",
    "hop": "named in the finding",
    "fault": "see the finding",
    "expired": "the given day",
    "got": "something else",
    "length": "its length",
    "missing": "what is missing",
    "names": "the names",
    "reason": "see the finding",
    "scopes": "more than it needs",
    "service": "the service",
    "value": "another value",
    "where": "the page",
}


class RuleEntry(BaseModel):
    """One rule: what it checks, why it matters to fans, how to fix it, what triggers it and what passes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    severity: Severity
    owner: Owner
    title: str
    checks: str
    why: str
    fix: str
    triggers: str
    passes: str
    source: tuple[str, ...] = ()

    def in_general(self) -> RuleEntry:
        """Return the rule with its ``{names}`` filled in by words that hold for any case, for catalogues."""
        fill = _Plain()
        texts = {name: fill.format(getattr(self, name), **_IN_GENERAL) for name in ("title", "why", "fix")}
        return self.model_copy(update=texts)

    @property
    def places(self) -> list[str]:
        """The names its title, its reason and its fix leave open, in order."""
        texts = (self.title, self.why, self.fix)
        return list(
            dict.fromkeys(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)
        )

    @property
    def check(self) -> str:
        """The check this rule belongs to."""
        return self.id.partition("/")[0]


@cache
def rulebook() -> Mapping[str, RuleEntry]:
    """Return every rule by id; raises `ValueError` for two of one id or a rule in another check's file."""
    rules: dict[str, RuleEntry] = {}
    for file in sorted(files(__package__).joinpath("rules").iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yaml"):
            continue
        for data in yaml.safe_load(file.read_text("utf-8")) or []:
            rule = RuleEntry.model_validate(data)
            if rule.id in rules or f"{rule.check}.yaml" != file.name:
                raise ValueError(f"{file.name}: rule {rule.id} stands twice or in the wrong file")
            rules[rule.id] = rule
    return rules


class _Plain(Formatter):
    """Fills in names only: no attributes, no indexes, so that hostile values stay text."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(field_name, ""), field_name


def finding(
    rule_id: str,
    seen: str,
    basis: Basis,
    *,
    evidence: Mapping[str, Any] | None = None,
    severity: Severity | None = None,
    owner: Owner | None = None,
    **values: object,
) -> Finding:
    """Return a finding of the rule: `seen` says what was seen, `values` fill the rule's texts.

    Raises `KeyError` for a rule that isn't in the book.
    """
    rule = rulebook()[rule_id]
    fill = _Plain()
    title = fill.format(rule.title, **values)
    fix = fill.format(rule.fix, **values)
    detail = f"{seen} {fill.format(rule.why, **values)}"
    return Finding(
        rule=rule.id,
        severity=severity or rule.severity,
        owner=owner or rule.owner,
        title=title,
        detail=detail,
        fix=fix,
        message=f"{title}.\n\nWhat was seen: {seen}\nWhat would fix it: {fix}\n\n(dropcheck, rule {rule.id})",
        basis=basis,
        evidence=dict(evidence or {}),
        seen=seen,
        values={name: str(values[name]) for name in rule.places if name in values},
    )


def grave(findings: Iterable[Finding]) -> list[Finding]:
    """Return what is more than information, errors before warnings: the first one is the reason of a verdict."""
    made = [one for one in findings if one.severity is not Severity.INFO]
    return sorted(made, key=lambda one: one.severity is not Severity.ERROR)
