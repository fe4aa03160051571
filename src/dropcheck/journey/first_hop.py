"""The app's own link service between the tap and the artist's page, answered from the profile.

TikTok's link service and Instagram's shim are never fetched: the engine answers them itself (design,
section 2). Form and parameters: reference on in-app browsers, 2.4 and 2.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from dropcheck.device.model import Profile
from dropcheck.engine.base import SyntheticAnswer


@dataclass(frozen=True, slots=True)
class FirstAddress:
    """Where the app starts, what it answers there itself, and the artist's URL as it passes it on."""

    start: str
    answers: Mapping[str, SyntheticAnswer]
    target: str


def first_address(url: str, profile: Profile, variant: str | None) -> FirstAddress:
    """Return how `profile`'s app begins the journey to `url`."""
    hop = profile.first_hop
    if hop is None:
        return FirstAddress(url, {}, url)
    target = with_parameters(url, hop.adds)
    if variant == "http" and target.startswith("https:"):
        target = "http:" + target.removeprefix("https:")
    start = hop.template.replace("{url}", quote(target, safe=""))
    return FirstAddress(start, {start: _answer(target, variant)}, target)


def with_parameters(url: str, adds: Mapping[str, str]) -> str:
    """Return `url` with those of `adds` it doesn't carry yet, in order, its own query untouched."""
    parts = urlsplit(url)
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    missing = [(name, value) for name, value in adds.items() if name not in present]
    if not missing:
        return url
    query = "&".join(part for part in (parts.query, urlencode(missing)) if part)
    return urlunsplit(parts._replace(query=query))


def _answer(target: str, variant: str | None) -> SyntheticAnswer:
    if variant in ("interstitial", "warning", "blocked"):
        return SyntheticAnswer(200, {"content-type": "text/html; charset=utf-8"}, _page(target, variant))
    return SyntheticAnswer(302, {"location": target})


# Ids and classes as measured (reference 2.6): `normal` and `suspicious` pages have a button, `malicious` none.
_KINDS = {
    "interstitial": ("normal", "You are leaving TikTok", "This link leads to a site outside of TikTok."),
    "warning": ("suspicious", "This link may be unsafe", "TikTok could not confirm that this site is safe."),
    "blocked": ("malicious", "This link was blocked", "TikTok does not open this site."),
}


def _page(target: str, variant: str) -> str:
    kind, title, text = _KINDS[variant]
    button = (
        ""
        if variant == "blocked"
        else f'<a id="continue-button" href="{escape(target, quote=True)}">Continue to site</a>'
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>body{{font:16px sans-serif;margin:20vh 2rem;text-align:center}}"
        "a{display:block;margin:2rem;padding:1rem;background:#222;color:#fff;text-decoration:none}</style>"
        f'<main class="{kind}"><h1>{title}</h1><p>{text}</p><p>{escape(urlsplit(target).hostname or "")}</p>'
        f"{button}</main></html>"
    )
