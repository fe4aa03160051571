"""Shows our script world the closed shadow trees of a page, which pages keep from scripts and DevTools sees.

No page can tell: nothing of its own is touched, and DevTools' answers leave no trace in it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from dropcheck.engine import scripts

if TYPE_CHECKING:
    from dropcheck.engine._chromium_window import ChromiumWindow

#: Closed trees within closed trees that are opened. Our choice.
_DEPTH = 3


async def with_closed_trees(window: ChromiumWindow, data: dict[str, Any]) -> dict[str, Any]:
    """Return a survey's answer, made again where closed trees may be; raises `EngineError`."""
    for _ in range(_DEPTH):
        if not data["suspects"]:
            break
        context = await window.own_world()
        roots = await _closed_roots(window, context)
        if roots:
            await window.send(
                "Runtime.callFunctionOn",
                {
                    "functionDeclaration": "function (...roots) { dropcheckPage.know(roots); }",
                    "executionContextId": context,
                    "arguments": [{"objectId": root} for root in roots],
                },
            )
        data = await window.evaluate(scripts.expression("survey"), own_world=True)
    return data


async def _closed_roots(window: ChromiumWindow, context: int) -> list[str]:
    """The closed roots of the elements that may have one, as objects of our world."""
    hosts = await window.send(
        "Runtime.evaluate", {"expression": scripts.expression("suspects"), "contextId": context}
    )
    listed = await window.send(
        "Runtime.getProperties", {"objectId": hosts["result"]["objectId"], "ownProperties": True}
    )
    elements = [
        entry["value"]["objectId"]
        for entry in listed["result"]
        if entry["name"].isdigit() and "objectId" in entry.get("value", {})
    ]
    found = await asyncio.gather(*(_root_of(window, context, element) for element in elements))
    return [root for root in found if root is not None]


async def _root_of(window: ChromiumWindow, context: int, element: str) -> str | None:
    node = (await window.send("DOM.describeNode", {"objectId": element, "pierce": True}))["node"]
    for root in node.get("shadowRoots", ()):
        if root.get("shadowRootType") == "closed":
            resolved = await window.send(
                "DOM.resolveNode", {"backendNodeId": root["backendNodeId"], "executionContextId": context}
            )
            return str(resolved["object"]["objectId"])
    return None
