"""What is checked: each check takes a case and says what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dropcheck.check.model import CheckFunction


def builtin_checks() -> dict[str, CheckFunction]:
    """Return the built-in checks by name; imported here, so that validating a suite loads no browser code."""
    from dropcheck.check.escape import escape

    return {"escape": escape}
