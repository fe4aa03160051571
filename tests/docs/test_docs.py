"""The documentation holds: generated pages are fresh, examples load, commands and links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from dropcheck.check.options import builtin_registry
from dropcheck.run.exit_codes import ExitCode
from dropcheck.suite import parse_suite

from .commands import calls_in, fault_of

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")] if page.read_text().strip()
)
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
VARIABLES = {"DROPCHECK_VAR_PREVIEW": "x"}


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs/build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_generated_pages_say_what_their_source_says():
    assert builder().stale() == [], "run: python docs/build.py"


def test_every_commands_help_is_shown():
    text = (ROOT / "docs/commands.md").read_text()
    build = builder()
    for name in build.commands():
        assert build.help_of(name) in text


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


EXAMPLES = [(name, text) for page, name in zip(PAGES, NAMES, strict=True) for text in blocks(page, "yaml")]


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_every_yaml_example_loads(name, text):
    document = yaml.safe_load(text)
    assert document
    if isinstance(document, dict) and {"suite", "links"} & document.keys():
        parse_suite(text, builtin_registry(), VARIABLES)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_shown_exists(name):
    page = ROOT / name
    shown = "\n".join(
        text for language in ("sh", "powershell", "yaml", "console") for text in blocks(page, language)
    )
    prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    calls = [*calls_in(shown), *re.findall(r"`dropcheck ([a-z][^`]*)`", prose)]
    assert [f"{call}: {fault}" for call in calls if (fault := fault_of(call))] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_link_within_the_documentation_leads_somewhere(name):
    page = ROOT / name
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_exit_code_is_explained():
    codes = re.findall(r"^\| (\d+) \|", (ROOT / "docs/exit-codes.md").read_text(), re.MULTILINE)
    assert sorted(map(int, codes)) == sorted(code.value for code in ExitCode)
