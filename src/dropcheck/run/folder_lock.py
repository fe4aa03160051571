"""Sees to it that one run at a time writes into a folder: its journal, its pictures and its reports belong together."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

_log = logging.getLogger("dropcheck")
_held: ContextVar[frozenset[Path]] = ContextVar("folders_of_this_run", default=frozenset())


@contextlib.contextmanager
def only_run_in(folder: Path) -> Iterator[None]:
    """Wait until no other run writes into `folder`, and keep others out for as long as the block lasts.

    A wait is said through logging. A run that is killed lets go at once, since the lock is the kernel's. What this
    run holds already it may take again; where folders can't be locked (Windows, some network drives) nobody waits.
    Raises OSError when the folder is not there.
    """
    place = folder.resolve()
    if place in _held.get() or sys.platform == "win32":
        yield
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        _lock(handle, folder)
        token = _held.set(_held.get() | {place})
        try:
            yield
        finally:
            _held.reset(token)
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    # A drive without locks answers with an error of its own; then the runs have to look after themselves.
    with contextlib.suppress(OSError):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _log.warning(
                "dropcheck: another run writes into %s; waiting until it ends (--out names another folder)",
                folder,
            )
            fcntl.flock(handle, fcntl.LOCK_EX)
