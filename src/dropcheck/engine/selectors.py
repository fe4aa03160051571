"""Playwright's selectors, in which suites spell `tap:`; also as a script, for browsers Playwright does not drive.

Playwright ships the engine that understands them as one script
inside its driver; it is read from the installed package and run in the agent's world, so that every selector
means the same in every browser.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import playwright
from playwright.async_api import Locator, Page

from dropcheck.engine.base import EngineError

_BUNDLE = Path("driver/package/lib/coreBundle.js")
_MARK = "InjectedScript"
#: The start of an embedded script: ``source5 = '\nvar __commonJS``. Several are embedded; one has the mark.
_EMBEDDED = re.compile(r"\bsource\d* = '(?=\\n)")
#: What Playwright itself passes for a Python client of WebKit.
_OPTIONS = {
    "isUnderTest": False,
    "sdkLanguage": "python",
    "testIdAttributeName": "data-testid",
    "stableRafCount": 1,
    "browserName": "webkit",
    "shouldPrependErrorPrefix": False,
    "isUtilityWorld": True,
    "customEngines": [],
}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|\r\n|.)", re.DOTALL)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


@cache
def selector_library() -> str:
    """Return a script that installs ``dropcheckSelectors``; raises `EngineError` when Playwright hides it."""
    bundle = Path(playwright.__file__).parent / _BUNDLE
    try:
        text = bundle.read_text(encoding="utf-8")
    except OSError:
        text = ""
    for match in _EMBEDDED.finditer(text):
        body = _literal_at(text, match.end())
        if _MARK in body:
            return (
                "(() => { const module = {exports: {}}; ((module, exports) => {" + _unescaped(body) + "\n})"
                "(module, module.exports); const made = module.exports.InjectedScript();"
                f"globalThis.dropcheckSelectors = new made(globalThis, {json.dumps(_OPTIONS)}); return true; }})()"
            )
    raise EngineError(
        "the installed Playwright has no selector engine where dropcheck looks for it;"
        " use a Playwright version dropcheck was made for, or leave `tap` out"
    )


def shown(page: Page, selector: str) -> Locator:
    """Return the first match of a Playwright selector that is visible, or is an area of an image map."""
    found = page.locator(selector)
    visible = found.locator("visible=true")
    if "enter-frame" in selector:
        # Playwright combines no locators that lead into frames.
        return visible.first
    return visible.or_(found.and_(page.locator("area[href]"))).first


def finding_script(selector: str, bound_ms: int) -> str:
    """Return a script that waits for the first visible match of `selector` and describes it, or gives null.

    An unreadable selector makes the script fail with Playwright's own message.
    """
    signal = "dropcheck-found"
    return f"""(async () => {{
      const engine = dropcheckSelectors;
      const parsed = engine.parseSelector({json.dumps(selector)});
      const end = performance.now() + {bound_ms};
      for (;;) {{
        for (const element of engine.querySelectorAll(parsed, document)) {{
          dropcheckPage.adopt({json.dumps(signal)});
          element.dispatchEvent(new Event({json.dumps(signal)}, {{bubbles: true, composed: true}}));
          const control = dropcheckPage.adoptedControl();
          if (control && control.visible) return control;
        }}
        if (performance.now() >= end) return null;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }}
    }})()"""


def _literal_at(text: str, start: int) -> str:
    end = start
    while text[end] != "'":
        end += 2 if text[end] == "\\" else 1
    return text[start:end]


def _unescaped(body: str) -> str:
    def one(match: re.Match[str]) -> str:
        escape = match.group(1)
        if escape[0] in "xu" and len(escape) > 1:
            return chr(int(escape[1:].strip("{}"), 16))
        return _LETTERS.get(escape, escape)

    joined = _ESCAPE.sub(one, body)
    # Pairs of surrogates spelled apart are one character.
    return joined.encode("utf-16", "surrogatepass").decode("utf-16")
