"""Validation errors as problems people can act on: where, what, what instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .errors import MAX_PROBLEMS, Problem, suggestion
from .model import Link, Suite, problem_at
from .sheet import Release
from .tree import Node, shorten

Path = tuple[str | int, ...]

#: Where a key that stands in the wrong place belongs.
_HOMES: tuple[tuple[type[BaseModel], str], ...] = (
    (Suite, "at the top of the suite"),
    (Link, "to a link, under `links:`"),
    (Release, "under `release:`"),
)


def explain(
    error: ValidationError, model: type[BaseModel], tree: Node | None, path: Path, label: str
) -> list[Problem]:
    """Return the problems of a failed validation of `model`, whose data stands at `path` of `tree`."""
    problems: dict[tuple[Any, ...], Problem] = {}
    for found in error.errors(include_url=False)[: MAX_PROBLEMS + 1]:
        steps = _real_steps(tree, path + found["loc"]) if tree else path + found["loc"]
        kind = str(found["type"])
        message, hint = _words(kind, found, model, steps, tree)
        node = _node_at(tree, steps)
        if node is not None and isinstance(node.value, str) and node.typed not in (None, node.value):
            # The value of a variable may be a secret: nothing made from it is shown.
            message, hint = re.sub(r"`[^`]*`", "`…`", message), ""
        on_key = kind in ("extra_forbidden", "missing") or found["loc"][-1:] == ("[key]",)
        problem = problem_at(tree, steps, message, hint, label, on_key=on_key)
        problems.setdefault((problem.line, problem.column, message), problem)
    return list(problems.values())


def _real_steps(tree: Node, path: Path) -> Path:
    """Drop what pydantic adds to a path for itself: ``[key]``, names of unions, indexes of a lone value."""
    steps: list[str | int] = []
    node: Node | None = tree
    for position, step in enumerate(path):
        if node is not None and isinstance(node.value, Mapping):
            if step in node.value:
                node = node.value[str(step)]
            elif position + 1 < len(path) or step == "[key]":
                continue
            else:
                node = None  # a missing key, kept for its name
        elif (
            node is not None
            and isinstance(node.value, list)
            and isinstance(step, int)
            and step < len(node.value)
        ):
            node = node.value[step]
        else:
            continue
        steps.append(step)
    return tuple(steps)


def _words(kind: str, found: Any, model: type[BaseModel], steps: Path, tree: Node | None) -> tuple[str, str]:
    context: Mapping[str, Any] = found.get("ctx") or {}
    key = str(steps[-1]) if steps else ""
    if kind == "dropcheck":
        return str(context["what"]), str(context["hint"])
    if kind == "extra_forbidden":
        return _unknown_key(key, _model_at(model, found["loc"][:-1]))
    if kind == "missing":
        return f"`{found['loc'][-1]}` is missing", f"add `{found['loc'][-1]}:` here"
    node = _node_at(tree, steps)
    shown = node.kind() if node is not None else f"`{shorten(str(found.get('input')))}`"
    if kind in ("literal_error", "enum"):
        words = re.findall(r"'([^']*)'", str(context.get("expected", ""))) or [
            str(context.get("expected", ""))
        ]
        return f"{shown} is not known for `{_field(steps)}`", suggestion(str(found.get("input")), words)
    given = "" if kind.endswith("too_short") else f", not {shown}"
    return f"`{_field(steps) or 'this'}`: {_expected(kind, context)}{given}", _form_hint(kind)


def _field(steps: Path) -> str:
    return next((step for step in reversed(steps) if isinstance(step, str)), "")


def _expected(kind: str, context: Mapping[str, Any]) -> str:
    plain = {
        "string_type": "a text is expected",
        "bool_parsing": "true or false is expected",
        "bool_type": "true or false is expected",
        "int_parsing": "a whole number is expected",
        "int_from_float": "a whole number is expected",
        "int_type": "a whole number is expected",
        "float_parsing": "a number is expected",
        "float_type": "a number is expected",
        "finite_number": "a number is expected",
        "list_type": "a list is expected",
        "tuple_type": "a list is expected",
        "dict_type": "a mapping of keys and values is expected",
        "model_type": "a mapping of keys and values is expected",
        "model_attributes_type": "a mapping of keys and values is expected",
        "too_short": "at least one entry is expected",
        "string_too_short": "some text is expected",
    }
    if kind in plain:
        return plain[kind]
    bounds = {"greater_than": ("more than", "gt"), "greater_than_equal": ("at least", "ge")}
    bounds |= {"less_than": ("less than", "lt"), "less_than_equal": ("at most", "le")}
    if kind in bounds:
        word, name = bounds[kind]
        return f"{word} {context.get(name)} is expected"
    return "another value is expected"


def _form_hint(kind: str) -> str:
    if kind in ("list_type", "tuple_type"):
        return "begin each entry with a dash and a space: `- `"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return "write `key: value` lines beneath it, indented"
    return ""


def _unknown_key(key: str, model: type[BaseModel] | None) -> tuple[str, str]:
    known = list(model.model_fields) if model is not None else []
    message = f"unknown key `{shorten(key)}`"
    for home, place in _HOMES:
        if key in home.model_fields and key not in known:
            return message, f"`{key}` belongs {place}"
    return message, suggestion(key, known)


def _model_at(model: type[BaseModel], loc: Iterable[str | int]) -> type[BaseModel] | None:
    """Return the model that describes the place `loc` below `model`."""
    current: Any = model
    for step in loc:
        inner = _model_in(current)
        if inner is not None and isinstance(step, str) and step in inner.model_fields:
            current = inner.model_fields[step].annotation
    return _model_in(current)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        arguments = arguments[1:]
    for argument in arguments:
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _node_at(tree: Node | None, steps: Path) -> Node | None:
    node = tree
    for step in steps:
        if node is None:
            return None
        if isinstance(node.value, Mapping):
            node = node.value.get(str(step))
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node
