"""From files to suites: read, include, fill in variables, validate, tell everything that is wrong at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from .checks import CheckReader
from .errors import MAX_PROBLEMS, Problem, SuiteError
from .explain import explain
from .find import find_suites
from .interpolate import interpolate
from .model import Link, Suite
from .registry import CheckRegistry
from .rows import link_nodes
from .scalars import inside, upc_check_digit_fits
from .tree import Node, Source, node_of, parse, read_source, real_path

#: Lists that add up over includes; every other list is replaced by the suite's own.
_ADD_UP = frozenset({"links", "checks", "tags"})
#: Keys of an included part that say something about that file alone.
_OWN_ONLY = frozenset({"version", "include"})


def load_suite(path: Path | str, registry: CheckRegistry, environ: Mapping[str, str] | None = None) -> Suite:
    """Load one suite file with the parts it includes, without the further suites it includes.

    `environ` is where ``${DROPCHECK_VAR_…}`` is looked up (default: the process's). Raises `SuiteError` with
    everything that is wrong with it.
    """
    file = Path(path)
    return _Loading(file, registry, os.environ if environ is None else environ).suite()


def load_file(
    path: Path | str, registry: CheckRegistry, environ: Mapping[str, str] | None = None
) -> list[Suite]:
    """Load one suite file and the suites it includes: files that name their own ``suite:``.

    A file that holds nothing but such includes gives no suite of its own. Raises `SuiteError` with everything
    that is wrong with any of them.
    """
    return _load_files([Path(path)], registry, environ)


def load_suites(
    paths: Iterable[Path | str], registry: CheckRegistry, environ: Mapping[str, str] | None = None
) -> list[Suite]:
    """Load suite files, the suites of folders and those they include, in order, each file once.

    Raises `SuiteError` with the problems of all of them.
    """
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            files += find_suites(Path(path))
        except SuiteError as error:
            problems += error.problems
    return _load_files(files, registry, environ, problems)


def _load_files(
    files: Iterable[Path],
    registry: CheckRegistry,
    environ: Mapping[str, str] | None,
    problems: Iterable[Problem] = (),
) -> list[Suite]:
    found, suites = list(problems), list[Suite]()
    waiting, seen = list(files), set[Path]()
    while waiting:
        file = waiting.pop(0)
        real = real_path(file)
        if real in seen:
            continue
        seen.add(real)
        loading = _Loading(file, registry, os.environ if environ is None else environ)
        try:
            suite = loading.suite()
            suites += [suite] if suite.links or suite.checks else []
        except SuiteError as error:
            found += error.problems
        waiting[:0] = loading.further
    if found:
        raise SuiteError(found)
    return suites


def parse_suite(
    text: str, registry: CheckRegistry, environ: Mapping[str, str] | None = None, label: str = "suite"
) -> Suite:
    """Load a suite from text, which can name no files; raises `SuiteError`."""
    loading = _Loading(None, registry, os.environ if environ is None else environ, label)
    return loading.suite_of(Source(label, text))


def suite_from_data(data: Mapping[str, Any], registry: CheckRegistry, label: str = "suite") -> Suite:
    """Make a suite from plain data, which can name no files; raises `SuiteError`."""
    loading = _Loading(None, registry, {}, label)
    return loading.suite_of_tree(node_of(data, Source(label)))


class _Loading:
    """One suite on its way from its file to its model."""

    def __init__(
        self, file: Path | None, registry: CheckRegistry, environ: Mapping[str, str], label: str | None = None
    ) -> None:
        self._file = file
        self._root = None if file is None else real_path(file.parent)
        self._registry = registry
        self._environ = environ
        self._label = label or str(file)
        #: Suites that this one includes, named so that they can be opened.
        self.further: list[Path] = []
        self._problems: list[Problem] = []
        self._included_files: set[Path] = set()
        self._unfilled: set[tuple[str, int, int]] = set()

    def suite(self) -> Suite:
        assert self._file is not None
        return self.suite_of(read_source(self._file, self._label))

    def suite_of(self, source: Source) -> Suite:
        tree = self._parsed(source)
        if tree is None:
            raise self._error()
        tree = self._completed(tree, source, ())
        self._add_rows(tree)
        return self.suite_of_tree(tree)

    def suite_of_tree(self, tree: Node) -> Suite:
        suite = self._validated(tree)
        if self._problems or suite is None:
            raise self._error()
        return suite

    def _error(self) -> SuiteError:
        """The suite's own file first, then the others, top to bottom; one complaint per unset variable."""
        told: set[tuple[str, int, int]] = set()
        kept: list[Problem] = []
        for problem in dict.fromkeys(self._problems):
            place = (problem.file, problem.line, problem.column)
            if place in self._unfilled and place in told:
                continue
            told.add(place)
            kept.append(problem)
        kept.sort(key=lambda p: (p.file != self._label, p.file, p.line, p.column))
        if len(kept) > MAX_PROBLEMS:
            kept[MAX_PROBLEMS:] = [Problem(self._label, 0, 0, "there are more problems; these are the first")]
        return SuiteError(kept)

    def _parsed(self, source: Source) -> Node | None:
        try:
            tree = parse(source)
        except SuiteError as error:
            self._problems += error.problems
            return None
        if not isinstance(tree.value, dict):
            hint = "a suite begins with `suite: its-name`; its links stand under `links:`"
            self._problems.append(tree.problem(f"a suite is a mapping of keys, this is {tree.kind()}", hint))
            return None
        return tree

    def _completed(self, tree: Node, source: Source, chain: tuple[Path, ...]) -> Node:
        """The tree with its variables filled in and its parts taken over."""
        assert isinstance(tree.value, dict)
        self._fill(tree)
        here = (*chain, real_path(source.path)) if source.path is not None else chain
        includes = _members(tree.value.get("include"))
        for node in includes:
            included = self._included(node, source, here)
            if included is not None:
                assert isinstance(included.value, dict)
                for key in _OWN_ONLY & included.value.keys():
                    del included.value[key]
                tree = _merged(tree, included)
        return tree

    def _fill(self, tree: Node) -> None:
        problems = interpolate(tree, self._environ)
        self._problems += problems
        self._unfilled |= {(problem.file, problem.line, problem.column) for problem in problems}

    def _included(self, node: Node, source: Source, chain: tuple[Path, ...]) -> Node | None:
        file = self._file_of(node, source)
        if file is None:
            return None
        if file in self._included_files and file not in chain:
            return None  # by way of two includes: once is enough
        self._included_files.add(file)
        if file in chain:
            names = " → ".join(path.name for path in (*chain[chain.index(file) :], file))
            self._problems.append(
                node.problem(f"these files include each other: {names}", "remove one of the includes")
            )
            return None
        label = self._label_of(file)
        try:
            part = read_source(file, label)
        except SuiteError as error:
            self._problems += error.problems
            return None
        tree = self._parsed(part)
        if tree is None or not isinstance(tree.value, dict):
            return None
        if "suite" in tree.value:
            self.further.append(Path(label))
            return None
        return self._completed(tree, part, chain)

    def _add_rows(self, tree: Node) -> None:
        assert isinstance(tree.value, dict)
        rows: list[Node] = []
        for node in _members(tree.value.get("links_from")):
            file = self._file_of(node, node.source)
            if file is None:
                continue
            try:
                rows += link_nodes(read_source(file, self._label_of(file)))
            except SuiteError as error:
                self._problems += error.problems
        if not rows:
            return
        own = tree.value.get("links")
        if own is None or own.value is None:
            own = Node([], tree.source, tree.line, tree.column)
        if isinstance(own.value, list):
            links = Node([*own.value, *rows], own.source, own.line, own.column)
            for row in rows:
                self._fill(row)
            tree.value["links"] = links

    def _file_of(self, node: Node, source: Source) -> Path | None:
        if not isinstance(node.value, str):
            self._problems.append(node.problem(f"a file name is expected, not {node.kind()}"))
            return None
        if self._root is None or source.path is None:
            self._problems.append(node.problem("a file can only be named by a suite that is a file itself"))
            return None
        try:
            return inside(node.value, source.path.parent, self._root)
        except PydanticCustomError as error:
            context = error.context or {}
            self._problems.append(node.problem(str(context.get("what")), str(context.get("hint"))))
            return None

    def _label_of(self, file: Path) -> str:
        assert self._file is not None
        assert self._root is not None
        return str(self._file.parent / file.relative_to(self._root))

    def _validated(self, tree: Node) -> Suite | None:
        data: dict[str, Any] = {key: value for key, value in tree.data().items() if value is not None}
        given = "profiles" in data
        context = {"root": self._root}
        reader = CheckReader(self._registry, tree, self._label, context)
        reader.read(data)
        self._problems += reader.problems
        try:
            suite = Suite.model_validate(data, context=context)
        except ValidationError as error:
            self._problems += explain(error, Suite, tree, (), self._label)
            return None
        suite = suite.model_copy(
            update={"suite": suite.suite or self._own_name(), "links": _named(suite.links)}
        )
        suite._tree, suite._folder, suite._label = tree, self._root, self._label
        suite._path = real_path(self._file) if self._file is not None else None
        suite._profiles_given = given
        self._check_whole(suite)
        suite._warnings = tuple(_warnings(suite))
        return suite

    def _own_name(self) -> str:
        stem = self._file.stem if self._file is not None else self._label
        return _slug(stem) or "suite"

    def _check_whole(self, suite: Suite) -> None:
        if not suite.links and not suite.checks and not self.further and not self._problems:
            hint = "add `links:` with at least one `- url: https://…`"
            self._problems.append(suite.problem((), "this suite has nothing to check", hint))
        if not suite.profiles:
            self._problems.append(
                suite.problem(("profiles",), "no profile is named", "leave `profiles` out for the usual four")
            )
        first: dict[str, int] = {}
        for number, link in enumerate(suite.links):
            if link.name in first:
                earlier = suite.problem(("links", first[link.name], "name"), "")
                hint = f"the first is in {earlier.file}, line {earlier.line}; give each link its own name"
                message = f"two links are called `{link.name}`"
                self._problems.append(suite.problem(("links", number, "name"), message, hint))
            first.setdefault(link.name, number)


def _warnings(suite: Suite) -> list[Problem]:
    found: list[Problem] = []
    if suite.release.upc is not None and not upc_check_digit_fits(suite.release.upc):
        message = "the last digit of this UPC doesn't fit the others (GS1 check digit)"
        problem = suite.problem(("release", "upc"), message, "compare it with the distributor's")
        found.append(
            Problem(
                problem.file,
                problem.line,
                problem.column,
                message,
                problem.hint,
                problem.source_line,
                problem.path,
                "warning",
            )
        )
    return found


def _members(node: Node | None) -> Sequence[Node]:
    if node is None or node.value is None:
        return ()
    return node.value if isinstance(node.value, list) else (node,)


def _merged(own: Node, theirs: Node) -> Node:
    """Return `own` with what it doesn't say itself: mappings key by key, links and checks before its own."""
    assert isinstance(own.value, dict)
    assert isinstance(theirs.value, dict)
    # A new node: an alias may share `own` with another place.
    values, keys = dict(own.value), dict(own.keys)
    for key, other in theirs.value.items():
        mine = values.get(key)
        if mine is None or mine.value is None:
            values[key] = other
            if key in theirs.keys:
                keys[key] = theirs.keys[key]
        elif key in _ADD_UP and isinstance(mine.value, list) and isinstance(other.value, list):
            values[key] = Node([*other.value, *mine.value], mine.source, mine.line, mine.column)
        elif isinstance(mine.value, dict) and isinstance(other.value, dict):
            values[key] = _merged(mine, other)
    return Node(values, own.source, own.line, own.column, keys=keys)


def _named(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Give links without a name one made from their address, so that it stays when their order changes."""
    taken = {link.name for link in links}
    named: list[Link] = []
    for link in links:
        if not link.name:
            parts = urlsplit(link.url)
            base = _slug(f"{parts.hostname or ''}{parts.path}")[:60].strip("-.") or "link"
            name, number = base, 2
            while name in taken:
                name, number = f"{base}-{number}", number + 1
            taken.add(name)
            link = link.model_copy(update={"name": name})
        named.append(link)
    return tuple(named)


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text).strip("-").lower()
