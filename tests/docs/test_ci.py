"""The examples for CI: they parse, their commands exist, what they use is pinned."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dropcheck.cli.ci_files import ci_file

from .commands import calls_in, fault_of

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "docs/template-repo/.github/workflows/dropcheck.yml"
TEXTS = {
    "action.yml": (ROOT / "action.yml").read_text(),
    ".pre-commit-hooks.yaml": (ROOT / ".pre-commit-hooks.yaml").read_text(),
    "template": TEMPLATE.read_text(),
    "init --ci github": ci_file("github", Path("suites/song.yaml"))[1],
    "init --ci gitlab": ci_file("gitlab", Path("suites/song.yaml"))[1],
}
EXAMPLES = dict(
    zip(
        ("docs/ci.md, GitHub", "docs/ci.md, shards", "docs/ci.md, GitLab", "docs/ci.md, pre-commit"),
        re.findall(r"^```yaml\n(.*?)^```", (ROOT / "docs/ci.md").read_text(), re.MULTILINE | re.DOTALL),
        strict=True,
    )
)


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_yaml_and_every_command_in_it_exists(name):
    assert yaml.safe_load(TEXTS[name])
    calls = calls_in(TEXTS[name].replace("entry: dropcheck", "run: dropcheck"))
    assert calls
    assert [fault for call in calls if (fault := fault_of(call))] == []


SCHEMAS = {
    "action.yml": "vendor.github-actions",
    "template": "vendor.github-workflows",
    "init --ci github": "vendor.github-workflows",
    "init --ci gitlab": "vendor.gitlab-ci",
    "docs/ci.md, GitHub": "vendor.github-workflows",
    "docs/ci.md, shards": "vendor.github-workflows",
    "docs/ci.md, GitLab": "vendor.gitlab-ci",
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_what_the_service_itself_says_such_a_file_is(name, tmp_path):
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is missing: pip install check-jsonschema")
    file = tmp_path / "file.yml"
    file.write_text({**TEXTS, **EXAMPLES}[name])
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[name], str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_the_schema_of_a_workflow_refuses_what_github_would(tmp_path):
    file = tmp_path / "file.yml"
    file.write_text(TEXTS["template"].replace("runs-on", "run-on"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    pytest.importorskip("check_jsonschema", reason="pip install check-jsonschema")
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1


@pytest.mark.parametrize("name", TEXTS)
def test_actions_of_others_are_pinned_to_a_commit(name):
    for used in re.findall(r"uses: (\S+)", TEXTS[name]):
        assert re.fullmatch(r"[\w-]+/[\w-]+(/[\w-]+)?@[0-9a-f]{40}", used), used


def test_the_action_builds_no_script_from_its_inputs():
    for step in yaml.safe_load(TEXTS["action.yml"])["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_image_has_the_browsers_of_the_playwright_it_installs():
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^ARG PLAYWRIGHT_VERSION=\d+\.\d+\.\d+$", text, re.MULTILINE)
    assert "FROM mcr.microsoft.com/playwright/python:v${PLAYWRIGHT_VERSION}-" in text
    assert '"playwright==${PLAYWRIGHT_VERSION}"' in text


def test_the_hook_looks_at_suites_and_not_at_their_parts():
    (hook,) = yaml.safe_load(TEXTS[".pre-commit-hooks.yaml"])

    def taken(name: str) -> bool:
        return bool(re.search(hook["files"], name)) and not re.search(hook["exclude"], name)

    assert taken("suites/song.yaml")
    assert not taken("suites/_part.yaml")
    assert not taken("src/song.yaml")


@pytest.mark.parametrize("name", [*TEXTS, *EXAMPLES])
def test_nothing_is_installed_under_a_name_that_anybody_could_take_on_pypi(name):
    text = {**TEXTS, **EXAMPLES}[name]
    for asked in re.findall(r"pip install ([^\n&]*)|^  DROPCHECK: (.*)$", text, re.MULTILINE):
        for word in "".join(asked).replace('"', "").split():
            assert not re.match(r"dropcheck\b", word), word


def test_the_template_keeps_what_was_done_even_when_a_link_is_broken():
    steps = yaml.safe_load(TEXTS["template"])["jobs"]["watch"]["steps"]
    (kept,) = [step for step in steps if "cache/save@" in step.get("uses", "")]
    assert kept["if"].startswith("always()")


def test_the_template_repository_watches_through_the_48_hours():
    document = yaml.safe_load(TEXTS["template"])
    # YAML 1.1 reads the key `on` as true.
    assert document[True]["schedule"]
    assert any("watch" in call for call in calls_in(TEXTS["template"]))
