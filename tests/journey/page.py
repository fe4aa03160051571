"""What a page shows, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from dropcheck.engine.base import Box, Control, PageSurvey

_refs = count()


def control(text: str, href: str | None = None, **more: Any) -> Control:
    """Something to tap: in view, visible and free unless said otherwise."""
    fields: dict[str, Any] = {
        "ref": f"c{next(_refs)}",
        "tag": "a" if href else "button",
        "hints": (),
        "box": Box(20, 100, 200, 48),
        "visible": True,
        "in_view": True,
    }
    return Control(text=text, href=href, **{**fields, **more})


def survey(
    *controls_given: Control,
    url: str = "https://bio.example/mara",
    text: str = "",
    view_text: str = "Neon Hours",
    controls: tuple[Control, ...] = (),
    blank: bool = False,
    marks: Mapping[str, str] | None = None,
    arriving: bool = False,
    labels: tuple[Control, ...] = (),
) -> PageSurvey:
    """A page as an engine reads it."""
    return PageSurvey(
        url,
        "Neon Hours",
        text or view_text,
        view_text,
        (*controls_given, *controls),
        blank,
        marks or {},
        arriving,
        labels,
    )
