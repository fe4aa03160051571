"""A suite as it is used: links, checks, access and the release they are about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    InstanceOf,
    PrivateAttr,
    SecretStr,
    WithJsonSchema,
    model_validator,
)

from dropcheck.result import Ceiling, Escape, OutcomeKind, Verdict

from .errors import Problem
from .moment import ReleaseMoment
from .scalars import Day, Name, OneOrMany, ShortForm, WebUrl, wrong
from .sheet import Release, StrictModel
from .tree import Node

#: What an artist would choose: both apps on both systems (design, section 4).
DEFAULT_PROFILES = ("tiktok-ios", "tiktok-android", "instagram-ios", "instagram-android")

Names = Annotated[tuple[Name, ...], OneOrMany]
Words = Annotated[tuple[str, ...], OneOrMany]


def _selector(text: str) -> str:
    if not text.strip():
        raise wrong("an empty selector names nothing on the page", "write what to tap, such as `text=Listen`")
    return text


Selectors = Annotated[tuple[Annotated[str, AfterValidator(_selector)], ...], OneOrMany]


class Known(StrictModel):
    """Failures that are known and accepted for a while; any other failure still fails."""

    rules: Annotated[Words, Field(min_length=1)]
    """The rules of the findings that are accepted; `*` stands for any part."""
    profiles: Words = ()
    """The profiles it holds for (all when left out); `*` stands for any part."""
    reason: str
    """Why it is accepted."""
    owner: str | None = None
    """Who is mending it."""
    until: Day | None = None
    """The last day it is accepted."""

    def expired(self, today: dt.date) -> bool:
        """Return whether the last accepted day is over."""
        return self.until is not None and today > self.until

    def covers(self, rule: str, profile: str | None) -> bool:
        """Return whether the entry speaks of `rule` on `profile`, expired or not."""
        if self.profiles and not any(fnmatchcase(profile or "", wanted) for wanted in self.profiles):
            return False
        return any(fnmatchcase(rule, wanted) for wanted in self.rules)


class Expectation(StrictModel):
    """How a case is declared to come out, for the demo and for tests of dropcheck itself."""

    verdict: Verdict
    """The verdict."""
    outcome: OutcomeKind | None = None
    """Where the journey ends."""
    escape: Escape | None = None
    """How it leaves the in-app browser."""
    ceiling: Ceiling | None = None
    """Whether that is the best known."""
    rules: Words | None = None
    """The rules of the findings, in any order; unchecked when left out."""


_VERDICT = {"enum": [verdict.value for verdict in Verdict]}
Expected = Annotated[
    Expectation, ShortForm(lambda value: {"verdict": value} if isinstance(value, str) else value, _VERDICT)
]
_EXPECTATION_FIELDS = frozenset(Expectation.model_fields)


def _per_profile(value: Any) -> Any:
    if isinstance(value, str) or (isinstance(value, dict) and value and set(value) <= _EXPECTATION_FIELDS):
        return {"*": value}
    return value


#: By profile (`*` for any part; ``profile+variant@phone`` for one of several); a bare verdict means all.
Expectations = Annotated[dict[str, Expected], ShortForm(_per_profile, _VERDICT)]


class CheckExtras(StrictModel):
    """The keys every check takes beside its own options."""

    name: Name | None = None
    """Tells two checks of one kind on one link apart."""
    known: Annotated[
        tuple[Known, ...], ShortForm(lambda value: [value] if isinstance(value, dict) else value)
    ] = ()
    """Failures that are known and accepted."""
    expect: Expectations = Field(default_factory=dict)
    """How it is declared to come out."""


@dataclass(frozen=True, slots=True)
class CheckCall:
    """A check as a suite asks for it, its options validated; `path` is where it stands in the suite."""

    check: str
    options: BaseModel
    extras: CheckExtras = field(default_factory=CheckExtras)
    path: tuple[str | int, ...] = ()


_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def _headers(value: dict[str, SecretStr]) -> dict[str, SecretStr]:
    for name, content in value.items():
        if not _HEADER.fullmatch(name):
            raise wrong(f"`{name[:40]}` is not a header name")
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", content.get_secret_value()):
            raise wrong(f"the value of {name} holds a control character or a line break")
    return value


class BasicAuth(StrictModel):
    """A user name and password for HTTP basic authentication."""

    username: SecretStr
    """User name; use `${DROPCHECK_VAR_…}`."""
    password: SecretStr
    """Password; use `${DROPCHECK_VAR_…}`."""


class Access(StrictModel):
    """What a protected preview host asks for; sent to that host only."""

    headers: Annotated[dict[str, SecretStr], AfterValidator(_headers)] = Field(default_factory=dict)
    """Request headers; use `${DROPCHECK_VAR_…}` for their values."""
    basic: BasicAuth | None = None
    """HTTP basic authentication."""

    @model_validator(mode="after")
    def _says_something(self) -> Access:
        if not self.headers and self.basic is None:
            raise wrong("this access sends nothing", "give `headers:` or `basic:`")
        return self


def _access_host(value: str) -> str:
    if not re.fullmatch(r"(?!-)[A-Za-z0-9.-]+(:\d{1,5})?", value):
        raise wrong("access is given by host", "write `preview.example:` or `preview.example:8443:`")
    return value.casefold()


class Link(StrictModel):
    """One link that fans tap."""

    url: WebUrl
    """The address, exactly as it is published."""
    name: Name = ""
    """Its name in reports; made from the address when left out."""
    placement: Name | None = None
    """Where it is published, such as `tiktok-bio`; the bio of each profile's app when left out."""
    profiles: Words | None = None
    """The phones to try; those of the suite when left out."""
    checks: tuple[InstanceOf[CheckCall], ...] = ()
    """What must hold; `escape` when neither the link nor the suite says anything."""
    tags: Names = ()
    """Words to select by (`--tag`)."""
    tap: Selectors = ()
    """Playwright selectors of what to tap, in order; the most likely control when left out."""
    variants: Names = ()
    """Other answers of the app's link service to try too, such as `interstitial`."""
    phones: Names = ()
    """Other phones to try too, such as `no-spotify`."""
    until: ReleaseMoment | None = None
    """The last day, or the moment, it is published (a story, a campaign); not checked afterwards."""


