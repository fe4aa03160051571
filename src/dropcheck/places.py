"""Where the data folders are: beside the code in a checkout, inside the package when installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """Return the folder `name` (``suites``, ``device_profiles``, ``fixtures``); raises `FileNotFoundError`."""
    checkout = _PACKAGE.parent.parent
    candidates = (_PACKAGE / "_data" / name, checkout / name)
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"dropcheck's folder {name!r} is missing from this installation")
