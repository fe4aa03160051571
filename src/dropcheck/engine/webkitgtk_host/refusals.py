"""What a page may ask its host app for and does not get: permissions, files, full screen, paper."""

from __future__ import annotations

from typing import Any


def refuse_asked(web: Any) -> list[int]:
    """Refuse all of it, unseen by the page where it can be; return the signal handlers."""

    def handled(*_: Any) -> bool:
        return True

    def denied(_web: Any, request: Any) -> bool:
        request.deny()
        return True

    def cancelled(_web: Any, request: Any) -> bool:
        request.cancel()
        return True

    quiet = ("show-notification", "enter-fullscreen", "context-menu", "print")
    return [
        web.connect("permission-request", denied),
        web.connect("run-file-chooser", cancelled),
        *(web.connect(signal, handled) for signal in quiet),
    ]
