"""The logins beside Spotify's: MusicKit's popup, Deezer's, and Google's, which refuses embedded views."""

from __future__ import annotations

import base64
import binascii
import json
import re
from html import escape
from urllib.parse import urlencode, urlsplit

from dropcheck.localnet.message import Request, Response

APPLE_HOST = "authorize.music.apple.com"
DEEZER_HOST = "connect.deezer.com"
GOOGLE_HOST = "accounts.google.com"

_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title}</title>"
    "<style>body{{font:17px system-ui,sans-serif;margin:12vh 8vw}}"
    "input,button,a{{display:block;width:100%;box-sizing:border-box;"
    "margin:.6rem 0;padding:.9rem;font:inherit}}"
    "</style><main>{body}</main></html>"
)
#: Agents of embedded views: Android's `; wv` and the apps' own names. The block reads the agent (in-app
#: reference 5).
_EMBEDDED = re.compile(r"; wv\)|musical_ly|trill_|BytedanceWebview|Instagram|FBAN|FBAV", re.IGNORECASE)


async def apple_music(request: Request) -> Response | None:
    """Answer for MusicKit's sign-in popup.

    A developer token that can't be read ends in an error. `decline` and `authorize` go to the opener by
    postMessage (services reference 5.1); without an opener there is nobody to answer to.
    """
    if request.path != "/woa":
        return None
    try:
        blob = json.loads(base64.b64decode(request.parameters.get("a", ""), validate=True))
        readable = blob["thirdPartyToken"].count(".") == 2
        name = str(blob["thirdPartyName"])
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        readable, name = False, ""
    if not readable:
        return _page(
            "Apple Music", "<h1>There is a problem</h1><p>The developer token is not valid.</p>", 400
        )
    script = (
        "<script>function answer(method){"
        "if(!window.opener){document.getElementById('lost').hidden=false;return}"
        "window.opener.postMessage(JSON.stringify({jsonrpc:'2.0',method:method}),'*');window.close()}</script>"
    )
    return _page(
        "Sign in to Apple Music",
        f"<h1>{escape(name)} would like to access Apple Music</h1>"
        "<form onsubmit=\"answer('authorize');return false\">"
        '<input type="email" name="account" placeholder="Apple Account">'
        '<input type="password" name="password" placeholder="Password">'
        '<button type="submit">Continue</button></form>'
        '<button type="button" onclick="answer(\'decline\')">Cancel</button>'
        f'<p id="lost" hidden>This window has lost the page it belongs to.</p>{script}',
    )


async def deezer(request: Request) -> Response | None:
    """Answer for Deezer's login, whose page has a way back without a login."""
    if request.path not in ("/oauth/auth.php", "/oauth/auth"):
        return None
    asked = request.parameters
    redirect = asked.get("redirect_uri", "")
    if not asked.get("app_id") or urlsplit(redirect).scheme != "https":
        return _page("Deezer", "<h1>wrong app id or redirect address</h1>", 400)
    back = {"error_reason": "user_denied"} | ({"state": asked["state"]} if "state" in asked else {})
    away = escape(f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(back)}", quote=True)
    return _page(
        "Log in to Deezer",
        "<h1>Log in</h1><form><input name=mail type=email placeholder=Email>"
        "<input type=password name=password placeholder=Password><button type=button>Log in</button></form>"
        f'<a href="{away}">Cancel</a>',
    )


async def google(request: Request) -> Response | None:
    """Answer for Google's sign-in: embedded views get 403 `disallowed_useragent`."""
    if not request.path.startswith("/o/oauth2/"):
        return None
    if _EMBEDDED.search(request.user_agent):
        return _page(
            "Access blocked",
            "<h1>Access blocked: this request is not allowed</h1><p>Error 403: disallowed_useragent</p>",
            403,
        )
    return _page(
        "Sign in",
        "<h1>Sign in</h1><form><input type=email placeholder='Email or phone'>"
        "<button type=button>Next</button></form>",
    )


def _page(title: str, body: str, status: int = 200) -> Response:
    return Response.html(
        _PAGE.format(title=escape(title), body=body),
        status,
        (("X-Frame-Options", "DENY"), ("Cache-Control", "no-store")),
    )
