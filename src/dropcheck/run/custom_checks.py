"""Finds checks of one's own in files and entry points and puts them beside the built-in ones."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from dropcheck.check import builtin_checks
from dropcheck.check.custom import CustomCheck
from dropcheck.check.options import builtin_registry
from dropcheck.run.errors import CustomCheckError
from dropcheck.suite import CheckRegistry

if TYPE_CHECKING:
    # Brings the journey and the HTTP client with it, which validating a suite needs neither of.
    from dropcheck.check.model import CheckFunction

ENTRY_POINTS = "dropcheck.checks"


class Checks:
    """Every check of a run: what suites may ask (`registry`) and what then runs.

    The functions of the built-in checks are imported when the first is asked for, so that a suite is
    validated without them.
    """

    def __init__(self, custom: Iterable[CustomCheck] = ()) -> None:
        self.registry: CheckRegistry = builtin_registry()
        self._custom: dict[str, CheckFunction] = {}
        for one in custom:
            try:
                self.registry.add(one.spec)
            except ValueError as error:
                raise CustomCheckError(f"the check `{one.spec.name}` can't be used: {error}") from None
            self._custom[one.spec.name] = one

    def functions(self) -> Mapping[str, CheckFunction]:
        """Return the function behind each check, by name."""
        return {**builtin_checks(), **self._custom}


def load_checks(sources: Iterable[str | Path | CustomCheck] = ()) -> Checks:
    """Return the built-in checks, those of installed packages and those of `sources`.

    A source is a Python file or a check itself. Raises `CustomCheckError` for what can't be loaded.
    """
    custom = list(_installed())
    for source in sources:
        custom += [source] if isinstance(source, CustomCheck) else _of_file(Path(source))
    unique = {id(one): one for one in custom}
    return Checks(unique.values())


def _installed() -> Iterable[CustomCheck]:
    for point in entry_points(group=ENTRY_POINTS):
        try:
            loaded = point.load()
        except (Exception, SystemExit) as error:
            raise CustomCheckError(
                f"the entry point {point.name} = {point.value} can't be loaded:"
                f" {type(error).__name__}: {error}"
            ) from error
        found = [loaded] if isinstance(loaded, CustomCheck) else _members(loaded)
        if not found:
            raise CustomCheckError(
                f"the entry point {point.name} = {point.value} holds no check;"
                ' make one with @dropcheck.check("name")'
            )
        yield from found


def _of_file(file: Path) -> list[CustomCheck]:
    if not file.is_file():
        raise CustomCheckError(f"--checks {file}: there is no such file")
    name = f"dropcheck_checks_{abs(hash(file.resolve()))}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise CustomCheckError(f"--checks {file}: this is not a Python file")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pydantic look their module up by name.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise CustomCheckError(f"--checks {error.filename or file}:{error.lineno}: {error.msg}") from error
    except (Exception, SystemExit) as error:
        lines = [one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename == str(file)]
        place = f"{file}:{lines[-1]}" if lines else str(file)
        raise CustomCheckError(f"--checks {place}: {type(error).__name__}: {error}") from error
    found = _members(module)
    if not found:
        raise CustomCheckError(f'--checks {file}: no check in it; make one with @dropcheck.check("name")')
    return found


def _members(module: ModuleType | object) -> list[CustomCheck]:
    return [value for value in vars(module).values() if isinstance(value, CustomCheck)]
