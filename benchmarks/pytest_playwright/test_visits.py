"""The visits as tests of pytest-playwright."""

from __future__ import annotations

import os

import pytest
from benchmarks.internet import PLAIN_VISIT
from playwright.sync_api import Page


@pytest.mark.parametrize("visit", range(int(os.environ["BENCH_VISITS"])))
def test_the_button_can_be_tapped(page: Page, visit: int) -> None:
    page.goto(f"{PLAIN_VISIT}?n={visit}")
    box = page.locator("a.button").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
