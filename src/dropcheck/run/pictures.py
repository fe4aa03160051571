"""Where a run's results name pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dropcheck.result import CaseResult, Hop, Release

Rename = Callable[[str], str | None]


def case_with_pictures(case: CaseResult, rename: Rename) -> CaseResult:
    """Return `case` with every picture under the name that `rename` gives it; None takes the name out."""
    changes: dict[str, Any] = {"hops": _hops(case.hops, rename)}
    if case.otherwise is not None:
        changes["otherwise"] = case.otherwise.model_copy(update={"hops": _hops(case.otherwise.hops, rename)})
    return case.model_copy(update=changes)


def release_with_pictures(release: Release, rename: Rename) -> Release:
    """Return `release` with every picture under the name that `rename` gives it; None takes the name out."""
    return release.model_copy(
        update={
            "sound": _named(release.sound, "cover_file", rename),
            "artwork": [_named(entry, "file", rename) for entry in release.artwork],
        }
    )


def _hops(hops: Iterable[Hop], rename: Rename) -> list[Hop]:
    return [
        hop.model_copy(update={"screenshot": rename(hop.screenshot)}) if hop.screenshot else hop
        for hop in hops
    ]


def _named(entry: dict[str, Any], key: str, rename: Rename) -> dict[str, Any]:
    name = entry.get(key)
    return {**entry, key: rename(name)} if isinstance(name, str) and name else entry
