"""Where the engines truly differ: what each does, why, and what it means for a verdict.

The contract tests read this table: a difference they know is expected on the engines it names, and on no
other. `docs/engines.md` shows the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that `engines` do unlike the contract says; `key` is what tests call it.

    `contract` is what every other engine does, `instead` what these do, `because` the reason and `means` what
    follows for what dropcheck says.
    """

    key: str
    engines: tuple[str, ...]
    contract: str
    instead: str
    because: str
    means: str


_GTK = ("webkitgtk",)
_WEBKITS = ("webkit", "webkitgtk")

DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        "inline-navigation-stops-the-page",
        _GTK,
        "A page whose script sets `location` to a custom scheme while it is being parsed goes on loading.",
        "The document ends where the script stood; nothing behind it is shown.",
        "WebKit stops a load as soon as a script navigation is scheduled during it, whatever the app then"
        " answers (measured on WebKitGTK 2.50.6).",
        "Observed, not modelled: an escape script in the head can leave an iPhone with an empty page.",
    ),
    Difference(
        "gesture-life",
        _WEBKITS,
        "A script may act on a tap for 5 s (Chromium's transient activation).",
        "It may for about 1 s.",
        "WebKit's own rule for timers that a tap started.",
        "Observed: a slow `await` between tap and hand-off loses the gesture on an iPhone first.",
    ),
    Difference(
        "client-hints",
        _WEBKITS,
        "`navigator.userAgentData` and `Sec-CH-UA` headers tell of the profile's browser.",
        "There are none.",
        "WebKit has no client hints, on iPhones neither.",
        "No profile that runs on WebKit has any.",
    ),
    Difference(
        "identity-headers",
        _GTK,
        "Headers of the identity (`X-Requested-With`) go with every document.",
        "Only the user agent and `Accept-Language` do.",
        "WebKitGTK gives its host app no say in request headers, and no iPhone app sends such headers.",
        "No profile that runs on WebKit has any.",
    ),
    Difference(
        "closed-shadow-trees",
        _WEBKITS,
        "What a page keeps in a closed shadow tree is read and tapped like the rest of it.",
        "It is not read.",
        "DevTools sees closed trees; WebKit shows them to no script world that an app may use.",
        "An empty custom element in view is told as a part nobody could read, and the page blocks instead of failing.",
    ),
    Difference(
        "replaced-window",
        _WEBKITS,
        "Where a new window takes the page's place, `window.open` returns the page's own window.",
        "It returns `null`, and an empty window takes no page's place.",
        "So each engine answers a host app that has no second view: Android's WebView with the view that is there,"
        " WebKit with none.",
        "A page that opens an empty window first and fills it later shows its own error in an Android phone's"
        " costume. The iPhone profiles are told what an iPhone tells.",
    ),
    Difference(
        "touch-pointer-type",
        _GTK,
        "Pointer events of a tap say `touch`, and `(pointer: coarse)` matches.",
        "Touch events come as on a phone; the pointer and click events after them say `mouse`, and the media"
        " query says `fine`.",
        "GTK turns a touch nobody handled into a mouse press before WebKit makes pointer events of it.",
        "A page that shows its controls only to coarse pointers looks like its desktop form.",
    ),
    Difference(
        "page-without-viewport",
        _GTK,
        "A page without `<meta name=viewport>` is laid out 980 px wide and shrunk.",
        "It is laid out as wide as the phone.",
        "Shrinking to fit is the phone's own layout code, which WebKitGTK does not have.",
        "The picture differs for pages never made for phones; links and hand-offs do not.",
    ),
    Difference(
        "whole-device-scale",
        _GTK,
        "Any device scale is drawn.",
        "Whole numbers are drawn; others are rounded.",
        "GTK 3 scales in whole steps, one for a whole process.",
        "None of the iPhone profiles has another.",
    ),
    Difference(
        "frame-redirect-on-a-secure-page",
        _GTK,
        "A frame that its server sends to a custom scheme is told as a redirect of the frame.",
        "It is on a page over http; on one over https WebKit stops it unseen.",
        "WebKit takes a custom scheme in a frame of a secure page for mixed content, and asks its app about a"
        " redirect only after that check (measured on WebKitGTK 2.50.6).",
        "The hop is missing from the results; TikTok and Instagram drop a scheme in a frame anyway.",
    ),
    Difference(
        "redirect-after-the-fact",
        ("webkit",),
        "A redirect the phone takes elsewhere reaches no server.",
        "Its request may have left before the load was stopped.",
        "Playwright pauses only the first URL of a chain and its WebKit has no protocol of its own to ask.",
        "A universal link reached by redirect may be counted as one visit by its server.",
    ),
    Difference(
        "own-world",
        ("webkit",),
        "What reads the page runs in a world of its own, unseen by the page.",
        "It runs in the page's own world.",
        "Playwright offers no isolated world to its users.",
        "A hostile page could see that it is read, and lie.",
    ),
)


def differs(engine: str, key: str) -> bool:
    """Return whether `engine` is known to do `key` its own way; raises `KeyError` for an unknown key."""
    for difference in DIFFERENCES:
        if difference.key == key:
            return engine in difference.engines
    raise KeyError(key)


def as_markdown() -> str:
    """Return the table of `docs/engines.md`."""
    lines = [
        "| what | engines | the contract | they do instead | why | what it means |",
        "|---|---|---|---|---|---|",
    ]
    for row in DIFFERENCES:
        cells = (f"`{row.key}`", ", ".join(row.engines), row.contract, row.instead, row.because, row.means)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
