"""Links from a spreadsheet (`links_from`): CSV with a header line, or one JSON object a line (JSONL)."""

from __future__ import annotations

import csv
import io
import re

from .errors import Problem, SuiteError, suggestion
from .model import Link
from .tree import Node, Source, parse, shorten

#: A cell holds these as words separated by blanks, `|` or (where the column separator is another) `;`.
_WORD_LISTS = frozenset({"profiles", "tags", "variants", "phones", "checks"})
_COLUMNS = tuple(Link.model_fields)


def link_nodes(source: Source) -> list[Node]:
    """Return one mapping node per row; raises `SuiteError`."""
    name = source.path.name.casefold() if source.path is not None else source.label.casefold()
    return _from_jsonl(source) if name.endswith((".jsonl", ".ndjson")) else _from_csv(source)


def _from_jsonl(source: Source) -> list[Node]:
    nodes: list[Node] = []
    problems: list[Problem] = []
    for number, line in enumerate(source.text.split("\n"), start=1):
        if not line.strip():
            continue
        if not line.lstrip().startswith("{"):
            problems.append(
                source.problem(
                    number, 1, "each line is one JSON object", '{"name": "bio", "url": "https://…"}'
                )
            )
            continue
        try:
            node = parse(Source(source.label, line, source.path))
        except SuiteError as error:
            problems += [source.problem(number, p.column or 1, p.message, p.hint) for p in error.problems]
            continue
        _move(node, source, number - 1)
        nodes.append(node)
    if problems:
        raise SuiteError(problems)
    return nodes


def _move(node: Node, source: Source, lines: int) -> None:
    """Give a node parsed from a single line its place in the whole file."""
    waiting, seen = [node], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        node.source, node.line = source, node.line + lines
        if isinstance(node.value, dict):
            waiting += [*node.value.values(), *node.keys.values()]
        elif isinstance(node.value, list):
            waiting += node.value


def _from_csv(source: Source) -> list[Node]:
    header = source.lines[0] if source.lines else ""
    # Spreadsheets of many countries write `;` where others write `,`.
    separator = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [cell.strip().casefold() for cell in next(reader, [])]
        _check_header(source, columns)
        nodes: list[Node] = []
        line = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                nodes.append(_row(source, columns, row, line, separator))
            line = reader.line_num + 1
    except csv.Error as reason:
        raise SuiteError([source.problem(max(reader.line_num, 1), 1, f"not valid CSV: {reason}")]) from None
    return nodes


def _check_header(source: Source, columns: list[str]) -> None:
    problems: list[Problem] = []
    for column in columns:
        if column not in _COLUMNS:
            hint = suggestion(column, _COLUMNS) if column else f"the columns are: {', '.join(_COLUMNS)}"
            problems.append(source.problem(1, 1, f"unknown column `{shorten(column)}`", hint))
    if "url" not in columns and not problems:
        problems.append(source.problem(1, 1, "there is no column `url`", "the first line names the columns"))
    if len(set(columns)) != len(columns):
        problems.append(source.problem(1, 1, "a column is named twice"))
    if problems:
        raise SuiteError(problems)


def _row(source: Source, columns: list[str], row: list[str], line: int, separator: str) -> Node:
    if len(row) > len(columns):
        hint = f"put quotes around a cell that holds `{separator}`"
        raise SuiteError([source.problem(line, 1, f"{len(row)} cells in {len(columns)} columns", hint)])
    cells: dict[str, Node] = {}
    for column, cell in zip(columns, row, strict=False):
        text = cell.strip()
        if text:
            words = [word for word in re.split(r"[\s|;,]+", text) if word]
            value: str | list[Node] = text
            if column in _WORD_LISTS:
                value = [Node(word, source, line, 1, typed=word) for word in words]
            cells[column] = Node(value, source, line, 1, typed=text)
    return Node(dict(cells), source, line, 1, keys=dict(cells))
