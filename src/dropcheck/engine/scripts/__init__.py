"""Scripts the engines run inside pages, and the Python side of what they return.

`identity` makes a page see the profile's phone (before page scripts, in every frame, the page's own world).
`page_reader` installs ``dropcheckPage`` in an isolated world; `expression` spells calls of its functions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from dropcheck.device.model import Identity
from dropcheck.engine.base import Box, Control, PageSurvey


@cache
def source(name: str) -> str:
    """Return the text of one script of this package, such as ``survey.js``."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def call(name: str, *arguments: Any) -> str:
    """Return an expression that calls the function which is the whole of script `name`."""
    spelled = ", ".join(spell(argument) for argument in arguments)
    return f"({_function(name)})({spelled})"


@cache
def page_reader() -> str:
    """Return the expression that installs ``dropcheckPage`` (``survey.js``) in a world that hasn't got it yet."""
    parts = ", ".join(
        _function(name) for name in ("image_maps.js", "marks.js", "shadow_trees.js", "texts.js")
    )
    return f"({_function('survey.js')})({parts})"


@cache
def _function(name: str) -> str:
    """Return a script without the comment it opens with."""
    lines = source(name).splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if not line.startswith("//"))
    return "".join(lines[start:]).rstrip()


def spell(value: Any) -> str:
    """Return `value` as a JavaScript expression."""
    return json.dumps(value)


def identity(who: Identity) -> str:
    """Return the script that makes a page see the phone of `who`; the user agent itself is the engine's."""
    return call(
        "identity.js",
        {
            "missing": list(who.missing),
            "globals": list(who.globals),
            "platform": who.platform,
            "touchPoints": who.touch_points,
            "languages": list(who.languages),
            "hints": who.client_hints is not None,
        },
    )


def expression(function: str, *arguments: Any) -> str:
    """Return a call of one of ``dropcheckPage``'s functions; `page_reader` must have run in that world."""
    return f"dropcheckPage.{function}({', '.join(spell(argument) for argument in arguments)})"


def survey_of(data: Mapping[str, Any]) -> PageSurvey:
    """Read what ``dropcheckPage.survey()`` returned."""
    return PageSurvey(
        url=str(data["url"]),
        title=str(data["title"]),
        text=str(data["text"]),
        view_text=str(data["view_text"]),
        controls=tuple(control_of(control) for control in data["controls"]),
        labels=tuple(control_of(label) for label in data["labels"]),
        blank=bool(data["blank"]),
        marks=dict(data["marks"]),
        arriving=bool(data["arriving"]),
    )


def control_of(data: Mapping[str, Any]) -> Control:
    """Read a control as ``dropcheckPage`` describes it."""
    return Control(
        ref=data["ref"],
        tag=data["tag"],
        text=data["text"],
        href=data["href"],
        hints=tuple(data["hints"]),
        box=Box(**{side: float(data["box"][side]) for side in ("x", "y", "width", "height")}),
        visible=data["visible"],
        in_view=data["in_view"],
        enabled=data["enabled"],
        covered_by=data["covered_by"],
        target=data["target"],
        near=data["near"],
    )
