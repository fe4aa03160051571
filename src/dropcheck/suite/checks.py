"""The `checks:` of a suite: each entry is a check's name, or one key with its options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from .errors import MAX_PROBLEMS, Problem, choices, did_you_mean
from .explain import explain
from .model import CheckCall, CheckExtras, problem_at
from .registry import CheckRegistry, CheckSpec
from .tree import Node, shorten

Path = tuple[str | int, ...]
_EXTRAS = frozenset(CheckExtras.model_fields)


class CheckReader:
    """Reads every `checks:` of one suite's data and collects what is wrong with them."""

    def __init__(
        self, registry: CheckRegistry, tree: Node | None, label: str, context: dict[str, Any]
    ) -> None:
        self._registry, self._tree, self._label, self._context = registry, tree, label, context
        self.problems: list[Problem] = []

    def read(self, data: dict[str, Any]) -> None:
        """Put `CheckCall`s in the place of the entries in `data`; an entry that is wrong is left out."""
        if "checks" in data:
            data["checks"] = self._list(data["checks"], ("checks",), in_link=False)
        links = data.get("links")
        for number, link in enumerate(links if isinstance(links, list) else []):
            if len(self.problems) > MAX_PROBLEMS and isinstance(link, dict):
                link.pop("checks", None)
            if isinstance(link, dict) and "checks" in link:
                link["checks"] = self._list(link["checks"], ("links", number, "checks"), in_link=True)

    def _list(self, entries: Any, path: Path, *, in_link: bool) -> list[CheckCall]:
        if isinstance(entries, str):
            entries = [entries]
        if not isinstance(entries, list):
            example = next(iter(entries), "escape") if isinstance(entries, dict) else "escape"
            self._wrong(
                path, "`checks` is a list", f"begin each check with a dash: `- {shorten(example, 30)}: …`"
            )
            return []
        calls = [self._call(entry, (*path, number), in_link=in_link) for number, entry in enumerate(entries)]
        found = [call for call in calls if call is not None]
        self._refuse_twins(found)
        return found

    def _call(self, entry: Any, path: Path, *, in_link: bool) -> CheckCall | None:
        if isinstance(entry, str):
            name, raw = str(entry), None
        elif isinstance(entry, dict) and entry:
            names = [key for key in entry if key in self._registry] or list(entry)
            name, raw = names[0], entry[names[0]]
            path = (*path, name)
            for other in entry:
                if other != name:
                    hint = (
                        f"move it inside `{name}:`"
                        if other in _EXTRAS
                        else "one check is one entry: begin it with `- `"
                    )
                    self._wrong(
                        (*path[:-1], other), f"`{shorten(other, 40)}` stands beside `{name}`", hint, key=True
                    )
        else:
            self._wrong(path, "this is not a check", "write its name, or `name: {options}`")
            return None
        spec = self._registry.get(name)
        if spec is None:
            word = name.partition("{")[0].strip()
            if word in self._registry:
                self._wrong(path, f"a colon is missing after `{word}`", f"write `{word}: {{…}}`")
                return None
            best = did_you_mean(name, self._registry.names())
            known = choices(self._registry.names())
            self._wrong(
                path,
                f"there is no check `{shorten(name, 40)}`",
                f"did you mean `{best}`?" if best else f"the checks are: {known}",
                key=True,
            )
            return None
        if in_link and spec.scope == "release":
            self._wrong(
                path,
                f"`{name}` checks the release, not a link",
                "put it under the `checks:` of the suite",
                key=True,
            )
            return None
        return self._validated(spec, raw, path)

    def _validated(self, spec: CheckSpec, raw: Any, path: Path) -> CheckCall | None:
        if raw is not None and not isinstance(raw, dict):
            self._wrong(
                path, f"`{spec.name}` takes options as a mapping", f"write `{spec.name}: {{option: value}}`"
            )
            return None
        given: dict[str, Any] = raw or {}
        own = {
            key: value
            for key, value in given.items()
            if key not in _EXTRAS or key in spec.options.model_fields
        }
        extra = {key: value for key, value in given.items() if key not in own}
        options = self._model(spec.options, own, path)
        extras = self._model(CheckExtras, extra, path)
        if options is None or not isinstance(extras, CheckExtras):
            return None
        return CheckCall(spec.name, options, extras, path)

    def _model(self, model: type[BaseModel], data: dict[str, Any], path: Path) -> BaseModel | None:
        try:
            return model.model_validate(data, context=self._context)
        except ValidationError as error:
            self.problems += explain(error, model, self._tree, path, self._label)
            return None

    def _refuse_twins(self, calls: list[CheckCall]) -> None:
        seen: set[tuple[str, str | None]] = set()
        for call in calls:
            mark = (call.check, call.extras.name)
            if mark in seen:
                self._wrong(
                    call.path,
                    f"`{call.check}` stands here twice",
                    "give each its own `name:` inside its options",
                    key=True,
                )
            seen.add(mark)

    def _wrong(self, path: Path, message: str, hint: str, *, key: bool = False) -> None:
        self.problems.append(problem_at(self._tree, path, message, hint, self._label, on_key=key))


def link_calls(calls: tuple[CheckCall, ...], registry: CheckRegistry, scope: str) -> Iterator[CheckCall]:
    """Yield the calls whose check is of `scope`."""
    for call in calls:
        spec = registry.get(call.check)
        if spec is not None and spec.scope == scope:
            yield call
