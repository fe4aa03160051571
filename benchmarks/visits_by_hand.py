"""The limit: an asyncio Playwright loop that makes the visits and nothing else."""

from __future__ import annotations

import argparse
import asyncio
import time

from playwright.async_api import Browser, async_playwright

from benchmarks.internet import PLAIN_VISIT, Ports
from benchmarks.phone import CONTEXT, SWITCHES, executable
from benchmarks.tally import Tally


async def visit(browser: Browser) -> None:
    """One visit with a tap in a context of its own."""
    context = await browser.new_context(**CONTEXT)
    try:
        page = await context.new_page()
        await page.goto(PLAIN_VISIT)
        box = await page.locator("a.button").bounding_box()
        assert box is not None
        # `page.tap` waits for a navigation that a custom scheme never finishes.
        await page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    finally:
        await context.close()


async def main(ports: Ports, visits: int, at_once: int) -> None:
    """Make `visits` visits, `at_once` at a time."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable(), args=[*SWITCHES, f"--host-resolver-rules={ports.host_rules}"]
        )
        left = iter(range(visits))
        tally = Tally()

        async def worker() -> None:
            for _ in left:
                await visit(browser)
                tally.finished.append(time.monotonic())

        await asyncio.gather(*(worker() for _ in range(at_once)))
        tally.tell()
        await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--https", type=int, required=True)
    parser.add_argument("--http", type=int, required=True)
    parser.add_argument("--visits", type=int, required=True)
    parser.add_argument("--at-once", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(main(Ports(given.https, given.http), given.visits, given.at_once))
