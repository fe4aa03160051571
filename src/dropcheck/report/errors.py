"""What stops a report, and what a report only remarks on.

ReportError      the results can't be read, or a report can't be written
ReportWarning    the report was made, but not from all that was asked
"""

from __future__ import annotations


class ReportError(Exception):
    """A results document can't be read or a report can't be written; the message says what to do instead."""


class ReportWarning(UserWarning):
    """A report was made from results of another schema, with parts missing, or above its size limit."""
