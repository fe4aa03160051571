"""A browser and pictures for the report's tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright
from tests.report.example_results import write_evidence


@pytest.fixture(scope="session")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a results file with its pictures beside it."""
    folder = tmp_path_factory.mktemp("run")
    write_evidence(folder)
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str | None:
    """The system's Chromium, or None for Playwright's own."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="module")
def reader(chromium_path: str | None) -> Iterator[Browser]:
    """A Chromium for reading reports."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=chromium_path, args=["--no-sandbox"] if as_root else []
            )
        except Error:
            pytest.skip("no Chromium here: `dropcheck install` or Debian's chromium-headless-shell has one")
        yield started
        started.close()
