"""What WebKitGTK needs around it before it is imported: a display of its own, private folders, an end."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

#: ``PR_SET_PDEATHSIG`` of prctl(2): the kernel sends the signal when the parent dies, however it dies.
_PR_SET_PDEATHSIG = 1
#: Wide enough for any phone; the web views are drawn off-screen and never fill it.
_SCREEN = "1600x3000x24"
#: Begins the name of a host's private folder; its process id follows.
_HOME = "dropcheck-webkitgtk-"


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies; a no-op where prctl(2) is not to be had."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


@contextlib.contextmanager
def prepared(scale: int) -> Iterator[None]:
    """Give WebKitGTK a virtual display and private folders for as long as the block lasts.

    `scale` is the device scale of every view (GTK knows whole numbers only, one for the whole process).
    Exits with status 69 and one line on standard error when Xvfb is missing or does not start.
    """
    parent = os.getppid()
    die_with_parent()
    if os.getppid() != parent:
        sys.exit(0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _bury_homes_of_the_dead()
    home = _own_home()
    display = _start_display()
    os.environ.update(
        DISPLAY=display.name,
        GDK_BACKEND="x11",
        GDK_SCALE=str(scale),
        HOME=home,
        XDG_RUNTIME_DIR=home,
        XDG_CONFIG_HOME=home,
        XDG_CACHE_HOME=home,
        XDG_DATA_HOME=home,
        GSETTINGS_BACKEND="memory",
        GIO_USE_VFS="local",
        NO_AT_BRIDGE="1",
        GTK_A11Y="none",
        DBUS_SESSION_BUS_ADDRESS="disabled:",
        WEBKIT_DISABLE_DMABUF_RENDERER="1",
    )
    try:
        yield
    finally:
        display.process.kill()
        display.process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _own_home() -> str:
    """Make a private folder and hold its lock, which the kernel lets go when this process ends, however it ends."""
    while True:
        home = tempfile.mkdtemp(prefix=f"{_HOME}{os.getpid()}-")
        if _locked(home) is not None:
            return home


def _bury_homes_of_the_dead() -> None:
    # Who is killed with its parent has no time to clean up; the next host does it.
    for folder in Path(tempfile.gettempdir()).glob(f"{_HOME}*"):
        lock = _locked(str(folder))
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _locked(folder: str) -> int | None:
    """Return a descriptor that holds the lock of `folder`, or None where another has it or the folder is gone."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock


class _Display:
    def __init__(self, process: subprocess.Popen[bytes], name: str) -> None:
        self.process = process
        self.name = name


def _start_display() -> _Display:
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        sys.stderr.write("Xvfb is not installed\n")
        sys.exit(69)
    ready, told = os.pipe()
    process = subprocess.Popen(  # noqa: S603 - the program was found on PATH, its arguments are ours
        [xvfb, "-displayfd", str(told), "-screen", "0", _SCREEN, "-nolisten", "tcp", "-noreset"],
        pass_fds=[told],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    os.close(told)
    with os.fdopen(ready, "rb") as answer:
        number = answer.readline().strip()
    if not number:
        process.kill()
        sys.stderr.write("Xvfb did not start\n")
        sys.exit(69)
    return _Display(process, f":{number.decode('ascii')}")
