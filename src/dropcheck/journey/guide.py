"""Recognises a page that shows the fan how to open it in the real browser."""

from __future__ import annotations

import re

from dropcheck.device.model import Os
from dropcheck.engine.base import PageSurvey

# The menu entry as in-app browsers name it, in the languages their overlays are seen in: "Open in browser",
# "Open in external browser", "Open in Safari". Source: guided overlays 2024-26 (reference on in-app
# browsers, 2.2 to 2.5 and 3.2). The wording of other languages is an assumption.
_ENTRY = re.compile(
    r"""
    \b(?:open|view|continue)\b[^.!?\n]{0,24}?\bin\b[^.!?\n]{0,24}?\b(?P<en>browser|safari|chrome)\b
    | \bopen\s+(?P<en2>safari|chrome)\b
    | \bim?\b[^.!?\n]{0,24}?\b(?P<de>browser|safari|chrome)\b[^.!?\n]{0,12}?\böffnen
    | \b(?P<de2>browser|safari|chrome)\b[^.!?\n]{0,6}\böffnen
    | \bouvrir\b[^.!?\n]{0,16}?\bdans\b[^.!?\n]{0,16}?\b(?P<fr>navigateur|safari|chrome)\b
    | \babrir\b[^.!?\n]{0,8}?\b(?:en|no)\b[^.!?\n]{0,16}?\b(?P<es>navegador|safari|chrome)\b
    | \bapri\b[^.!?\n]{0,16}?\b(?:nel|in|con)\b[^.!?\n]{0,16}?\b(?P<it>browser|safari|chrome)\b
    | \bopenen\b[^.!?\n]{0,8}?\bin\b[^.!?\n]{0,16}?\b(?P<nl>browser|safari|chrome)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WRONG_BROWSER = {Os.IOS: "chrome", Os.ANDROID: "safari"}


def recognise_guide(survey: PageSurvey, os: Os) -> str | None:
    """Return the words on screen that show the way to the real browser, or None.

    They count when they are visible without scrolling, are not the label of a control (that would be a link,
    not a guide) and name no browser that this phone's system doesn't have by default.
    """
    labels = {" ".join(control.text.split()).lower() for control in survey.controls if control.text}
    for line in survey.view_text.splitlines():
        words = " ".join(line.split())
        if not words or words.lower() in labels:
            continue
        for match in _ENTRY.finditer(words):
            browser = next(group for group in match.groupdict().values() if group).lower()
            if browser != _WRONG_BROWSER[os]:
                return words[:200]
    return None
