from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dropcheck.check.options import builtin_registry
from dropcheck.suite import CheckRegistry, Problem, Suite, SuiteError, load_suite

SPOTIFY = "https://open.spotify.com/track/11dFghVXANMlKmJXsNCbNl"
APPLE = "https://music.apple.com/us/song/1440833060"

Load = Callable[..., Suite]
Refused = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def registry() -> CheckRegistry:
    return builtin_registry()


@pytest.fixture
def load(tmp_path: Path, registry: CheckRegistry) -> Load:
    """Write a suite file and load it."""

    def loaded(
        text: str | bytes, environ: Mapping[str, str] | None = None, name: str = "suite.yaml"
    ) -> Suite:
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_suite(file, registry, environ or {})

    return loaded


@pytest.fixture
def refused(load: Load) -> Refused:
    """Write a suite file that must be refused, and return its problems."""

    def problems(
        text: str | bytes, environ: Mapping[str, str] | None = None, name: str = "suite.yaml"
    ) -> tuple[Problem, ...]:
        with pytest.raises(SuiteError) as caught:
            load(text, environ, name)
        assert caught.value.problems
        return caught.value.problems

    return problems


def outcome(make: Callable[[], object]) -> str:
    """Return what a `SuiteError` says, or that there was none; every other exception goes through."""
    try:
        make()
    except SuiteError as error:
        return str(error)
    return "read"
