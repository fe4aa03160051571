"""Writes the results document so that a reader never sees half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from dropcheck.result import Results
from dropcheck.run.errors import OutputError
from dropcheck.run.evidence import trace_of

NAME = "results.json"


def write_results(results: Results, file: Path, *, pictures: Path | None = None) -> Path:
    """Write `results` to `file` in one step; raises `OutputError`.

    `pictures` is the folder that the names of screenshots are relative to, when that isn't the file's own.
    """
    document = with_pictures_from(results, pictures, file.parent) if pictures is not None else results
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(document.to_json() + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            part.chmod(0o666 & ~_umask())
            part.replace(file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"{file}: the results can't be written ({error.strerror})") from None
    return file


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current


def with_pictures_from(results: Results, pictures: Path, to: Path) -> Results:
    """Return `results`, whose screenshots and traces are named from the folder `pictures`, naming them from `to`."""
    if to.resolve() == pictures.resolve():
        return results
    try:
        prefix = Path(os.path.relpath(pictures.resolve(), to.resolve())).as_posix()
    except ValueError:
        # Another drive on Windows: no relative path leads there.
        prefix = pictures.resolve().as_posix()
    moved = results.model_copy(deep=True)
    for case in moved.cases:
        if (trace := trace_of(case)) is not None:
            case.data["trace"] = f"{prefix}/{trace}"
        for hop in [*case.hops, *(case.otherwise.hops if case.otherwise is not None else [])]:
            if hop.screenshot:
                hop.screenshot = f"{prefix}/{hop.screenshot}"
    return moved
