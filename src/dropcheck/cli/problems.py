"""Tells what stopped the program in one clear message, and knows its exit code."""

from __future__ import annotations

from collections.abc import Iterable

import click

from dropcheck.device.load import ProfileError
from dropcheck.engine.base import BrowserMissingError, EngineError
from dropcheck.engine.select import EngineChoiceError
from dropcheck.localnet import SiteMapError
from dropcheck.network import ResolveError
from dropcheck.report.errors import ReportError
from dropcheck.report.inert import plain_text
from dropcheck.report.redact import redact_text
from dropcheck.run.errors import RunError
from dropcheck.run.exit_codes import ExitCode
from dropcheck.suite import Suite, SuiteError

_USAGE = (SuiteError, RunError, ResolveError, EngineChoiceError, ReportError, ProfileError, SiteMapError)


def warned(suites: Iterable[Suite]) -> None:
    """Write to the terminal what looks wrong with suites but doesn't stop a run."""
    for suite in suites:
        for warning in suite.warnings:
            _say(str(warning))


def told(error: Exception) -> int:
    """Write what `error` means to the terminal; return the exit code."""
    if isinstance(error, SuiteError):
        count = len(error.problems)
        _say(str(error))
        _say(f"\n{count} problem{'s' if count != 1 else ''}; nothing was run.")
        return ExitCode.USAGE
    if isinstance(error, _USAGE):
        _say(f"dropcheck: {error}")
        return ExitCode.USAGE
    if isinstance(error, (BrowserMissingError, EngineError)):
        _say(f"dropcheck: {error}")
        return ExitCode.ENVIRONMENT
    if isinstance(error, OSError) and error.strerror:
        # Without a file it is the machine: a full disk, a taken port, too many open files.
        name = f"{error.filename}: " if error.filename else ""
        _say(f"dropcheck: {name}{error.strerror}")
        return ExitCode.USAGE if error.filename else ExitCode.ENVIRONMENT
    _say(
        f"dropcheck: this is a fault of dropcheck ({type(error).__name__}: {error})."
        " Run it again with `dropcheck --debug …` and report what it shows."
    )
    return ExitCode.INTERNAL


def _say(text: str) -> None:
    click.echo(plain_text(redact_text(text)), err=True)
