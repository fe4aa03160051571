"""Playwright's selector engine, read out of the installed package."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dropcheck.engine import selectors
from dropcheck.engine.base import EngineError


def test_the_installed_playwright_has_a_selector_engine_that_is_a_program(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed here; run `apt-get install nodejs`")
    program = tmp_path / "library.js"
    program.write_text(selectors.selector_library(), encoding="utf-8")
    done = subprocess.run([node, "--check", str(program)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]


def test_a_playwright_that_keeps_it_elsewhere_is_a_clear_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    selectors.selector_library.cache_clear()
    monkeypatch.setattr(selectors.playwright, "__file__", str(tmp_path / "__init__.py"))
    try:
        with pytest.raises(EngineError, match="no selector engine where dropcheck looks for it"):
            selectors.selector_library()
    finally:
        selectors.selector_library.cache_clear()


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r"a\nb", "a\nb"),
        (r"it\'s \\ here", "it's \\ here"),
        (r"\x41\u0042\u{43}", "ABC"),
        (r"\ud83d\ude00", "\N{GRINNING FACE}"),
    ],
)
def test_a_string_of_javascript_is_read_as_javascript_reads_it(literal: str, text: str) -> None:
    assert selectors._unescaped(literal) == text


def test_a_selector_is_data_in_the_script_that_looks_for_it() -> None:
    script = selectors.finding_script("a[title=\"x'); alert(1); ('\"]", 250)
    assert r'parseSelector("a[title=\"x' in script
    assert "+ 250;" in script
