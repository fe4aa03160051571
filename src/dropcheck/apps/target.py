"""What is inside a URL that is handed to another app: the music item it will open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from dropcheck.apps.address import after_scheme, cleaned, query_of, scheme_of, split_address
from dropcheck.apps.music.link import EMBED, MusicLink
from dropcheck.apps.music_link import parse
from dropcheck.apps.store import store_link

#: Browser schemes that replace the page's own (in-app reference 3.2; "Opening links in Chrome for iOS").
_REPLACES = {
    "x-safari-https": "https",
    "x-safari-http": "http",
    "googlechromes": "https",
    "googlechrome": "http",
    "microsoft-edge-https": "https",
    "microsoft-edge-http": "http",
    "touch-https": "https",
    "touch-http": "http",
}
#: Schemes and the commands behind them that carry the page in `url` (in-app reference 2.2 and 3.2).
_CARRIES_URL = {
    "instagram": ("extbrowser",),
    "barcelona": ("extbrowser",),
    "firefox": ("open-url",),
    "brave": ("open-url",),
    "googlechrome": ("navigate",),
    "googlechrome-x-callback": ("x-callback-url",),
    "snssdk1233": ("webview",),
    "snssdk1180": ("webview",),
    "aweme": ("webview",),
}
#: A wrapper in a wrapper in a wrapper is still read; more is nobody's real link.
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class _Intent:
    data: str
    fallback: str | None


def unwrap(url: str, *, app_installed: bool = True) -> str | None:
    """Return the URL one wrapper carries, None where `url` is no wrapper or carries none.

    Wrappers are ``intent:`` and ``android-app:`` URIs, browser schemes (``x-safari-https:``,
    ``googlechrome:``), in-app commands (``instagram://extbrowser/?url=``), store pages with a `url` or
    `referrer` that is one, and SoundCloud's player. With `app_installed` false an intent yields its
    ``browser_fallback_url``, which a phone uses only when the app is missing.
    """
    scheme = scheme_of(url)
    if scheme in ("intent", "android-app"):
        intent = _split_intent(url)
        return intent.data if app_installed else intent.fallback
    rest = after_scheme(url)
    command = re.split(r"[/?#]", rest, maxsplit=1)[0].lower()
    if command in _CARRIES_URL.get(scheme or "", ()):
        return query_of(url).get("url") or None
    if scheme in _REPLACES:
        whole = unquote(rest, errors="replace")
        if scheme_of(whole) in ("http", "https"):
            return whole  # the scheme was put before a whole address, not in the place of its own
        return f"{_REPLACES[scheme]}://{rest}" if rest else None
    if store_link(url) is not None:
        query = query_of(url)
        carried = query.get("url") or query.get("referrer") or ""
        return carried if scheme_of(carried) else None
    address = split_address(url)
    if address is not None and address.host == "w.soundcloud.com":
        return address.query.get("url") or None
    return None


def resolve_target(url: str, *, app_installed: bool = True) -> MusicLink | None:
    """Return the music item `url` opens once every wrapper around it is taken off; never raises.

    None where there is none in it, as in Spotify's Branch links (``intent://open?link_click_id=…``). The
    fallback of an intent counts only with `app_installed` false: with the app there it is never used, so it
    says nothing about the song that opens.
    """
    for _ in range(_DEPTH):
        found = parse(url)
        inner = None if found and found.kind != EMBED else unwrap(url, app_installed=app_installed)
        if inner is None:
            return found
        url = inner
    return parse(url)


def _split_intent(uri: str) -> _Intent:
    # Only what names the target: the full grammar of Intent.parseUri is dropcheck.handoff.intent_uri's, which
    # stands above this package. Fields after "SEL;" describe a selector and not the target.
    data, _, tail = cleaned(uri).partition("#Intent;")
    fields: dict[str, str] = {}
    for part in tail.split(";"):
        if part in ("end", "SEL"):
            break
        name, _, value = part.partition("=")
        fields[name] = unquote(value, errors="replace")
    fallback = fields.get("S.browser_fallback_url") or None
    if scheme_of(data) == "android-app":
        # android-app://package/scheme/host/path
        _, _, inside = after_scheme(data).partition("/")
        own_scheme, _, rest = inside.partition("/")
        return _Intent(f"{own_scheme}://{rest}", fallback)
    rest = data.partition(":")[2]
    scheme = fields.get("scheme")
    return _Intent(f"{scheme}:{rest}" if scheme else rest, fallback)
