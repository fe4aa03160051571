"""Turns a profile's rows into the settings of the view that stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dropcheck.device.model import Mechanism, Os, Profile, Topic
from dropcheck.engine.base import DialogPolicy, SyntheticAnswer, ViewSettings, WindowPolicy
from dropcheck.handoff.model import Navigation
from dropcheck.handoff.rows import Facts, Play, RowReader
from dropcheck.result import Cause

#: Seconds a tap stands behind what a script does. Sources: WebKit Source/WebCore/dom/UserGestureIndicator.h
#: (reference on in-app browsers, 3.3); WHATWG HTML, transient activation, which Chromium sets to five seconds.
IOS_GESTURE_S = 1.0
ANDROID_GESTURE_S = 5.0

_WINDOWS = {
    Mechanism.NO_WINDOW: WindowPolicy.NULL,
    Mechanism.REPLACES_PAGE: WindowPolicy.REPLACES,
    Mechanism.OPENS_WINDOW: WindowPolicy.OPENS,
}


def view_settings(
    profile: Profile,
    play: Play,
    *,
    synthetic: Mapping[str, SyntheticAnswer] | None = None,
    access: Mapping[str, Mapping[str, str]] | None = None,
    send_analytics: bool = False,
    storage_state: Mapping[str, Any] | None = None,
) -> ViewSettings:
    """Return how a view of `profile` behaves when contested rows are played as `play`."""
    reader = RowReader(profile, play)

    def windows(*, gesture: bool) -> WindowPolicy:
        row = reader.find(Topic.POPUP, Navigation("", Cause.POPUP, gesture), Facts())
        return _WINDOWS.get(row.mechanism, WindowPolicy.NULL) if row is not None else WindowPolicy.NULL

    gesture_s = IOS_GESTURE_S if profile.os is Os.IOS else ANDROID_GESTURE_S
    dialog = reader.find(Topic.DIALOG, Navigation("", Cause.SCRIPT, gesture=False), Facts())
    swallows = dialog is not None and dialog.mechanism is Mechanism.SWALLOWS_DIALOG
    return ViewSettings(
        identity=profile.identity,
        windows_with_gesture=windows(gesture=True),
        windows_without_gesture=windows(gesture=False),
        dialogs=DialogPolicy.SWALLOWS if swallows else DialogPolicy.SHOWS,
        gesture_s=gesture_s,
        service_workers="navigator.serviceWorker" not in profile.identity.missing,
        synthetic=synthetic or {},
        access=access or {},
        storage_state=storage_state,
        send_analytics=send_analytics,
    )
