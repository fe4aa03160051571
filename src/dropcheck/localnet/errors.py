"""What can be wrong with fixtures."""

from __future__ import annotations


class SiteMapError(Exception):
    """A fixture that can't be served: says the file, the line where known, and what is wrong."""
