"""The page as a PDF, printed by Chromium: summary first, bookmarks, page numbers."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from dropcheck.report.errors import ReportError

#: What is folded on the screen and wanted on paper: what fails, and the messages to send.
_UNFOLD = """() => {
  const wanted = "message proof more-advice all-fine good-to-know".split(" ").map((name) => "details." + name);
  for (const one of document.querySelectorAll(wanted.join(", "))) one.open = true;
  const loud = [...document.querySelectorAll("details.journey:is([data-word=broken],[data-word=loses])")];
  for (const one of loud.slice(0, 40)) one.open = true;
  for (const one of loud.slice(40)) one.open = false;
}"""
_STYLE = (
    "font: 8px sans-serif; color: #444; width: 100%; padding: 0 14mm; display: flex;"
    " justify-content: space-between"
)


def write_pdf(page: Path, destination: Path, *, executable_path: str | None = None) -> Path:
    """Print the report at `page` (of `write_html`) to `destination` and return it.

    `executable_path` is a Chromium; None takes Playwright's own. Raises `ReportError` when there is no
    browser or it can't print. Works inside a running event loop too.
    """
    if not page.is_file():
        raise ReportError(f"{page}: there is no such page. Write the HTML report first.")
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(_print, page, destination, executable_path).result()


def _print(page: Path, destination: Path, executable_path: str | None) -> Path:
    # Chromium refuses its sandbox to root, which is who runs in most containers.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=executable_path, args=["--no-sandbox"] if as_root else []
            )
            try:
                tab = browser.new_page(color_scheme="light", reduced_motion="reduce", offline=True)
                tab.goto(page.resolve().as_uri())
                tab.evaluate(_UNFOLD)
                pages = '<span class="pageNumber"></span> / <span class="totalPages"></span>'
                footer = f"<span>{escape(tab.title())}</span><span>{pages}</span>"
                tab.pdf(
                    path=destination,
                    format="A4",
                    outline=True,
                    tagged=True,
                    print_background=True,
                    display_header_footer=True,
                    header_template="<span></span>",
                    footer_template=f'<div style="{_STYLE}">{footer}</div>',
                    margin={"top": "14mm", "bottom": "16mm", "left": "14mm", "right": "14mm"},
                )
            finally:
                browser.close()
    except PlaywrightError as error:
        reason = str(error).strip().splitlines()[0]
        raise ReportError(
            f"{destination}: the PDF can't be printed: {reason}. `dropcheck install` gets a browser."
        ) from None
    except OSError as error:
        raise ReportError(f"{destination}: can't be written: {error.strerror or error}.") from None
    return destination