class Suite(StrictModel):
    """One release, its links, its checks."""

    version: Annotated[Literal["1"], BeforeValidator(str), WithJsonSchema({"const": 1})] = "1"
    """The version of this format."""
    suite: Name = ""
    """The suite's name; the file's name when left out."""
    include: Words = ()
    """Files of the suite's folder. Keys of a part are taken over: the suite's own win, links and checks add
    up. A file that names its own `suite:` stands alone, as a further suite of the run."""
    release: Release = Field(default_factory=Release)
    """The release sheet."""
    profiles: Words = DEFAULT_PROFILES
    """The phones to try."""
    links: tuple[Link, ...] = ()
    """The links that fans tap."""
    links_from: Words = ()
    """CSV or JSONL files of the suite's folder with further links."""
    checks: tuple[InstanceOf[CheckCall], ...] = ()
    """Checks of the release; a check of links here holds for every link that names none itself."""
    tags: Names = ()
    """Words to select by (`--tag`), for every case."""
    internet: Literal["public", "local"] = "public"
    """`local` serves the local internet and uses it."""
    access: dict[Annotated[str, AfterValidator(_access_host)], Access] = Field(default_factory=dict)
    """What protected preview hosts ask for, by host."""

    _tree: Node | None = PrivateAttr(default=None)
    _folder: Path | None = PrivateAttr(default=None)
    _path: Path | None = PrivateAttr(default=None)
    _label: str = PrivateAttr(default="")
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())
    _profiles_given: bool = PrivateAttr(default=False)

    @property
    def folder(self) -> Path | None:
        """The suite's folder, symbolic links resolved; None for a suite made in memory."""
        return self._folder

    @property
    def path(self) -> Path | None:
        """The suite's file, symbolic links resolved; None for a suite made in memory."""
        return self._path

    @property
    def label(self) -> str:
        """How messages call the suite's file."""
        return self._label

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What looks wrong but doesn't stop a run."""
        return self._warnings

    @property
    def names_profiles(self) -> bool:
        """Whether the suite names its profiles itself."""
        return self._profiles_given

    def file(self, name: str) -> Path:
        """Return the path of a `SuiteFile` value; raises `ValueError` for a suite made in memory."""
        if self._folder is None:
            raise ValueError("a suite made in memory has no files")
        return self._folder / name

    def problem(self, path: tuple[str | int, ...], message: str, hint: str = "") -> Problem:
        """Return a problem that points at `path` of the suite's file."""
        return problem_at(self._tree, path, message, hint, self._label)


def problem_at(
    tree: Node | None,
    path: tuple[str | int, ...],
    message: str,
    hint: str = "",
    label: str = "",
    *,
    on_key: bool = False,
) -> Problem:
    """Return a problem at `path` below `tree`: at its value, its key (`on_key`) or the nearest node above."""
    shown = dotted(path)
    if tree is None or (tree.source.path is None and not tree.line):
        return Problem(label, 0, 0, f"{shown}: {message}" if shown else message, hint, "", shown)
    node, key = tree, None
    for step in path:
        if isinstance(node.value, Mapping) and step in node.value:
            key = node.keys.get(str(step))
            node = node.value[str(step)]
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            key = None
            node = node.value[step]
        else:
            break
    # A mapping, a list or nothing as a value is best shown by its key.
    at = key if key is not None and (on_key or not isinstance(node.value, str)) else node
    found = at.problem(message, hint, shown)
    if path and path[0] == "access":
        return Problem(found.file, found.line, found.column, message, hint, "", shown)
    return found


def dotted(path: tuple[str | int, ...]) -> str:
    """Return a path as people write it: ``links[0].url``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
