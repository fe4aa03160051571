"""Pictures of a page as PNG."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import cairo


def packed(surface: Any, width: int) -> str:
    """Return a picture as PNG in base64, `width` pixels wide: one for each CSS pixel of the viewport.

    Packing the pixels of a phone's screen (three times as many each way) takes the host a third of the time
    that it has for a view, in which all others wait.
    """
    scale = width / surface.get_width()
    picture = surface
    if scale < 1:
        picture = cairo.ImageSurface(cairo.FORMAT_RGB24, width, round(surface.get_height() * scale))
        context = cairo.Context(picture)
        context.scale(scale, scale)
        context.set_source_surface(surface)
        context.get_source().set_filter(cairo.FILTER_GOOD)
        context.paint()
    png = BytesIO()
    picture.write_to_png(png)
    return base64.b64encode(png.getvalue()).decode("ascii")
