"""Compares how a case came out with how its suite declares it (`expect`)."""

from __future__ import annotations

from dropcheck.result import CaseResult
from dropcheck.suite import Expectation


def differences(expected: Expectation, result: CaseResult) -> list[str]:
    """Return in words where `result` differs from what was declared; empty where it came out so."""
    outcome = result.outcome
    pairs = [("verdict", expected.verdict.value, result.verdict.value)]
    for name in ("kind", "escape", "ceiling"):
        wanted = getattr(expected, "outcome" if name == "kind" else name)
        if wanted is not None:
            seen = getattr(outcome, name).value if outcome is not None else "nothing"
            pairs.append(("outcome" if name == "kind" else name, wanted.value, seen))
    found = [f"{what} {seen}, not {wanted}" for what, wanted, seen in pairs if wanted != seen]
    if expected.rules is not None:
        rules = {finding.rule for finding in result.findings}
        missing, surplus = set(expected.rules) - rules, rules - set(expected.rules)
        found += [f"no finding {rule}" for rule in sorted(missing)]
        found += [f"an undeclared finding {rule}" for rule in sorted(surplus)]
    return found
