"""Reads and aims inside frames of other sites, which the page's own script world can't see into.

Chromium runs with one process per page (`chromium.py`), so that one DevTools session reaches every frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dropcheck.engine import scripts
from dropcheck.engine._frames import merge, moved
from dropcheck.engine.base import EngineError

if TYPE_CHECKING:
    from dropcheck.engine._chromium_window import ChromiumWindow

#: Frames of one page that are read; advertising can bring dozens.
_MOST_FRAMES = 6


async def with_frames(window: ChromiumWindow, data: dict[str, Any]) -> dict[str, Any]:
    """Return a survey's answer with what its frames of other sites show; one that can't be read stays out."""
    unread = False
    for frame in await _foreign(window):
        try:
            _, box = await _place(window, frame)
        except EngineError:
            continue  # It isn't drawn.
        try:
            inner = await _evaluate(window, frame, scripts.expression("survey"))
        except EngineError:
            unread = True
            continue
        merge(data, inner, frame, box, window.view.settings.identity.screen)
    if not unread:
        data["marks"].pop("foreign-frame", None)
    return data


async def aim(window: ChromiumWindow, ref: str, bound_ms: int) -> dict[str, Any] | None:
    """Scroll to a control, wherever it lies, and return it once it stands still; None when it went away."""
    frame, slash, inner = ref.rpartition("/")
    script = scripts.expression("aim", inner, bound_ms)
    bound_s = bound_ms / 1000 + 1
    if not slash:
        found: dict[str, Any] | None = await window.evaluate(script, own_world=True, bound_s=bound_s)
        return found
    owner, _ = await _place(window, frame)
    await window.send("DOM.scrollIntoViewIfNeeded", {"backendNodeId": owner})
    control = await _evaluate(window, frame, script, bound_s)
    if not control:
        return None
    _, box = await _place(window, frame)
    return moved(control, frame, box, window.view.settings.identity.screen)


async def _foreign(window: ChromiumWindow) -> list[str]:
    tree = (await window.send("Page.getFrameTree"))["frameTree"]
    return [frame for _, frame in sorted(_others(tree), key=lambda found: found[0])][:_MOST_FRAMES]


def _others(tree: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[int, str]]:
    """Frames that the script in the frame around them can't see into, each with how deep it lies."""
    origin = tree["frame"].get("securityOrigin")
    for child in tree.get("childFrames", ()):
        frame = child["frame"]
        if frame["url"].startswith("http") and frame.get("securityOrigin") != origin:
            yield depth, frame["id"]
        yield from _others(child, depth + 1)


async def _place(window: ChromiumWindow, frame: str) -> tuple[int, dict[str, float]]:
    """The frame's element and the box of its inside, in CSS pixels of the viewport."""
    owner = int((await window.send("DOM.getFrameOwner", {"frameId": frame}))["backendNodeId"])
    model = (await window.send("DOM.getBoxModel", {"backendNodeId": owner}))["model"]
    xs, ys = model["content"][0::2], model["content"][1::2]
    return owner, {"x": min(xs), "y": min(ys), "width": max(xs) - min(xs), "height": max(ys) - min(ys)}


async def _evaluate(
    window: ChromiumWindow, frame: str, expression: str, bound_s: float | None = None
) -> dict[str, Any]:
    made = await window.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "dropcheck"})
    installed = f"{scripts.page_reader()}, {expression}"
    answer: dict[str, Any] = await window.evaluate(
        f"({installed})", context=int(made["executionContextId"]), bound_s=bound_s
    )
    return answer
