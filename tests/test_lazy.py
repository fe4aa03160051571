"""What is imported, and when."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest


@pytest.mark.parametrize("package", ["dropcheck", "dropcheck.report", "dropcheck.localnet"])
def test_every_public_name_is_there_and_listed(package: str) -> None:
    module = import_module(package)
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert name in dir(module)


@pytest.mark.parametrize("package", ["dropcheck.report", "dropcheck.localnet"])
def test_no_module_takes_the_place_of_a_public_name_when_it_is_imported(package: str) -> None:
    module = import_module(package)
    assert not {below.name for below in pkgutil.iter_modules(module.__path__)} & set(module.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error_with_the_packages_name() -> None:
    with pytest.raises(AttributeError, match=r"module 'dropcheck\.report' has no attribute 'write_docx'"):
        import_module("dropcheck.report").write_docx  # noqa: B018


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        (["--help"], {"playwright", "pydantic", "jinja2", "httpx", "yaml"}),
        (["validate", "suites"], {"playwright", "httpx", "trustme", "segno"}),
    ],
    ids=["help", "validate"],
)
def test_a_command_loads_only_what_it_needs(command: list[str], unneeded: set[str]) -> None:
    program = (
        "import json, sys; from dropcheck.cli import main\n"
        "try: main()\n"
        "finally: print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert not unneeded & set(json.loads(done.stdout.splitlines()[-1]))
