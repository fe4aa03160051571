"""Which checks exist and what options they take. The checks themselves are elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, WithJsonSchema

from .errors import did_you_mean
from .scalars import web_url, wrong
from .sheet import Release, StrictModel

_REFERENCE = re.compile(r"release\.(?:tracks\[(\d+)\]\.)?([a-z_]+)")


class UnresolvedOptionError(Exception):
    """An option needs something the release sheet doesn't say; `option` is None when a default needs it."""

    def __init__(self, option: str | None, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.option, self.message, self.hint = option, message, hint


class CheckOptions(StrictModel):
    """Base of a check's options."""

    def resolved(self, release: Release) -> Self:
        """Return the options with every default and reference taken from `release`.

        Raises `UnresolvedOptionError` when the sheet lacks it.
        """
        return self


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """A check: its name, the model of its options, what it runs on and whether it asks a store.

    A `link` check runs once per link and profile, a `release` check once per suite. Store checks are
    `pending` before the release moment.
    """

    name: str
    options: type[BaseModel]
    scope: Literal["link", "release"] = "link"
    store: bool = False


class CheckRegistry:
    """The checks a suite may name."""

    def __init__(self, specs: Iterable[CheckSpec] = ()) -> None:
        self._specs: dict[str, CheckSpec] = {}
        for spec in specs:
            self.add(spec)

    def add(self, spec: CheckSpec) -> None:
        """Register a check; raises `ValueError` for a name that is taken or that a suite cannot write."""
        if spec.name in self._specs:
            raise ValueError(f"there is already a check called {spec.name}")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", spec.name):
            raise ValueError(f"a check's name is lower-case letters, digits and `_`, not {spec.name!r}")
        self._specs[spec.name] = spec

    def get(self, name: str) -> CheckSpec | None:
        """Return the check called `name`, or None."""
        return self._specs.get(name)

    def names(self, scope: Literal["link", "release"] | None = None) -> tuple[str, ...]:
        """Return the checks' names, of one scope or of both."""
        return tuple(spec.name for spec in self if scope in (None, spec.scope))

    def __iter__(self) -> Iterator[CheckSpec]:
        return iter(self._specs.values())

    def __contains__(self, name: object) -> bool:
        return name in self._specs


def _url_or_reference(text: str) -> str:
    fields = Release.model_fields
    if "/" in text or did_you_mean(text.partition(".")[0], ["release"]) is None:
        return web_url(text)
    meant = did_you_mean(text, [f"release.{field}" for field in fields])
    match = _REFERENCE.fullmatch(text)
    if match is None or match[2] not in fields:
        other = "write release.spotify, release.tracks[1].spotify or a web address"
        raise wrong(
            f"`{text[:60]}` is not a field of the release sheet",
            f"did you mean `{meant}`?" if meant is not None else other,
        )
    return text


#: A web address, or a field of the sheet: ``release.spotify``, ``release.tracks[2].apple_music`` (from 1).
UrlOrReference = Annotated[
    str,
    AfterValidator(_url_or_reference),
    WithJsonSchema({"type": "string", "pattern": r"^(https?://|release\.|\$\{)"}),
]


def look_up(reference: str, release: Release, option: str | None) -> str:
    """Return the address a `UrlOrReference` means.

    Raises `UnresolvedOptionError`, naming `option`, when the sheet doesn't say it.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return reference
    part: Any = release
    if match[1] is not None:
        number = int(match[1])
        if not 1 <= number <= len(release.tracks):
            raise UnresolvedOptionError(
                option, f"the release sheet has no track {number}", f"it lists {len(release.tracks)} tracks"
            )
        part = release.tracks[number - 1]
    value = getattr(part, match[2], None)
    if not isinstance(value, str) or not value.startswith(("http", "HTTP")):
        raise UnresolvedOptionError(
            option,
            f"the release sheet has no address in `{reference}`",
            f"add `{match[2]}:` under `release:`",
        )
    return value
