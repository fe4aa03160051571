"""What stops a run before or after its cases; everything else is a verdict.

RunError
├── OptionError         a run can't be done with these settings
├── CustomCheckError    a file or entry point with checks of one's own can't be used
├── OutputError         the results can't be written where they should go
├── JournalError        the journal of an earlier run can't be read or belongs to other suites
└── ClusterError        the workers of a cluster can't be reached or can't run the cases
"""

from __future__ import annotations

from dropcheck.result import Results


class RunError(Exception):
    """A run can't begin or its results can't be kept; the message says what to do instead."""


class OptionError(RunError):
    """A setting of `RunOptions` lies outside of what a run can be done with."""


class CustomCheckError(RunError):
    """A ``--checks`` file or an entry point can't be loaded, or breaks a rule of checks."""


class OutputError(RunError):
    """The folder or file for results can't be written; `results` are those of a run that is over all the same."""

    results: Results | None = None


class JournalError(RunError):
    """A journal can't be read, or what it holds doesn't belong to this run."""


class ClusterError(RunError):
    """A cluster can't be reached, or one of its workers can't run the cases."""
