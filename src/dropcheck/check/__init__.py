"""What is checked: each check takes a case and says what it came to.

The package itself can be called: ``@dropcheck.check("name")`` is `dropcheck.check.custom.check`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dropcheck.check.model import CheckFunction


def builtin_checks() -> dict[str, CheckFunction]:
    """Return the built-in checks by name; imported here, so that validating a suite loads no browser code."""
    from dropcheck.check.artwork import artwork
    from dropcheck.check.escape import escape
    from dropcheck.check.funnel import funnel
    from dropcheck.check.metadata import metadata
    from dropcheck.check.placement import placement
    from dropcheck.check.presave import presave
    from dropcheck.check.smart_link import smart_link
    from dropcheck.check.sound_page import sound_page

    return {
        "artwork": artwork,
        "escape": escape,
        "funnel": funnel,
        "metadata": metadata,
        "placement": placement,
        "presave": presave,
        "smart_link": smart_link,
        "sound_page": sound_page,
    }


class _CallablePackage(ModuleType):
    def __call__(self, *args: Any, **options: Any) -> Any:
        from dropcheck.check.custom import check

        return check(*args, **options)


# `import dropcheck.check.model` binds the package to `dropcheck.check`, which is public as a decorator.
sys.modules[__name__].__class__ = _CallablePackage
