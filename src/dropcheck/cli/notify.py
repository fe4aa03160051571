"""Sends a message to a webhook or a Slack channel. The address is a secret and never shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx

TIMEOUT_S = 15.0
#: Tries, and the seconds between them, for a receiver that is down for a moment. Our choice.
PAUSES_S = (1.0, 5.0)


def send(url: str, message: dict[str, Any], sleep: Callable[[float], None] = time.sleep) -> str | None:
    """Post `message` as JSON; return what went wrong, in words without the address, or None."""
    host = urlsplit(url).hostname or "the webhook"
    trouble = ""
    for pause in (*PAUSES_S, None):
        try:
            answer = httpx.post(url, json=message, timeout=TIMEOUT_S, follow_redirects=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            trouble = f"the message to {host} wasn't sent ({type(error).__name__})"
        else:
            if answer.is_success:
                return None
            trouble = f"{host} refused the message ({answer.status_code})"
            if answer.status_code < 500 and answer.status_code != 429:
                return trouble
        if pause is not None:
            sleep(pause)
    return trouble
