"""Finding browsers: the headless shell before the full browser, Playwright's before the system's, and what to type."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropcheck.engine import browsers
from dropcheck.engine.browsers import Browser, find_chromium, install_command, install_steps, version_of


def program(path: Path, prints: str = "Chromium 150.0.1.2 built on X") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(0o755)
    return path


def machine(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "bin").mkdir(exist_ok=True)
    return {
        "PATH": str(tmp_path / "bin"),
        "HOME": str(tmp_path),
        "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "pw"),
    }


def test_an_empty_machine_has_no_browser(tmp_path: Path) -> None:
    assert find_chromium(machine(tmp_path)) is None


def test_the_system_shell_is_preferred_to_the_full_browser(tmp_path: Path) -> None:
    env = machine(tmp_path)
    program(tmp_path / "bin/chromium")
    assert find_chromium(env) == Browser(str(tmp_path / "bin/chromium"), False, "system")
    shell = program(tmp_path / "bin/chromium-headless-shell")
    assert find_chromium(env) == Browser(str(shell), True, "system")


def test_playwrights_newest_shell_is_preferred_to_the_systems(tmp_path: Path) -> None:
    env = machine(tmp_path)
    program(tmp_path / "bin/chromium-headless-shell")
    for revision in ("999", "1200"):
        newest = program(
            tmp_path
            / f"pw/chromium_headless_shell-{revision}/chrome-headless-shell-linux64/chrome-headless-shell"
        )
    assert find_chromium(env) == Browser(str(newest), True, "playwright")


def test_a_system_shell_is_preferred_to_playwrights_full_browser(tmp_path: Path) -> None:
    env = machine(tmp_path)
    full = program(tmp_path / "pw/chromium-1200/chrome-linux64/chrome")
    assert find_chromium(env) == Browser(str(full), False, "playwright")
    shell = program(tmp_path / "bin/chromium-headless-shell")
    assert find_chromium(env) == Browser(str(shell), True, "system")


def test_the_environment_overrides_what_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = machine(tmp_path)
    program(tmp_path / "bin/chromium-headless-shell")
    mine = program(tmp_path / "mine/my-chromium")
    assert find_chromium({**env, "DROPCHECK_CHROMIUM": str(mine)}) == Browser(
        str(mine), False, "DROPCHECK_CHROMIUM"
    )
    assert find_chromium({**env, "DROPCHECK_CHROMIUM": str(tmp_path / "gone")}) is None


def test_the_version_is_what_the_browser_says(tmp_path: Path) -> None:
    said = program(tmp_path / "b", "Chromium 150.0.7000.10 built on Debian")
    assert version_of(Browser(str(said), True, "system")) == "150.0.7000.10"
    silent = program(tmp_path / "c", "")
    assert version_of(Browser(str(silent), True, "system")) is None
    assert version_of(Browser(str(tmp_path / "gone"), True, "system")) is None


@pytest.mark.parametrize("engine", ["chromium", "webkit", "webkitgtk"])
def test_every_engine_has_a_way_to_be_installed_and_a_command_to_type(engine: str) -> None:
    assert install_steps(engine)
    assert all(step.shown and step.what for step in install_steps(engine))
    assert install_command(engine)


def test_what_needs_root_is_shown_with_sudo_to_everyone_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "is_root", lambda: False)
    step = install_steps("webkitgtk")[0]
    assert step.shown.startswith("sudo apt-get install -y gir1.2-webkit2-4.1")
    assert not step.can_run


def test_an_unknown_engine_is_an_error() -> None:
    with pytest.raises(ValueError, match="no engine called 'gecko'"):
        install_steps("gecko")
