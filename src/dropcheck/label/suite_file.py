"""Writes and updates imported suites: what the schedule says anew goes in, what a person wrote stays.

Three versions are held against each other: what the last import wrote, what the file says now, and what the
schedule says now. Where only the schedule changed, it wins; where a person changed the file, the person does.
Comments and layout stay (ruamel.yaml).
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from dropcheck.suite.errors import Problem, SuiteError
from dropcheck.suite.registry import CheckRegistry
from dropcheck.suite.round_trip import as_text, editable
from dropcheck.suite.tree import Source, read_source

from .errors import ScheduleError
from .schedule import KEY_KINDS, PlannedSuite

STATE_FILE = ".dropcheck-import.json"
_HEADER = """\
# yaml-language-server: $schema=./suite.schema.json
# Imported from {source}. Edit it as you like: the next import keeps what you changed.
"""
Path_ = tuple[str, ...]
#: Lists whose members are found by what they are and not by their place, and the keys that say it.
_LISTS: tuple[Path_, ...] = (("links",), ("release", "tracks"))
_FOUND_BY = frozenset({"name", "disc", "position"})
_NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one release's file: created, updated or unchanged, and what was kept as a person
    wrote it."""

    file: Path
    text: str
    what: str
    kept: tuple[Problem, ...]


