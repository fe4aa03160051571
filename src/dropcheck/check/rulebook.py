"""The catalogue of every rule a finding can name: the one source of reports, `dropcheck rules` and the docs.

The rules are data, one file per check in ``rules/``. `title` and `fix` may carry ``{names}`` that a finding
fills in.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from dropcheck.result import Basis, Finding, Owner, Severity


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
    )
