"""A profile's identity in the Chrome DevTools Protocol's words, and in Playwright's."""

from __future__ import annotations

from typing import Any

from dropcheck.device.model import ClientHints, Identity


def context_options(identity: Identity) -> dict[str, Any]:
    """Return Playwright's context options; they hold for a popup from its first moment."""
    return {
        "user_agent": identity.user_agent,
        "viewport": {"width": identity.screen.width, "height": identity.screen.height},
        "screen": {"width": identity.screen.width, "height": identity.screen.height},
        "device_scale_factor": identity.screen.scale,
        "is_mobile": True,
        "has_touch": identity.touch_points > 0,
        "locale": identity.locale,
        "timezone_id": identity.timezone,
    }


def set_up_commands(identity: Identity) -> list[tuple[str, dict[str, Any]]]:
    """Return the CDP commands that complete an identity on one target.

    Playwright's own `user_agent` leaves the engine's client-hint brands in place; without metadata the
    override sends no hints at all, which is what iOS does.
    """
    override: dict[str, Any] = {
        "userAgent": identity.user_agent,
        "acceptLanguage": ",".join(identity.languages),
        "platform": identity.platform,
    }
    if identity.client_hints is not None:
        override["userAgentMetadata"] = _metadata(identity.client_hints)
    commands: list[tuple[str, dict[str, Any]]] = [
        ("Emulation.setUserAgentOverride", override),
        (
            "Emulation.setTouchEmulationEnabled",
            {"enabled": identity.touch_points > 0, "maxTouchPoints": max(identity.touch_points, 1)},
        ),
        (
            # Playwright set the same on its own session; a screenshot only honours its own session's.
            "Emulation.setDeviceMetricsOverride",
            {
                "width": identity.screen.width,
                "height": identity.screen.height,
                "screenWidth": identity.screen.width,
                "screenHeight": identity.screen.height,
                "deviceScaleFactor": identity.screen.scale,
                # Left out, Chromium calls any screen a landscape.
                "screenOrientation": {"type": "portraitPrimary", "angle": 0},
                "mobile": True,
            },
        ),
    ]
    if not identity.third_party_cookies:
        commands.append(
            (
                "Network.setCookieControls",
                {
                    "enableThirdPartyCookieRestriction": True,
                    "disableThirdPartyCookieMetadata": True,
                    "disableThirdPartyCookieHeuristics": True,
                },
            )
        )
    return commands


def _metadata(hints: ClientHints) -> dict[str, Any]:
    return {
        "brands": [{"brand": brand.brand, "version": brand.version} for brand in hints.brands],
        "fullVersionList": [{"brand": brand.brand, "version": brand.full_version} for brand in hints.brands],
        "platform": hints.platform,
        "platformVersion": hints.platform_version,
        "architecture": hints.architecture,
        "bitness": hints.bitness,
        "model": hints.model,
        "mobile": hints.mobile,
        "wow64": False,
    }
