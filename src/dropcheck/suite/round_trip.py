"""Suites that people have edited, changed by a program with their comments and layout kept (ruamel.yaml)."""

from __future__ import annotations

import io

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from .errors import Problem, SuiteError
from .tree import Source, parse


def editable(source: Source) -> CommentedMap:
    """Return a suite's document to be changed in place; raises `SuiteError` for a text that is no suite."""
    tree = parse(source)
    if not isinstance(tree.value, dict):
        hint = "a suite begins with `suite: its-name`"
        raise SuiteError([tree.problem(f"this is no suite but {tree.kind()}", hint)])
    try:
        document = _yaml().load(source.text)
    except (YAMLError, ValueError) as reason:
        # What our own reader keeps as text is made a date here, though there may be no such day.
        message = f"this suite can't be changed: {str(reason).splitlines()[0]}"
        hint = f"`dropcheck validate {source.label}` says where"
        raise SuiteError([Problem(source.label, 0, 0, message, hint)]) from None
    assert isinstance(document, CommentedMap)
    return document


def as_text(document: CommentedMap) -> str:
    """Return a document as it is written to a file."""
    stream = io.StringIO()
    _yaml().dump(document, stream)
    return stream.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
