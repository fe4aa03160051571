"""Draws what a Chromium window shows."""

from __future__ import annotations

import asyncio
import base64
import time

from dropcheck.engine._chromium_window import COMMAND_BOUND_S, ChromiumWindow
from dropcheck.engine.base import EngineError

#: Pixels of a picture per CSS pixel. Drawing and packing every pixel of a phone's screen costs as much as the
#: rest of the visit's rendering (benchmarks/README.md), and a report shows the picture smaller than that.
PICTURE_SCALE = 1.0


async def draw(window: ChromiumWindow, screen_scale: float) -> bytes | None:
    """Return a PNG of the viewport, or None where the window draws none; never raises.

    `screen_scale` is how many pixels of the phone's screen make one CSS pixel.
    """
    end = time.monotonic() + COMMAND_BOUND_S
    while time.monotonic() < end and not (window.is_gone or window.is_crashed):
        try:
            return await _capture(window, screen_scale, end)
        except EngineError:
            # Before the first frame there is nothing to capture; the next frame may be under way.
            await asyncio.sleep(0.05)
    return None


async def _capture(window: ChromiumWindow, screen_scale: float, end: float) -> bytes:
    """Draw what the visual viewport shows; the page notices nothing of the picture's own scale."""
    metrics = await window.send("Page.getLayoutMetrics", bound_s=end - time.monotonic())
    seen = metrics["cssVisualViewport"]
    clip = {
        "x": seen["pageX"],
        "y": seen["pageY"],
        "width": seen["clientWidth"],
        "height": seen["clientHeight"],
        "scale": min(1.0, PICTURE_SCALE / screen_scale),
    }
    shot = await window.send(
        "Page.captureScreenshot",
        {"format": "png", "optimizeForSpeed": True, "clip": clip},
        max(end - time.monotonic(), 0.0),
    )
    return base64.b64decode(shot["data"])
