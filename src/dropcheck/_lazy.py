"""Packages whose names are imported when they are first used (PEP 562), so that a command loads only what it needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any


def lazy(
    package: str, homes: Mapping[str, str], packages: Iterable[str] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` for `package`.

    `homes` maps each public name to the module below the package that has it; none may have a module's own name,
    for an import of that module would take its place. `packages` are subpackages that can be named without
    importing them first.
    """
    below = frozenset(packages)

    def attribute(name: str) -> Any:
        if name in below:
            return import_module(f"{package}.{name}")
        if name in homes:
            return getattr(import_module(f"{package}.{homes[name]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes, *below})

    return attribute, names