class ImportState:
    """What the last import wrote, by suite, kept beside the suites."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / STATE_FILE
        self._suites: dict[str, dict[str, Any]] = {}
        try:
            document = json.loads(self._file.read_text("utf-8"))
            self._suites = {str(name): dict(one) for name, one in document["suites"].items()}
            for name, one in self._suites.items():
                self.base(name)
                set(one.get("keys", ()))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            message = "what the last import wrote can't be read"
            hint = "remove the file: what differs from the schedule then counts as your own edit"
            raise ScheduleError([Problem(str(self._file), 0, 0, message, hint)]) from None

    def names_of(self, suites: Sequence[PlannedSuite]) -> list[str]:
        """Return the name each release had in an earlier import, else its own; no two are alike.

        A code that says more wins: one recording (ISRC) may be on several products (UPC), each a release.
        """
        earlier: dict[str, list[str]] = {}
        for name, one in self._suites.items():
            for key in one.get("keys", ()):
                earlier.setdefault(str(key), []).append(name)
        names: dict[int, str] = {}
        taken: set[str] = set()
        for kind in KEY_KINDS:
            for at, suite in enumerate(suites):
                mine = (
                    name for key in suite.keys if key.startswith(f"{kind}:") for name in earlier.get(key, ())
                )
                found = next((name for name in mine if name.casefold() not in taken), None)
                if at not in names and found is not None:
                    names[at] = found
                    taken.add(found.casefold())
        for at, suite in enumerate(suites):
            if at not in names:
                names[at] = self._own_name(suite, taken)
                taken.add(names[at].casefold())
        return [names[at] for at in range(len(suites))]

    def _own_name(self, suite: PlannedSuite, taken: set[str]) -> str:
        """The release's own name, or that with a code behind it where another release has or had it."""

        def is_free(name: str) -> bool:
            had = self._suites.get(name, {}).get("keys", ())
            # One code that differs is a correction, all of several are another release.
            both = {_kind(key) for key in had} & {_kind(key) for key in suite.keys}
            return name.casefold() not in taken and len(both) < 2

        codes = [key.partition(":")[2] for key in suite.keys]
        numbers = map(str, itertools.count(2))
        ways = (f"{suite.name[:60]}-{end}" for end in itertools.chain(codes, numbers))
        return next(name for name in itertools.chain([suite.name], ways) if is_free(name))

    def base(self, name: str) -> dict[Path_, Any]:
        """Return what the last import wrote into suite `name`."""
        values: Mapping[str, Any] = self._suites.get(name, {}).get("values", {})
        return {tuple(json.loads(path)): value for path, value in values.items()}

    def gone(self, names: set[str]) -> list[str]:
        """Return the suites of earlier imports that aren't among `names`."""
        return [name for name in self._suites if name not in names]

    def remember(self, suite: PlannedSuite) -> None:
        """Take in what this import writes."""
        values = {json.dumps(list(path)): value for path, value in fields(suite.data)}
        self._suites[suite.name] = {"keys": list(suite.keys), "values": values}

    def write(self) -> None:
        """Keep it for the next import."""
        note = "Written by `dropcheck import`; it tells your edits from the schedule's."
        document = {"note": note, "suites": self._suites}
        part = self._file.with_name(f"{self._file.name}.part")
        part.write_text(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
        part.replace(self._file)


def _kind(key: str) -> str:
    return key.partition(":")[0]


def imported(suite: PlannedSuite, folder: Path, base: Mapping[Path_, Any], source: str) -> Imported:
    """Return the new text of a release's file; raises `ScheduleError` for a file that can't be read."""
    file = folder / f"{suite.name}.yaml"
    if not file.exists():
        return Imported(file, _new(suite, source), "created", ())
    before = _source(file)
    document = _document(before)
    kept = list(_merge(document, base, suite))
    after = as_text(document)
    same = as_text(_document(before)) == after
    return Imported(file, before.text if same else after, "unchanged" if same else "updated", tuple(kept))


def fields(data: Mapping[str, Any], path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Yield a suite's values by path; links go by name and tracks by disc and number, not by place."""
    for key, value in data.items():
        here = (*path, str(key))
        if here in _LISTS:
            for number, member in enumerate(value, start=1):
                yield from fields(member, (*here, _member_key(here, member, number)))
        elif isinstance(value, Mapping):
            yield from fields(value, here)
        else:
            yield here, value


def _member_key(path: Path_, member: Any, number: int) -> str:
    """What a link or track is found by; a track without a position is counted, as suites do."""
    if not isinstance(member, Mapping):
        return ""
    if path == ("links",):
        return str(member.get("name", ""))
    return f"{member.get('disc', 1)}-{member.get('position', number)}"


def _merge(document: CommentedMap, base: Mapping[Path_, Any], suite: PlannedSuite) -> Iterator[Problem]:
    wanted = dict(fields(suite.data))
    for path, value in wanted.items():
        mine, last = _get(document, path), base.get(path, _NOTHING)
        if _same(mine, value):
            continue
        if _same(mine, last):
            _set(document, path, value)
        elif not _same(last, value):
            yield _kept(suite, path, mine, value)
    gone = [path for path, last in base.items() if path not in wanted and _same(_get(document, path), last)]
    _remove(document, gone, wanted)


def _kept(suite: PlannedSuite, path: Path_, mine: Any, value: Any) -> Problem:
    cell = suite.cells.get(path)
    place = cell.place if cell is not None else f"{suite.name}.yaml"
    said = "you removed it" if mine is _NOTHING else f"you wrote {_shown(mine)}"
    message = f"{suite.name}.yaml keeps its own `{'.'.join(path)}`: {said}, the schedule says {_shown(value)}"
    return Problem(place, 0, 0, message, "make them agree, or leave it so", severity="warning")


def _shown(value: Any) -> str:
    text = json.dumps(_plain(value), ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _same(one: Any, other: Any) -> bool:
    if one is _NOTHING or other is _NOTHING:
        return one is other
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    """A value as text all the way down, so that `178` and `"178"` are the same."""
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    return "" if value is None else str(value)


def _member(node: Any, path: Path_, at: int) -> Any:
    """The child of `node` that `path[at]` names, or `_NOTHING`."""
    key = path[at]
    if isinstance(node, list):
        numbered = enumerate(node, start=1)
        return next((one for number, one in numbered if _member_key(path[:at], one, number) == key), _NOTHING)
    return node.get(key, _NOTHING) if isinstance(node, Mapping) else _NOTHING


def _get(node: Any, path: Path_) -> Any:
    for at in range(len(path)):
        node = _member(node, path, at)
        if node is _NOTHING:
            return _NOTHING
    return node


def _set(node: Any, path: Path_, value: Any) -> None:
    for at in range(len(path) - 1):
        child = _member(node, path, at)
        if child is _NOTHING or child is None:
            if isinstance(node, list):
                child = CommentedMap()
                node.append(child)
                # A link is its name, a track its disc and number: later values find it by them.
                _name_member(child, path[: at + 1])
            else:
                is_list = path[: at + 1] in _LISTS
                child = node[path[at]] = CommentedSeq() if is_list else CommentedMap()
        node = child
    node[path[-1]] = _yaml(value)


def _name_member(child: CommentedMap, path: Path_) -> None:
    if path[0] == "links":
        child["name"] = path[-1]
        return
    disc, _, position = path[-1].partition("-")
    if disc != "1":
        child["disc"] = int(disc)
    child["position"] = int(position)


def _remove(document: CommentedMap, gone: Sequence[Path_], wanted: Iterable[Path_]) -> None:
    """Take values away, and the links and tracks nobody wants any more of which nothing else is left.

    What a link or a track is found by goes with it, and never before the rest of it.
    """
    still = {_member_of(path) for path in wanted}
    members = dict.fromkeys(member for path in gone if (member := _member_of(path)) and member not in still)
    found = [(_get(document, member[:-1]), _get(document, member)) for member in members]
    for path in gone:
        parent = _get(document, path[:-1])
        if isinstance(parent, Mapping) and not (_member_of(path) in members and path[-1] in _FOUND_BY):
            del parent[path[-1]]  # type: ignore[attr-defined]
    for holder, one in found:
        if isinstance(one, Mapping) and not set(one) - _FOUND_BY - {"checks"}:
            del holder[next(at for at, other in enumerate(holder) if other is one)]
    for place in {member[:-1] for member in members}:
        if _get(document, place) == []:
            del _get(document, place[:-1])[place[-1]]


def _member_of(path: Path_) -> Path_ | None:
    """The path of the link or track that `path` is of, if it is of one."""
    return next((path[: len(at) + 1] for at in _LISTS if path[: len(at)] == at and len(path) > len(at)), None)


def _yaml(value: Any) -> Any:
    if isinstance(value, Mapping):
        made = CommentedMap({key: _yaml(member) for key, member in value.items()})
        if value and not any(isinstance(member, (Mapping, list)) and member for member in value.values()):
            made.fa.set_flow_style()
        return made
    if isinstance(value, (list, tuple)):
        made_list = CommentedSeq(_yaml(member) for member in value)
        if all(isinstance(member, str) for member in value):
            made_list.fa.set_flow_style()
        return made_list
    return value


def _new(suite: PlannedSuite, source: str) -> str:
    document = CommentedMap({"version": 1})
    for key, value in suite.data.items():
        if key in ("links",) or key == "release":
            document[key] = CommentedMap() if key == "release" else CommentedSeq()
        else:
            document[key] = _yaml(value)
    for name, value in suite.data["release"].items():
        members = (
            CommentedSeq(CommentedMap({k: _yaml(v) for k, v in track.items()}) for track in value)
            if (name == "tracks")
            else _yaml(value)
        )
        document["release"][name] = members
    for link in suite.data.get("links", ()):
        document["links"].append(CommentedMap({key: _yaml(value) for key, value in link.items()}))
    return _HEADER.format(source=" ".join(source.split())) + as_text(document)


def _source(file: Path) -> Source:
    try:
        return read_source(file, str(file))
    except SuiteError as error:
        raise ScheduleError(error.problems) from None


def _document(source: Source) -> CommentedMap:
    """The file as it stands, which must have a suite's shape to be compared part by part."""
    try:
        document = editable(source)
    except SuiteError as error:
        raise ScheduleError(error.problems) from None
    release, links = document.get("release"), document.get("links")
    tracks = release.get("tracks") if isinstance(release, Mapping) else None
    shapes = (("release", release, Mapping), ("links", links, list), ("release.tracks", tracks, list))
    for key, value, wanted in shapes:
        if value is not None and not isinstance(value, wanted):
            hint = f"`dropcheck validate {source.label}` says what stands there"
            problem = Problem(source.label, 0, 0, f"`{key}` isn't what a suite holds there", hint)
            raise ScheduleError([problem])
    return document


def refused_by_suites(one: Imported, registry: CheckRegistry) -> list[Problem]:
    """Return what `dropcheck validate` would say of a file that is about to be written."""
    from dropcheck.suite import load_suite

    if "${" in one.text:
        # Variables a person put in have their values where the suite runs, not here.
        return []
    part = one.file.with_name(f".{one.file.name}.part")
    part.write_text(one.text, "utf-8")
    try:
        load_suite(part, registry, {})
    except SuiteError as error:
        name = str(part)
        return [
            Problem(
                str(one.file) if problem.file == name else problem.file,
                problem.line,
                problem.column,
                problem.message,
                problem.hint,
                problem.source_line,
            )
            for problem in error.problems
        ]
    finally:
        part.unlink(missing_ok=True)
    return []
