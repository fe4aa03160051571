"""Writes the results document so that a reader never sees half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from dropcheck.result import Results
from dropcheck.run.errors import OutputError

NAME = "results.json"


def write_results(results: Results, file: Path, *, pictures: Path | None = None) -> Path:
    """Write `results` to `file` in one step; raises `OutputError`.

    `pictures` is the folder that the names of screenshots are relative to, when that isn't the file's own. A pipe
    or a device (``/dev/stdout``, ``>(jq .)``) is written to as it is.
    """
    if file.exists() and not (file.is_file() or file.is_dir()):
        return _piped(results, file)
    document = with_pictures_from(results, pictures, file.parent) if pictures is not None else results
    # A link stays one: what it leads to is what gets a new content.
    real = Path(os.path.realpath(file))
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(document.to_json() + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            part.chmod(0o666 & ~_umask())
            part.replace(real)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"{file}: the results can't be written ({error.strerror})") from None
    return file


def _piped(results: Results, file: Path) -> Path:
    try:
        with file.open("w", encoding="utf-8") as stream:
            stream.write(results.to_json() + "\n")
    except OSError as error:
        raise OutputError(f"{file}: the results can't be written ({error.strerror})") from None
    return file


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current


def with_pictures_from(results: Results, pictures: Path, to: Path) -> Results:
    """Return `results`, whose pictures and traces are named from the folder `pictures`, naming them from `to`."""
    if to.resolve() == pictures.resolve():
        return results
    try:
        prefix = Path(os.path.relpath(pictures.resolve(), to.resolve())).as_posix()
    except ValueError:
        # Another drive on Windows: no relative path leads there.
        prefix = pictures.resolve().as_posix()
    moved = results.model_copy(deep=True)
    for case in moved.cases:
        _move(case.data, "trace", prefix)
        for hop in [*case.hops, *(case.otherwise.hops if case.otherwise is not None else [])]:
            if hop.screenshot:
                hop.screenshot = f"{prefix}/{hop.screenshot}"
    for release in moved.releases:
        _move(release.sound, "cover_file", prefix)
        for artwork in release.artwork:
            _move(artwork, "file", prefix)
    return moved


def _move(named: dict[str, Any], key: str, prefix: str) -> None:
    if isinstance(named.get(key), str) and named[key]:
        named[key] = f"{prefix}/{named[key]}"
