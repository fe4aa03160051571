"""YAML as a tree of nodes that know where they stand, in the text as it was typed.

Plain scalars keep their text: ``2:58``, ``NO``, ``0859712345678`` and ``1989`` mean what was typed and not
what YAML 1.1 would make of them; the models turn text into numbers and dates where they expect one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import yaml

from .errors import MAX_PROBLEMS, Problem, SuiteError

#: The largest file that is read, in bytes.
MAX_BYTES = 10 * 1024 * 1024
#: The deepest nesting that is read; a suite needs about eight.
MAX_DEPTH = 40
#: How many values one file may hold; a link with its checks is about 25.
MAX_NODES = 500_000
#: How many nodes aliases may add in all; anything above is a YAML bomb.
MAX_ALIASED_NODES = 50_000

#: A place further right than this is told without its line.
_LONGEST_LINE = 20_000

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
#: JSON writes a character beyond U+FFFF as two escapes, which YAML refuses; YAML's own is ``\UXXXXXXXX``.
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(eq=False)
class Source:
    """A text file of a suite: `label` is how messages call it, `path` where it is (None: not a file)."""

    label: str
    text: str = ""
    path: Path | None = None

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines as YAML counts them."""
        return _LINE_BREAK.split(self.text)

    def problem(self, line: int, column: int, message: str, hint: str = "", path: str = "") -> Problem:
        """Return a problem at `line` and `column` (from 1) with the line itself."""
        shown = self.lines[line - 1] if 0 < line <= len(self.lines) and column <= _LONGEST_LINE else ""
        shown = shown[: column + 200]
        return Problem(self.label, line, column, message, hint, shown, path)


class Text(str):
    """A scalar's text that remembers its node, so that a file name knows the folder it was written in."""

    __slots__ = ("node",)
    node: Node

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        # Copied or sent to another process it is a plain text.
        return str, (str(self),)


@dataclass(eq=False, slots=True)
class Node:
    """One YAML node. `value` is text, None (YAML's null), a list of nodes or a mapping of key to node.

    `typed` is the text before variables were put in, which is what messages may show. `size` counts the
    nodes below and `height` their levels, each alias in full. `keys` holds a mapping's own keys; those
    merged with ``<<`` have none.
    """

    value: str | list[Node] | dict[str, Node] | None
    source: Source
    line: int
    column: int
    typed: str | None = None
    plain: bool = False
    size: int = 1
    height: int = 1
    keys: dict[str, Node] = field(default_factory=dict)

    def data(self) -> Any:
        """Return the tree as lists, dictionaries, `Text` and None."""
        if isinstance(self.value, dict):
            return {key: node.data() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.data() for node in self.value]
        if self.value is None:
            return None
        text = Text(self.value)
        text.node = self
        return text

    def problem(self, message: str, hint: str = "", path: str = "") -> Problem:
        """Return a problem that points at this node."""
        return self.source.problem(self.line, self.column, message, hint, path)

    def kind(self) -> str:
        """Return what this node is, in words for a message."""
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, list):
            return "a list"
        return "nothing" if self.value is None else f"`{shorten(self.typed or self.value)}`"


