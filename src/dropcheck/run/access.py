"""What a suite gives for its protected hosts: headers for the requests, and values that must not leave."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping

from dropcheck.suite import Suite


def access_of(suite: Suite) -> dict[str, dict[str, str]]:
    """Return the headers a suite sends to its protected hosts, by host."""
    found: dict[str, dict[str, str]] = {}
    for host, access in suite.access.items():
        headers = {name: value.get_secret_value() for name, value in access.headers.items()}
        if access.basic is not None:
            pair = f"{access.basic.username.get_secret_value()}:{access.basic.password.get_secret_value()}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        found[host] = headers
    return found


def environment_with(access: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the process's environment and these headers' values as redaction takes secrets.

    Values count with and without their ``Basic`` or ``Bearer``, and a password by itself.
    """
    values = {value for headers in access.values() for value in headers.values()}
    values |= {value.partition(" ")[2] for value in values if " " in value}
    values |= {_password(value) for value in values}
    named = {f"DROPCHECK_ACCESS_{number}_SECRET": value for number, value in enumerate(sorted(values))}
    return {**os.environ, **named}


def _password(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
