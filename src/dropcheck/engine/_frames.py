"""Puts what a frame of another site shows into its page's survey, in the page's own coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dropcheck.device.model import Screen

#: A smaller frame, in CSS pixels, holds no button (``survey.js`` leaves it out as well).
_LEAST_WIDTH, _LEAST_HEIGHT = 80, 30


def merge_all(
    data: dict[str, Any],
    seen: Iterable[Mapping[str, Any]],
    screen: Screen,
    outer: str = "",
    at: tuple[float, float] = (0.0, 0.0),
) -> bool:
    """Add what frames answered, and the frames in them; return whether all answered that may hold a button.

    `seen` holds each one's name, its box in what is around it and its survey (``frames.js``); `at` is where what is
    around them lies in the viewport.
    """
    whole = True
    for one in seen:
        box = {**one["box"], "x": one["box"]["x"] + at[0], "y": one["box"]["y"] + at[1]}
        if one["inner"]:
            frame = outer + one["frame"]
            merge(data, one["inner"], frame, box, screen)
            inside = merge_all(data, one["inner"]["frames"], screen, f"{frame}/", (box["x"], box["y"]))
            whole = whole and inside
        elif box["width"] >= _LEAST_WIDTH and box["height"] >= _LEAST_HEIGHT:
            whole = False
    return whole


def merge(
    data: dict[str, Any], inner: Mapping[str, Any], frame: str, box: Mapping[str, float], screen: Screen
) -> None:
    """Add a frame's survey to its page's `data`: `box` is the frame's inside in CSS pixels of the viewport."""
    if box["width"] < 1 or box["height"] < 1:
        return
    data["controls"] += [moved(control, frame, box, screen) for control in inner["controls"]]
    data["text"] = f"{data['text']}\n{inner['text']}".strip()
    if _shows(box, screen):
        data["view_text"] = f"{data['view_text']}\n{inner['view_text']}".strip()
    data["blank"] = data["blank"] and inner["blank"]
    for mark, ref in inner["marks"].items():
        # What an advertisement in a frame keeps closed is no part of the page.
        if mark != "unread-tree":
            data["marks"].setdefault(mark, f"{frame}/{ref}" if ref else "")


def moved(control: Mapping[str, Any], frame: str, box: Mapping[str, float], screen: Screen) -> dict[str, Any]:
    """Return a frame's control with its box in the page's viewport and a `ref` that names the frame."""
    inside = control["box"]
    at = {**inside, "x": inside["x"] + box["x"], "y": inside["y"] + box["y"]}
    in_view = control["in_view"] and _shows(at, screen)
    return {**control, "ref": f"{frame}/{control['ref']}", "box": at, "in_view": in_view}


def _shows(box: Mapping[str, float], screen: Screen) -> bool:
    return (
        box["x"] < screen.width
        and box["y"] < screen.height
        and box["x"] + box["width"] > 0
        and box["y"] + box["height"] > 0
    )
