"""Writes the results document so that a reader never sees half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from dropcheck.result import Results
from dropcheck.run.errors import OutputError
from dropcheck.run.pictures import case_with_pictures, release_with_pictures

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

    def moved(name: str) -> str:
        return f"{prefix}/{name}"

    cases = [case_with_pictures(case, moved) for case in results.cases]
    for case in cases:
        if isinstance(trace := case.data.get("trace"), str) and trace:
            case.data = {**case.data, "trace": moved(trace)}
    releases = [release_with_pictures(release, moved) for release in results.releases]
    return results.model_copy(update={"cases": cases, "releases": releases})
