"""Reads device profiles from YAML and applies the variants a suite asks for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from dropcheck.device.model import FirstHop, Profile
from dropcheck.places import data_folder


class ProfileError(Exception):
    """A device profile can't be read or breaks a rule: names the file and what is wrong."""


def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProfileError(f"{path.name}: {error}") from error
    if not isinstance(document, dict):
        raise ProfileError(f"{path.name}: a profile is a mapping of its fields")
    return document


def read_profile(path: Path) -> Profile:
    """Read one profile; `rows_from` names a file in ``shared/`` whose rows stand behind the profile's own.

    Raises `ProfileError`.
    """
    document = _read(path)
    shared = document.pop("rows_from", None)
    rows = list(document.get("rows") or [])
    if shared is not None:
        rows += _read(path.parent / "shared" / f"{shared}.yaml").get("rows") or []
    document["rows"] = rows
    try:
        profile = Profile.model_validate(document)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ProfileError(f"{path.name}:\n" + "\n".join(lines)) from error
    if profile.name != path.stem:
        raise ProfileError(f"{path.name}: the profile inside calls itself {profile.name!r}")
    return profile


@cache
def load_profiles(folder: Path | None = None) -> dict[str, Profile]:
    """Read every profile of `folder` (default: the shipped ones), by name; raises `ProfileError`."""
    source = folder or data_folder("device_profiles")
    profiles = {path.stem: read_profile(path) for path in sorted(source.glob("*.yaml"))}
    for profile in profiles.values():
        if profile.browser is not None and profile.browser not in profiles:
            raise ProfileError(f"{profile.name}.yaml: its real browser {profile.browser!r} is not a profile")
    return profiles


#: Variants that change the first hop rather than the identity.
FIRST_HOP_VARIANTS = frozenset({"interstitial", "warning", "blocked", "http"})


def with_variant(profile: Profile, variant: str | None) -> Profile:
    """Return `profile` wearing an identity variant; raises `ProfileError` for one it doesn't have.

    A first-hop variant leaves the identity alone.
    """
    if variant is None:
        return profile
    if variant in FIRST_HOP_VARIANTS:
        if profile.first_hop is None or variant not in profile.first_hop.variants:
            raise ProfileError(f"{profile.name} has no first-hop variant {variant!r}")
        return profile
    chosen = profile.variants.get(variant)
    if chosen is None:
        known = ", ".join(sorted(variants_of(profile))) or "none"
        raise ProfileError(f"{profile.name} has no variant {variant!r}; it has {known}")
    identity = profile.identity.model_copy(
        update={
            "user_agent": chosen.user_agent or profile.identity.user_agent,
            "headers": profile.identity.headers if chosen.headers is None else chosen.headers,
        }
    )
    return profile.model_copy(
        update={"identity": identity, "app_version": chosen.app_version or profile.app_version}
    )


def variants_of(profile: Profile) -> set[str]:
    """Return the names of every variant a suite can ask of `profile`."""
    first_hop = profile.first_hop or FirstHop(template="")
    return set(profile.variants) | set(first_hop.variants)


_COMPARISON = re.compile(r"(<=|>=|<|>|==)\s*(\d+(?:\.\d+)*)$")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def version_matches(version: str, condition: str) -> bool:
    """Return whether an app version meets ``>=417`` or ``>=424,<444``; raises `ValueError` on another form.

    Versions compare by their numbers, cut to the length the condition names.
    """
    for part in condition.split(","):
        matched = _COMPARISON.match(part.strip())
        if matched is None:
            raise ValueError(f"{part.strip()!r} is not a version comparison such as >=417")
        operator, bound_text = matched.groups()
        bound = _numbers(bound_text)
        actual = _numbers(version)[: len(bound)]
        holds = {
            "<": actual < bound,
            "<=": actual <= bound,
            ">": actual > bound,
            ">=": actual >= bound,
            "==": actual == bound,
        }[operator]
        if not holds:
            return False
    return True
