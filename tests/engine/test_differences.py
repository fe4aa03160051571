"""The table of true differences: documented as it is in code, about engines there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropcheck.engine.differences import DIFFERENCES, as_markdown, differs
from dropcheck.engine.select import ENGINES

DOCUMENT = Path(__file__).parents[2] / "docs" / "engines.md"


def test_the_document_shows_the_table_as_it_is() -> None:
    assert as_markdown() in DOCUMENT.read_text(encoding="utf-8")


def test_every_row_is_about_engines_there_are_and_is_named_once() -> None:
    keys = [row.key for row in DIFFERENCES]
    assert len(set(keys)) == len(keys)
    assert all(row.engines and set(row.engines) <= set(ENGINES) for row in DIFFERENCES)
    assert all(
        "|" not in cell for row in DIFFERENCES for cell in (row.contract, row.instead, row.because, row.means)
    )


def test_a_difference_holds_for_the_engines_it_names_and_no_other() -> None:
    assert differs("webkitgtk", "identity-headers")
    assert not differs("chromium", "identity-headers")
    with pytest.raises(KeyError):
        differs("chromium", "no-such-thing")
