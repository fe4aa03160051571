"""The site map: which host answers what, read from `sites/<host>/site.yaml` and `faults.yaml`.

A route is one answer or a list of them, tried in order until one's `when` holds:

    routes:
      /mara: {template: mara.html}
      /go/{code}:
        - {when: {user_agent: "Android.*Chrome"}, redirect: "intent://…", status: 307}
        - {redirect: "https://open.spotify.com/track/{code}", keep_query: true}
      /slow: {text: at last, latency_ms: 20000}
      /broken: {fault: reset}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from dropcheck.localnet.certificates import Tls
from dropcheck.localnet.errors import SiteMapError
from dropcheck.localnet.message import Request
from dropcheck.localnet.wire import Wire

_M = TypeVar("_M", bound=BaseModel)
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SOURCES = ("file", "template", "text", "redirect", "fault")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Strict):
    """What a request must be like for an answer to be given; everything named must hold."""

    user_agent: str | None = Field(default=None, description="regular expression searched in the User-Agent")
    method: str | None = None
    query: dict[str, str] = Field(default_factory=dict, description="regular expression per parameter")
    headers: dict[str, str] = Field(default_factory=dict, description="regular expression per header")
    cookie: str | None = Field(default=None, description="name of a cookie that must be present")
    first: int | None = Field(default=None, ge=1, description="only each client's first N requests")

    @field_validator("user_agent")
    @classmethod
    def _is_pattern(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            _compiles(pattern)
        return pattern

    @field_validator("query", "headers")
    @classmethod
    def _are_patterns(cls, patterns: dict[str, str]) -> dict[str, str]:
        for pattern in patterns.values():
            _compiles(pattern)
        return patterns

    def holds(self, request: Request, visit: int) -> bool:
        """Whether it holds for this client's request number `visit`, counted from 1 per route."""
        if self.user_agent is not None and not re.search(self.user_agent, request.user_agent):
            return False
        if self.method is not None and request.method != self.method:
            return False
        if self.cookie is not None and self.cookie not in request.cookies:
            return False
        if self.first is not None and visit > self.first:
            return False
        return _all_match(self.query, request.parameters) and _all_match(
            {name.lower(): pattern for name, pattern in self.headers.items()}, request.headers
        )


class Answer(_Strict):
    """One answer: a body from at most one source, and how it is sent.

    `{name}` in `redirect`, `text` and `fault` stands for a path parameter, `{query}` for the raw query and
    `{visit}` for the client's request number on this path, `{http_port}` and `{https_port}` for our ports.
    """

    when: When | None = None
    status: int | None = Field(default=None, ge=200, le=599)
    headers: dict[str, str | list[str]] = Field(default_factory=dict)
    file: str | None = Field(default=None, description="a file beside site.yaml, sent as it is")
    template: str | None = Field(default=None, description="a Jinja page beside site.yaml or in templates/")
    values: dict[str, Any] = Field(default_factory=dict, description="names for the template")
    text: str | None = None
    redirect: str | None = None
    keep_query: bool = False
    latency_ms: int = Field(default=0, ge=0)
    fault: str | None = Field(default=None, description="the name of a fault in faults.yaml")
    wire: Wire | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = [name for name in _SOURCES if getattr(self, name) is not None]
        if len(sources) > 1:
            raise ValueError(f"an answer has one body, not {' and '.join(sources)}")
        return self


