"""What the host is told when a view is opened, from the view's settings."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from dropcheck.engine import scripts
from dropcheck.engine.base import ViewSettings

#: Windows one view may have open at once.
WINDOW_LIMIT = 8
_AGENT_WORLD = "dropcheck"


def wanted_of(settings: ViewSettings, proxy: str, *, insecure: bool) -> dict[str, Any]:
    """Return the `wanted` of the host's ``open`` request."""
    who = settings.identity
    state = settings.storage_state or {}
    now = time.time()
    screen = {"width": who.screen.width, "height": who.screen.height}
    page_scripts: list[dict[str, Any]] = [
        {"source": scripts.source("webkitgtk_agent.js"), "world": _AGENT_WORLD},
        {"source": scripts.page_reader(), "world": _AGENT_WORLD},
        {"source": scripts.call("frames.js", secrets.token_hex(16)), "world": _AGENT_WORLD},
        {"source": scripts.identity(who)},
        {"source": scripts.call("webkitgtk_identity.js", screen)},
    ]
    if state.get("origins"):
        page_scripts.append({"source": _restored(state)})
    return {
        "proxy": proxy,
        # With --insecure the proxy verifies the certificates of unmapped hosts itself.
        "ignore_tls": insecure,
        "user_agent": who.user_agent,
        "languages": list(who.languages),
        "timezone": who.timezone,
        "third_party_cookies": who.third_party_cookies,
        **screen,
        "service_workers": settings.service_workers,
        "windows_with_gesture": settings.windows_with_gesture.value,
        "windows_without_gesture": settings.windows_without_gesture.value,
        "dialogs": settings.dialogs.value,
        "window_limit": WINDOW_LIMIT,
        "cookies": [{**cookie, "now": now} for cookie in state.get("cookies", ())],
        "scripts": page_scripts,
    }


def _restored(state: Any) -> str:
    """Return a script that fills local storage of the origins a storage state knows, where it is empty."""
    stored = {
        origin["origin"]: {item["name"]: item["value"] for item in origin.get("localStorage", ())}
        for origin in state["origins"]
    }
    return f"""(() => {{
      const items = {json.dumps(stored)}[location.origin];
      if (!items || localStorage.length) return;
      for (const [name, value] of Object.entries(items)) localStorage.setItem(name, value);
    }})()"""
