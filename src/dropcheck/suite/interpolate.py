"""Variables of the environment in a suite: ``${DROPCHECK_VAR_NAME}``, and nothing else.

Credentials have other names, so a suite that somebody sends cannot read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .errors import Problem
from .tree import Node, shorten

PREFIX = "DROPCHECK_VAR_"
_VARIABLE = re.compile(r"(\$?)\$\{([^}]*)(\}?)")
_NAME = re.compile(rf"{PREFIX}[A-Za-z0-9_]+")


def interpolate(root: Node, environ: Mapping[str, str]) -> list[Problem]:
    """Put variables into every value below `root`; ``$${`` stands for a plain ``${``. Returns what is wrong.

    A variable that is empty counts as unset: that is how a CI shows a secret it doesn't have.
    """
    problems: list[Problem] = []
    for node in _scalars(root):
        text = node.value
        if isinstance(text, str) and "${" in text:
            node.value = _filled(node, text, environ, problems)
    return problems


def _filled(node: Node, text: str, environ: Mapping[str, str], problems: list[Problem]) -> str:
    def put(match: re.Match[str]) -> str:
        escaped, name, closed = match.groups()
        if escaped:
            return match[0][1:]
        problem = _refusal(name, bool(closed), environ)
        if problem is None:
            return environ[name]
        problems.append(node.problem(*problem))
        return match[0]

    return _VARIABLE.sub(put, text)


def _refusal(name: str, closed: bool, environ: Mapping[str, str]) -> tuple[str, str] | None:
    if not closed:
        return "`${` has no closing `}`", "write `$${` for a plain `${`"
    if not _NAME.fullmatch(name):
        shown = shorten(name, 40)
        word = re.sub(r"[^A-Z0-9_]", "_", name.upper()) or "NAME"
        better = name if name.startswith(PREFIX) else f"{PREFIX}{shorten(word, 40)}"
        return (
            f"`${{{shown}}}` cannot be read by a suite",
            f"only names that begin with {PREFIX} can (such as `${{{better}}}`); `$${{` is a plain `${{`",
        )
    if not environ.get(name):
        return f"the variable {name} is not set", f"set it before the run: export {name}=…"
    return None


def _scalars(root: Node) -> Iterator[Node]:
    # An alias shares its node, which must be filled only once.
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node.value, dict):
            waiting.extend(reversed(node.value.values()))
        elif isinstance(node.value, list):
            waiting.extend(reversed(node.value))
        else:
            yield node
