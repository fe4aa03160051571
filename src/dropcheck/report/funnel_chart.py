"""The funnel as a drawing: bands whose width falls with the fans that are left."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 640
BAND = 46
STEP = 44
_NARROWEST = 26


@dataclass(frozen=True, slots=True)
class Band:
    """One stage: its place in the drawing (SVG user units) and what it says; rates are shares, 0 to 1."""

    stage: str
    count: int | None
    rate: float | None
    low: float | None
    high: float | None
    leak: bool
    top: float
    points: str
    link_points: str | None
    rate_y: float


@dataclass(frozen=True, slots=True)
class FunnelChart:
    """A funnel ready to be drawn; `height` in SVG user units."""

    bands: tuple[Band, ...]
    height: float
    width: int = WIDTH


def funnel_chart(funnel: Mapping[str, Any]) -> FunnelChart | None:
    """Return the drawing of a release's funnel, or None when it has fewer than two stages with numbers."""
    stages = [stage for stage in _list(funnel.get("stages")) if isinstance(stage, Mapping)]
    if sum(_number(stage.get("count")) is not None for stage in stages) < 2:
        return None
    widths = _widths([_number(stage.get("count")) for stage in stages])
    leak = str(funnel.get("weakest") or "")
    bands = []
    for position, (stage, width) in enumerate(zip(stages, widths, strict=True)):
        top = position * (BAND + STEP)
        below = widths[position + 1] if position + 1 < len(widths) else None
        name = str(stage.get("stage") or stage.get("name") or position + 1)
        benchmark = _list(stage.get("benchmark"))
        count = _number(stage.get("count"))
        bands.append(
            Band(
                stage=name,
                count=None if count is None else int(count),
                rate=_number(stage.get("rate")),
                low=_number(benchmark[0]) if len(benchmark) == 2 else None,
                high=_number(benchmark[1]) if len(benchmark) == 2 else None,
                leak=bool(leak) and name == leak,
                top=top,
                points=_trapezoid(width, width, top, top + BAND),
                link_points=None
                if below is None
                else _trapezoid(width, below, top + BAND, top + BAND + STEP),
                rate_y=top - STEP / 2,
            )
        )
    return FunnelChart(tuple(bands), len(bands) * (BAND + STEP) - STEP)


def _widths(counts: Sequence[float | None]) -> list[float]:
    """Return a width for each count: by order of magnitude: a true scale would hide all but the first."""
    logs = [math.log10(count + 1) if count is not None else None for count in counts]
    most = max((log for log in logs if log is not None), default=1.0) or 1.0
    widths: list[float] = []
    for log in logs:
        before = widths[-1] if widths else float(WIDTH)
        widths.append(before if log is None else max(_NARROWEST, WIDTH * log / most))
    return widths


def _trapezoid(upper: float, lower: float, top: float, bottom: float) -> str:
    middle = WIDTH / 2
    corners = (
        (middle - upper / 2, top),
        (middle + upper / 2, top),
        (middle + lower / 2, bottom),
        (middle - lower / 2, bottom),
    )
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return float(value)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
