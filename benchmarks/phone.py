"""The browser and the phone that every side uses."""

from __future__ import annotations

from typing import Any

from dropcheck.device.load import load_profiles
from dropcheck.engine.browsers import find_chromium, is_root

#: Chrome on Android: both browsers of that phone are Chromium, so one binary serves every side.
PROFILE = "chrome-android"

_IDENTITY = load_profiles()[PROFILE].identity

#: Playwright's context options for it, as its `devices` would have them.
CONTEXT: dict[str, Any] = {
    "user_agent": _IDENTITY.user_agent,
    "viewport": {"width": _IDENTITY.screen.width, "height": _IDENTITY.screen.height},
    "device_scale_factor": _IDENTITY.screen.scale,
    "is_mobile": True,
    "has_touch": True,
    "locale": _IDENTITY.locale,
    "ignore_https_errors": True,
}

SWITCHES = ["--no-sandbox"] if is_root() else []


def executable() -> str:
    """Return the Chromium that dropcheck itself would use."""
    found = find_chromium()
    if found is None:
        raise SystemExit("No Chromium here; run `dropcheck install`.")
    return found.path