def shorten(text: str, most: int = 60) -> str:
    """Return `text` on one line, cut to `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def real_path(path: Path) -> Path:
    """Return `path` with symbolic links resolved, as far as they lead anywhere.

    `Path.resolve` raises on links that lead in circles; `read_source` says so in words.
    """
    return Path(os.path.realpath(path))


def read_source(path: Path, label: str) -> Source:
    """Read a text file.

    Raises `SuiteError` when it is missing, not a regular file, above `MAX_BYTES` or not Unicode text.
    """
    try:
        if not path.exists():
            _refuse(label, "there is no such file")
        if not path.is_file():
            _refuse(label, "this is not a file")
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as reason:
        said = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
        _refuse(label, f"cannot be read: {said}")
    return Source(label, decode(raw, label), path)


def decode(raw: bytes, label: str) -> str:
    """Return the text of a file (UTF-8, or UTF-16 with its byte order mark); raises `SuiteError`."""
    if len(raw) > MAX_BYTES:
        _refuse(label, f"is larger than {MAX_BYTES // 2**20} MB", "split it into several suites")
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as reason:
        line = raw.count(b"\n", 0, reason.start) + 1
        raise SuiteError(
            [Problem(label, line, 1, "this line is not UTF-8 text", "save the file as UTF-8")]
        ) from None


def parse(source: Source) -> Node:
    """Parse YAML or JSON text into its tree.

    Raises `SuiteError` for text that is no YAML, is empty, holds several documents, custom tags, duplicate
    or non-text keys, an unknown or recursive alias, a YAML bomb or nesting deeper than `MAX_DEPTH`.
    """
    builder = _Builder(source)
    try:
        return builder.build()
    except yaml.MarkedYAMLError as reason:
        raise SuiteError([_syntax_problem(source, reason)]) from None
    except yaml.reader.ReaderError as reason:
        at = reason.position if isinstance(reason.position, int) else 0
        line = source.text.count("\n", 0, at) + 1
        # Text of another encoding without its mark: every second byte is one.
        hint = "save the file as UTF-8" if source.text.count("\0") > 1 else "remove it"
        raise SuiteError(
            [source.problem(line, 1, "this line holds a character that YAML doesn't allow", hint)]
        ) from None
    except UnicodeEncodeError as reason:
        line = source.text.count("\n", 0, reason.start) + 1
        raise SuiteError([source.problem(line, 1, "this line holds half a character", "remove it")]) from None


def node_of(data: Any, source: Source) -> Node:
    """Return plain data (mappings, lists, texts, numbers, truth values, None) as nodes without a place."""
    if isinstance(data, Mapping):
        return Node({str(key): node_of(value, source) for key, value in data.items()}, source, 0, 0)
    if isinstance(data, (list, tuple)):
        return Node([node_of(value, source) for value in data], source, 0, 0)
    if data is None:
        return Node(None, source, 0, 0)
    text = str(data).lower() if isinstance(data, bool) else str(data)
    return Node(text, source, 0, 0, typed=text)


_NO_SPACE = re.compile(r"\s*(?:-\s+)?[A-Za-z_]+:(?=[^\s/])")


def _syntax_problem(source: Source, reason: yaml.MarkedYAMLError) -> Problem:
    what = reason.problem or reason.context or "this is not YAML"
    mark = reason.problem_mark or reason.context_mark
    if "quoted scalar" in (reason.context or "") and "end of stream" in what and reason.context_mark:
        mark, what = reason.context_mark, "this quote is never closed"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    line = min(line, len(source.lines))
    shown = source.lines[line - 1]
    above = source.lines[line - 2] if line > 1 else ""
    hint = ""
    if "mapping values are not allowed" in what and (match := _NO_SPACE.match(above)):
        return source.problem(
            line - 1, match.end() + 1, "not valid YAML: no space after the colon", "add one"
        )
    if "\t" in shown[: len(shown) - len(shown.lstrip())]:
        hint = "indent with spaces; YAML doesn't allow tabs"
    elif "${" in shown:
        hint = 'put quotes around it: "${DROPCHECK_VAR_…}"'
    elif "mapping values are not allowed" in what:
        hint = "put quotes around a value that holds a colon, and each key on its own line"
    elif "could not find expected ':'" in what:
        hint = "a colon and a space are missing after the key"
    elif "found character that cannot start any token" in what:
        hint = "put the value in quotes"
    elif "did not find expected '-'" in what or "did not find expected key" in what:
        hint = "indent this line exactly like those it belongs with"
    elif "maximum nesting depth" in what:
        # libyaml scans ahead of us, and gives up before the first of these levels reaches the builder.
        return source.problem(line, column, f"this is nested deeper than {MAX_DEPTH} levels")
    return source.problem(line, column, f"not valid YAML: {what}", hint)


def _refuse(label: str, message: str, hint: str = "") -> NoReturn:
    raise SuiteError([Problem(label, 0, 0, message, hint)])


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being filled, and the key that waits for its value."""

    node: Node
    anchor: str | None
    key: Node | None = None