class Fault(_Strict):
    """A named misbehaviour: what it is, the verdicts that are right for a link that meets it, its answers."""

    summary: str
    layer: Literal["http", "tls", "page"]
    verdicts: tuple[Literal["warn", "fail", "blocked", "error"], ...] = Field(min_length=1)
    says: str = Field(default=".", description="what the verdict's reason must say, as a regular expression")
    url: str | None = Field(default=None, description="where it is met, if not on fault.example")
    answer: tuple[Answer, ...] = ()

    @field_validator("answer", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return value if isinstance(value, list) else [value]


class Site(_Strict):
    """One host and everything it answers."""

    host: str
    folder: Path
    aliases: tuple[str, ...] = ()
    connect: Literal["accept", "reset", "hang"] = "accept"
    tls: Tls = Tls.VALID
    plain_http: Literal["redirect", "serve"] = "redirect"
    latency_ms: int = Field(default=0, ge=0)
    headers: dict[str, str | list[str]] = Field(default_factory=dict)
    values: dict[str, Any] = Field(default_factory=dict)
    routes: dict[str, tuple[Answer, ...]] = Field(default_factory=dict)

    @field_validator("routes", mode="before")
    @classmethod
    def _listed(cls, routes: Any) -> Any:
        if not isinstance(routes, dict):
            return routes
        for path in routes:
            if not isinstance(path, str) or not path.startswith("/"):
                raise ValueError(f"a route begins with a slash, {path!r} doesn't")
        return {path: a if isinstance(a, list) else [a] for path, a in routes.items()}

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        return [(_path_pattern(path), path) for path in self.routes]

    def find(self, path: str) -> tuple[str, dict[str, str]] | None:
        """The route for a path and its parameters; a literal route wins over one with parameters."""
        if path in self.routes:
            return path, {}
        for pattern, route in self._patterns:
            if found := pattern.fullmatch(path):
                return route, found.groupdict()
        return None


def load_sites(fixtures: Path) -> dict[str, Site]:
    """Reads every `sites/<host>/site.yaml`; raises SiteMapError."""
    sites: dict[str, Site] = {}
    folder = fixtures / "sites"
    if not folder.is_dir():
        raise SiteMapError(f"{folder}: no such folder; fixtures need a sites/ folder")
    for file in sorted(folder.glob("*/site.yaml")):
        site = _read(file, Site, {"host": file.parent.name, "folder": file.parent})
        for host in (site.host, *site.aliases):
            if host in sites:
                raise SiteMapError(
                    f"{file}: {host} is answered by {sites[host].folder / 'site.yaml'} already"
                )
            sites[host] = site
    return sites


def load_faults(fixtures: Path) -> dict[str, Fault]:
    """Reads `faults.yaml`, empty when there is none; raises SiteMapError."""
    file = fixtures / "faults.yaml"
    return dict(_read(file, _FaultFile, {}).faults) if file.exists() else {}


class _FaultFile(_Strict):
    faults: dict[str, Fault]


def _read(file: Path, model: type[_M], extra: dict[str, Any]) -> _M:
    text = file.read_text(encoding="utf-8")
    try:
        data = yaml.load(text, Loader=_LOADER)  # noqa: S506 -- the safe loader, in C where libyaml is there
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        raise SiteMapError(f"{file}{where}: not valid YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(data, dict):
        raise SiteMapError(f"{file}:1: expected a mapping, found {type(data).__name__}")
    try:
        return model.model_validate({**extra, **data})
    except ValidationError as error:
        first = error.errors()[0]
        path = [key for key in first["loc"] if isinstance(key, str)]
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        raise SiteMapError(f"{file}:{_line_of(tree, path)}: {'.'.join(path)}: {first['msg']}") from error


def _line_of(node: yaml.Node | None, path: list[str]) -> int:
    """The line of the deepest key of `path` that the document holds."""
    line = 1
    for key in path:
        if not isinstance(node, yaml.MappingNode):
            break
        for name, value in node.value:
            if name.value == key:
                line, node = name.start_mark.line + 1, value
                break
    return line


def _all_match(patterns: Mapping[str, str], values: Mapping[str, str]) -> bool:
    return all(re.search(pattern, values.get(name, "")) for name, pattern in patterns.items())


def _compiles(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {pattern!r} ({error})") from error


def _path_pattern(route: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)(:path)?\}", route)
    out = [re.escape(pieces[0])]
    for name, deep, literal in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        out += [f"(?P<{name}>{'.+' if deep else '[^/]+'})", re.escape(literal)]
    return re.compile("".join(out))
