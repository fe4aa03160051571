"""Checks of one's own: what YAML cannot say, a Python function says."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from dropcheck.suite import CheckOptions, CheckSpec

if TYPE_CHECKING:
    from dropcheck.check.model import CheckContext, CheckResult
    from dropcheck.suite import Case

    AnyCheckFunction = (
        Callable[[Case, CheckContext], Awaitable[CheckResult]] | Callable[[Case, CheckContext], CheckResult]
    )


@dataclass(frozen=True, slots=True)
class CustomCheck:
    """A check made by `check`: how suites call it, and the function behind it."""

    spec: CheckSpec
    function: AnyCheckFunction

    async def __call__(self, case: Case, context: CheckContext) -> CheckResult:
        """Run the check on one case."""
        try:
            answer = self.function(case, context)
            return await answer if inspect.isawaitable(answer) else answer
        except SystemExit as left:
            # One check must not say how the whole run ends.
            raise RuntimeError(f"it called sys.exit({left.code!r})") from left


def check(
    name: str,
    *,
    options: type[BaseModel] = CheckOptions,
    scope: Literal["link", "release"] = "link",
    store: bool = False,
) -> Callable[[AnyCheckFunction], CustomCheck]:
    """Make a function a check that suites can call `name`.

    The function takes a `Case` and a `CheckContext` and returns a `CheckResult`; it may be a coroutine
    function. `options` is the model of what the suite may say (unknown keys are errors if it forbids them,
    as `CheckOptions` does). A `link` check runs for every link on every phone, a `release` check once per suite;
    a `store` check is pending before the release. Nothing runs it until a file with it is given to
    ``--checks``, an entry point of the group ``dropcheck.checks`` names it, or `dropcheck.run` gets it.
    """

    def made(function: AnyCheckFunction) -> CustomCheck:
        return CustomCheck(CheckSpec(name, options, scope, store), function)

    return made
