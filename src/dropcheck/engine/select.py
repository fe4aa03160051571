"""Which engine stands for a phone's browser: ``--engine webkit=auto|playwright|webkitgtk``, ``ios=chromium``.

An iPhone runs on WebKit: Playwright's where it is installed, else the system's WebKitGTK. Android runs on
Chromium. An iPhone is only put on Chromium when that is asked for, or when WebKitGTK refuses its app's user agent
(Facebook's), and every such case says so.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dropcheck.device.model import Profile
from dropcheck.engine.base import Engine
from dropcheck.engine.browsers import find_webkit
from dropcheck.network import EgressProxy

CHROMIUM, WEBKIT, WEBKITGTK = "chromium", "webkit", "webkitgtk"
ENGINES = (CHROMIUM, WEBKIT, WEBKITGTK)

#: What may stand on either side of ``--engine SUBJECT=ENGINE``.
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "webkit": {"auto": "auto", "playwright": WEBKIT, "webkitgtk": WEBKITGTK},
    "ios": {"webkit": "auto", "chromium": CHROMIUM},
    "android": {"chromium": CHROMIUM},
}

#: What a result says whose phone ran on another engine than it has.
COSTUME_NOTE = "ran on Chromium in an iPhone's identity"


_WORD = r"[\w!#$%&'*+.^`|~-]+"
_PRODUCT = rf"{_WORD}(?:/{_WORD})?"

#: Why a phone was put on Chromium unasked.
_UNWEARABLE = "because WebKitGTK refuses its app's user agent"


class EngineChoiceError(ValueError):
    """An ``--engine`` choice could not be read; the message says which and what it could be."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Names each profile's engine; `webkit` is which WebKit, `ios` what stands for an iPhone's browser."""

    webkit: str = "auto"
    ios: str = "auto"

    @classmethod
    def parse(cls, choices: Iterable[str] = ()) -> EngineChoice:
        """Read ``--engine`` choices, the last one of a subject winning; raises `EngineChoiceError`."""
        chosen: dict[str, str] = {}
        for text in choices:
            subject, equals, engine = text.strip().lower().partition("=")
            allowed = _CHOICES.get(subject)
            if not equals or allowed is None or engine not in allowed:
                raise EngineChoiceError(_explained(text, subject, allowed))
            chosen[subject] = allowed[engine]
        return cls(webkit=chosen.get("webkit", "auto"), ios=chosen.get("ios", "auto"))

    def engine_of(self, profile: Profile, environment: Mapping[str, str] | None = None) -> str:
        """Return the name of the engine `profile` runs on here (one of `ENGINES`)."""
        if profile.engine == CHROMIUM or self.ios == CHROMIUM:
            return CHROMIUM
        webkit = self._webkit(os.environ if environment is None else environment)
        return CHROMIUM if webkit == WEBKITGTK and not _can_wear(profile) else webkit

    def _webkit(self, environment: Mapping[str, str]) -> str:
        if self.webkit != "auto":
            return self.webkit
        # WebKitGTK is only to be had on Linux; elsewhere the one to ask for is Playwright's.
        return WEBKIT if find_webkit(environment) is not None or sys.platform != "linux" else WEBKITGTK

    def note_of(self, profile: Profile) -> str | None:
        """Return what results of `profile` must say about their engine; None when it is the phone's own."""
        if profile.engine != WEBKIT or self.engine_of(profile) != CHROMIUM:
            return None
        return COSTUME_NOTE if self.ios == CHROMIUM else f"{COSTUME_NOTE}, {_UNWEARABLE}"


def _can_wear(profile: Profile) -> bool:
    """Return whether WebKitGTK takes the profile's agent; it keeps its own in the place of one that is none.

    Products and comments as in RFC 9110, 10.1.5 (WebKit's `isValidUserAgentHeaderValue`).
    """
    agent, inner = "", profile.identity.user_agent
    while inner != agent:
        agent, inner = inner, re.sub(r"\s\([^()]*\)", "", inner)
    return re.fullmatch(rf"{_PRODUCT}(?:\s+{_PRODUCT})*\s*", agent, re.ASCII) is not None


def make_engine(name: str, proxy: EgressProxy) -> Engine:
    """Return the engine called `name` (one of `ENGINES`), not yet started, with `proxy` as its way out."""
    if name == CHROMIUM:
        from dropcheck.engine.chromium import ChromiumEngine

        return ChromiumEngine(proxy)
    if name == WEBKIT:
        from dropcheck.engine.webkit import WebKitEngine

        return WebKitEngine(proxy)
    if name == WEBKITGTK:
        from dropcheck.engine.webkitgtk import WebKitGtkEngine

        return WebKitGtkEngine(proxy)
    raise ValueError(f"there is no engine called {name!r}")


def _explained(text: str, subject: str, allowed: Mapping[str, str] | None) -> str:
    if allowed is None:
        shown = ", ".join(f"{name}={'|'.join(engines)}" for name, engines in _CHOICES.items())
        return f"--engine {text}: write one of {shown}"
    return f"--engine {text}: {subject} can be {' or '.join(allowed)}"
