"""Suites changed by a program, with what people wrote around their values kept."""

from __future__ import annotations

import pytest

from dropcheck.suite import SuiteError
from dropcheck.suite.round_trip import as_text, editable
from dropcheck.suite.tree import Source

TEXT = """\
# ours
suite: "a"  # in quotes
links:
  - url: https://a.example
    tags: [b, c]
"""


def test_comments_quotes_and_layout_stay() -> None:
    document = editable(Source("a.yaml", TEXT))
    document["suite"] = type(document["suite"])("z")
    assert as_text(document) == TEXT.replace('"a"', '"z"')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("suite: a\nsuite: b\n", "a.yaml:2:1: `suite` is given twice"),
        ("suite: [", "a.yaml:"),
        ("[" * 400, "nested deeper"),
        ("- a", "this is no suite but a list"),
        ("", "empty"),
        ("suite: a\nrelease: {released: 2026-13-45}\n", "month must be in 1..12"),
        ("suite: !!python/name:os.system x\n", "not allowed"),
    ],
)
def test_what_is_no_suite_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(SuiteError) as caught:
        editable(Source("a.yaml", text))
    assert said in str(caught.value)
