"""From the names on a command line to a plan: suites, checks, device profiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from dropcheck import apps
from dropcheck.device.load import load_profiles, variants_of
from dropcheck.device.model import Profile
from dropcheck.run.custom_checks import Checks
from dropcheck.suite import Plan, ProfileFacts, Selection, Suite, load_suites, plan


def profile_facts(profile: Profile) -> ProfileFacts:
    """Return what a plan needs to know of `profile`."""
    return ProfileFacts(profile.name, profile.placement, frozenset(variants_of(profile)), _phones())


def _phones() -> frozenset[str]:
    """Return the words a suite's `phones` are made of: an app the phone lacks or has besides the usual ones."""
    names = [app.replace("_", "-") for app in apps.catalogue()]
    return frozenset(f"{has}-{name}" for has in ("no", "with") for name in names)


def plan_suites(suites: Sequence[Suite], checks: Checks, selection: Selection | None = None) -> Plan:
    """Expand suites over the shipped profiles; raises `SuiteError`, `ProfileError`."""
    facts = [profile_facts(profile) for profile in load_profiles().values()]
    return plan(suites, facts, checks.registry, selection)


def plan_files(
    paths: Iterable[str | Path | Suite], checks: Checks, selection: Selection | None = None
) -> Plan:
    """Load suite files, folders and suites made in memory, and expand them; raises as `plan_suites` does."""
    suites: list[Suite] = []
    files: list[str | Path] = []
    for path in paths:
        if isinstance(path, Suite):
            suites.append(path)
        else:
            files.append(path)
    return plan_suites([*load_suites(files, checks.registry), *suites], checks, selection)
