"""The concurrent runner and what belongs to a run: journal, results, evidence, exit codes.

The package itself can be called: ``dropcheck.run(suites, …)`` is `dropcheck.run.api.run`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _CallablePackage(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> Any:
        from dropcheck.run.api import run

        return run(*args, **options)


# `import dropcheck.run.api` binds the package to `dropcheck.run`, which is public as a function.
sys.modules[__name__].__class__ = _CallablePackage