class _Builder:
    """Turns the parser's events into nodes, without recursion and within the limits."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._anchors: dict[str, Node] = {}
        self._nodes = 0
        self._aliased = 0
        self._duplicates: list[Problem] = []

    def build(self) -> Node:
        root: Node | None = None
        events: Iterator[Any] = yaml.parse(_for_yaml(self._source.text), Loader=_Loader)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._fail(event, "a second document begins here", "keep one suite in one file")
                root = self._document(events)
        if root is None or root.value is None:
            _refuse(self._source.label, "this file is empty", "a suite begins with `suite: its-name`")
        if self._duplicates:
            raise SuiteError(self._duplicates)
        return root

    def _document(self, events: Iterator[Any]) -> Node:
        stack: list[_Open] = []
        for event in events:
            if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                self._open(stack, event)
                continue
            if isinstance(event, yaml.ScalarEvent):
                node = self._scalar(event)
                self._remember(event.anchor, node)
            elif isinstance(event, yaml.AliasEvent):
                node = self._alias(event)
            else:  # the end of a list or mapping
                closed = stack.pop()
                node = closed.node
                self._remember(closed.anchor, node)
            if not stack:
                return node
            if len(stack) + node.height > MAX_DEPTH:
                self._fail(event, f"this is nested deeper than {MAX_DEPTH} levels")
            self._attach(stack[-1], event, node)
        raise AssertionError("the parser ends a document only after its root")

    def _open(self, stack: list[_Open], event: Any) -> None:
        self._refuse_tag(event)
        if len(stack) >= MAX_DEPTH:
            self._fail(event, f"this is nested deeper than {MAX_DEPTH} levels")
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        stack.append(_Open(self._node(event, value), event.anchor))

    def _attach(self, parent: _Open, event: Any, node: Node) -> None:
        holder = parent.node
        if isinstance(holder.value, list):
            holder.value.append(node)
            _grow(holder, node)
        elif parent.key is not None:
            self._put(holder, parent.key, node)
            parent.key = None
        elif isinstance(node.value, str) and isinstance(event, yaml.ScalarEvent):
            parent.key = node
        else:
            self._fail(event, "a key must be a word")

    def _put(self, holder: Node, key: Node, node: Node) -> None:
        assert isinstance(holder.value, dict)
        assert isinstance(key.value, str)
        name = key.value
        if name == "<<" and key.plain:
            self._merge(holder, key, node)
        elif name in holder.keys:
            hint = f"the first is on line {holder.keys[name].line}; keep one"
            if len(self._duplicates) < MAX_PROBLEMS:
                self._duplicates.append(key.problem(f"`{shorten(name)}` is given twice", hint))
        else:
            holder.value[name] = node
            holder.keys[name] = key
            _grow(holder, node)

    def _merge(self, holder: Node, key: Node, node: Node) -> None:
        """YAML's ``<<``: the mapping's own key wins, wherever it stands; of several merges, the first."""
        assert isinstance(holder.value, dict)
        for part in node.value if isinstance(node.value, list) else [node]:
            if not isinstance(part.value, dict):
                raise SuiteError([key.problem("`<<` takes a mapping, or a list of mappings")])
            for name, value in part.value.items():
                if name not in holder.value:
                    holder.value[name] = value
                    _grow(holder, value)

    def _node(self, event: Any, value: Any) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._fail(event, f"this file holds more than {MAX_NODES} values", "split it into several suites")
        mark = event.start_mark
        return Node(value, self._source, mark.line + 1, mark.column + 1)

    def _scalar(self, event: Any) -> Node:
        self._refuse_tag(event)
        plain = not event.style
        is_null = plain and event.value in ("", "~", "null", "Null", "NULL")
        node = self._node(event, None if is_null else event.value)
        node.typed = event.value
        node.plain = plain
        return node

    def _remember(self, anchor: str | None, node: Node) -> None:
        if anchor is not None:
            self._anchors[anchor] = node

    def _alias(self, event: Any) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            self._fail(event, f"`*{event.anchor}` is not defined above, or stands inside itself")
        self._aliased += node.size
        if self._aliased > MAX_ALIASED_NODES:
            self._fail(event, "aliases make this file too large", "use fewer aliases")
        return node

    def _refuse_tag(self, event: Any) -> None:
        # A quoted or plain scalar comes without a tag; `!` and `!!` tags are written by hand.
        if event.tag is not None:
            self._fail(
                event, f"the tag `{shorten(event.tag)}` is not allowed", "remove it: a suite is plain data"
            )

    def _fail(self, event: Any, message: str, hint: str = "") -> NoReturn:
        mark = event.start_mark
        raise SuiteError([self._source.problem(mark.line + 1, mark.column + 1, message, hint)])


def _grow(holder: Node, node: Node) -> None:
    holder.size += node.size + 1
    holder.height = max(holder.height, node.height + 1)


_YAML_LINE_BREAKS = {0x85: "\\x85", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def _for_yaml(text: str) -> str:
    """Return a JSON text with its surrogate pairs, and what only YAML takes for line breaks, as YAML's escapes."""
    if not text.lstrip().startswith(("{", "[")):
        return text

    def joined(match: re.Match[str]) -> str:
        high, low = int(match[2], 16), int(match[3], 16)
        return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"

    return _SURROGATES.sub(joined, text).translate(_YAML_LINE_BREAKS)
