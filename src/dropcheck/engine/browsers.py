"""Finding browsers on this machine, and what to type where one is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Names a Chromium to use instead of any found one.
CHROMIUM_VARIABLE = "DROPCHECK_CHROMIUM"
#: System commands in order of preference. The headless shell comes first because the full browser's headless
#: mode shows an external-protocol dialog after a tap on a custom scheme and then takes no more taps.
SYSTEM_CHROMIUMS: tuple[tuple[str, bool], ...] = (
    ("chromium-headless-shell", True),
    ("chrome-headless-shell", True),
    ("headless_shell", True),
    ("chromium", False),
    ("chromium-browser", False),
    ("google-chrome-stable", False),
    ("google-chrome", False),
)
_PLAYWRIGHT_SHELL = "chromium_headless_shell-*/*/*headless?shell*"
_PLAYWRIGHT_FULL = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")

#: Playwright's WebKit is started through this script on Linux and macOS.
_PLAYWRIGHT_WEBKIT = "webkit-*/pw_run.sh"


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser program: where it is, whether it is a headless shell, and how it was found."""

    path: str
    is_shell: bool
    found_as: str


@dataclass(frozen=True, slots=True)
class InstallStep:
    """One way to get a browser: the command, whether this machine can run it now, and what it is."""

    command: tuple[str, ...]
    can_run: bool
    what: str

    @property
    def shown(self) -> str:
        """The command as a person types it."""
        words = (
            ["sudo", *self.command]
            if self.command[0].startswith("apt") and not is_root()
            else [*self.command]
        )
        return " ".join("python" if word == sys.executable else word for word in words)


def is_root() -> bool:
    """Return whether this process runs as root, where Chromium's sandbox cannot work."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def find_chromium(environment: Mapping[str, str] | None = None) -> Browser | None:
    """Return the Chromium to use: the one named by the environment, Playwright's, then the system's."""
    env = os.environ if environment is None else environment
    named = env.get(CHROMIUM_VARIABLE)
    if named:
        path = shutil.which(named)
        return Browser(path, "shell" in Path(path).name, CHROMIUM_VARIABLE) if path else None
    cache = playwright_cache(env)
    if shell := _newest(cache, (_PLAYWRIGHT_SHELL,)):
        return Browser(shell, True, "playwright")
    system = [
        Browser(path, is_shell, "system")
        for name, is_shell in SYSTEM_CHROMIUMS
        if (path := shutil.which(name, path=env.get("PATH")))
    ]
    for browser in system:
        if browser.is_shell:
            return browser
    if full := _newest(cache, _PLAYWRIGHT_FULL):
        return Browser(full, False, "playwright")
    return system[0] if system else None


def find_webkit(environment: Mapping[str, str] | None = None) -> Browser | None:
    """Return Playwright's WebKit, or None where it has not been downloaded."""
    env = os.environ if environment is None else environment
    path = _newest(playwright_cache(env), (_PLAYWRIGHT_WEBKIT,))
    return Browser(path, False, "playwright") if path else None


def playwright_cache(environment: Mapping[str, str]) -> Path:
    """Return the folder Playwright downloads browsers into (its docs, "Managing browser binaries")."""
    named = environment.get("PLAYWRIGHT_BROWSERS_PATH")
    if named and named != "0":
        return Path(named)
    home = Path(environment.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library/Caches/ms-playwright"
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "ms-playwright"


def version_of(browser: Browser) -> str | None:
    """Return what the browser says its version is, or None where it does not start within 10 s."""
    try:
        done = subprocess.run(  # noqa: S603 - a browser we found ourselves
            [browser.path, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\d+(?:\.\d+)+", done.stdout)
    return match.group() if match else None


def install_steps(engine: str) -> tuple[InstallStep, ...]:
    """Return the ways to get the browser of `engine` (chromium, webkit, webkitgtk), best first."""
    playwright = (sys.executable, "-m", "playwright", "install")
    if engine == "chromium":
        return (
            InstallStep(
                (*playwright, "--only-shell", "chromium"), True, "Playwright's Chromium headless shell"
            ),
            _apt(("chromium-headless-shell",), "Debian's Chromium headless shell"),
        )
    if engine == "webkit":
        return (InstallStep((*playwright, "webkit"), True, "Playwright's WebKit"),)
    if engine == "webkitgtk":
        return (_apt(WEBKITGTK_PACKAGES, "the system's WebKitGTK"),)
    raise ValueError(f"there is no engine called {engine!r}")


#: Debian's and Ubuntu's names for what the WebKitGTK engine needs.
WEBKITGTK_PACKAGES = ("gir1.2-webkit2-4.1", "python3-gi", "python3-gi-cairo", "xvfb")


def install_command(engine: str) -> str:
    """Return the one command that gets the browser of `engine` here, as a person types it."""
    steps = install_steps(engine)
    return f"dropcheck install {engine}" if len(steps) > 1 else steps[0].shown


def _apt(packages: Sequence[str], what: str) -> InstallStep:
    can_run = shutil.which("apt-get") is not None and is_root()
    return InstallStep(("apt-get", "install", "-y", *packages), can_run, what)


def _newest(folder: Path, patterns: Sequence[str]) -> str | None:
    found = [
        path
        for pattern in patterns
        for path in folder.glob(pattern)
        if path.is_file() and os.access(path, os.X_OK)
    ]
    return str(max(found, key=lambda path: _revision(path.relative_to(folder)))) if found else None


def _revision(path: Path) -> int:
    """Return the revision in the name of the folder Playwright keeps a browser in."""
    number = path.parts[0].rpartition("-")[2]
    return int(number) if number.isdigit() else 0
