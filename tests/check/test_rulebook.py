"""The rulebook and the code name the same rules, and every rule explains itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import dropcheck
from dropcheck.check.rulebook import finding, grave, rulebook
from dropcheck.result import Basis, Owner, Severity

PACKAGE = Path(dropcheck.__file__).parent
CHECKS = {rule.check for rule in rulebook().values()}


def _rules_named_in_code() -> Iterator[tuple[str, str]]:
    """Every text in the code that is a rule's id, or a pattern of ids, with its file."""
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        parts = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                text = "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9-]+"
                    for part in node.values
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                text = re.escape(node.value)
            else:
                continue
            if text.partition("/")[0] in CHECKS and "/" in text:
                yield text, file.name


NAMED = sorted(set(_rules_named_in_code()))
WHOLE = [
    (pattern.replace("\\", ""), file) for pattern, file in NAMED if "[" not in pattern and " " not in pattern
]


@pytest.mark.parametrize(("rule_id", "file"), WHOLE)
def test_a_rule_named_in_code_is_in_the_book(rule_id, file):
    assert rule_id in rulebook(), file


@pytest.mark.parametrize("rule_id", sorted(rulebook()))
def test_a_rule_in_the_book_is_named_in_code(rule_id):
    check, _, name = rule_id.partition("/")
    spelled = any(re.fullmatch(pattern, rule_id) for pattern, _ in NAMED)
    assert spelled or _is_a_word_of(check, name)


def _is_a_word_of(check: str, name: str) -> bool:
    # A check's own module may add the prefix itself (`finding(f"presave/{rule}", …)`).
    return any(f'"{name}"' in file.read_text("utf-8") for file in (PACKAGE / "check").glob(f"{check}*.py"))


@pytest.mark.parametrize("rule", rulebook().values(), ids=lambda rule: rule.id)
def test_a_rule_explains_itself(rule):
    assert re.fullmatch(r"[a-z_]+/[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    for text in (rule.title, rule.checks, rule.why, rule.fix, rule.triggers, rule.passes):
        assert text.strip() == text
        assert len(text) > 3
    assert not rule.title.endswith(".")
    assert rule.why.endswith((".", "?", "}"))


def test_texts_are_filled_by_name_and_never_by_attribute():
    for rule in rulebook().values():
        for text in (rule.title, rule.why, rule.fix):
            for _, name, spec, conversion in Formatter().parse(text):
                assert name is None or name.isidentifier(), f"{rule.id}: {text}"
                assert not spec
                assert not conversion


def test_a_value_never_reaches_into_python():
    found = finding(
        "escape/wrong-app",
        "It opened.",
        Basis.OBSERVED,
        opened="{expected.__class__}",
        expected="Spotify",
    )
    assert found.title == "The link opens {expected.__class__} instead of Spotify"


def test_a_finding_takes_the_rules_owner_and_severity_unless_told_otherwise():
    plain = finding("escape/trapped", "Seen.", Basis.OBSERVED, app="TikTok", goal="Spotify", technique="Tap.")
    assert (plain.severity, plain.owner) == (Severity.ERROR, Owner.ARTIST)
    told = finding("escape/trapped", "Seen.", Basis.OBSERVED, severity=Severity.INFO, owner=Owner.APP)
    assert (told.severity, told.owner) == (Severity.INFO, Owner.APP)


def test_a_rule_that_is_not_in_the_book_is_an_error():
    with pytest.raises(KeyError):
        finding("escape/nonsense", "Seen.", Basis.OBSERVED)


def test_the_gravest_finding_is_the_reason_and_information_is_none() -> None:
    made = [
        finding(rule, "Seen.", Basis.OBSERVED)
        for rule in (
            "placement/story-ends",
            "placement/no-utm",
            "placement/macro-typo",
            "placement/not-https",
        )
    ]
    assert [one.rule for one in grave(made)] == [
        "placement/macro-typo",
        "placement/no-utm",
        "placement/not-https",
    ]
