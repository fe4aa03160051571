"""Puts what a frame of another site shows into its page's survey, in the page's own coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dropcheck.device.model import Screen


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
