"""Part of a run's results: the releases a document is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dropcheck.result import Results, Summary


def suites_of(results: Results) -> list[str]:
    """Return the releases of `results` by the names of their suites, in order."""
    return list(
        dict.fromkeys([*(one.suite for one in results.releases), *(one.suite for one in results.cases)])
    )


def of_suites(results: Results, suites: Sequence[str]) -> Results:
    """Return the results of only these suites; the phones that took part in them and the run stay."""
    cases = [case for case in results.cases if case.suite in suites]
    return results.model_copy(
        update={
            "cases": cases,
            "releases": [release for release in results.releases if release.suite in suites],
            "summary": Summary.of(cases),
        }
    )


def folder_names(suites: Sequence[str]) -> dict[str, str]:
    """Return a folder's name for each suite: safe on every system, and no two alike."""
    names: dict[str, str] = {}
    for suite in suites:
        plain = re.sub(r"[^a-z0-9._-]+", "-", suite.casefold()).strip("-.")[:80] or "release"
        name, number = plain, 2
        while name in names.values():
            name, number = f"{plain}-{number}", number + 1
        names[suite] = name
    return names
