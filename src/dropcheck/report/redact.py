"""The border: what leaves goes through here, so that no secret and no personal data leaves with it.

One mark, ``REDACTED``, stands for what was taken out: URLs stay parseable and it reads alike in every format.
Left alone on purpose: campaign parameters (``utm_*``, ``ttclid``), public music ids, loopback addresses (they
identify nobody and name the local internet) and the version numbers of browsers, which look like addresses.
"""

from __future__ import annotations

import base64
import io
import ipaddress
import math
import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from PIL import Image, UnidentifiedImageError

from dropcheck.result import Results

MARK = "REDACTED"

#: Environment variables whose values are secrets, by the end of their name.
_SECRET_NAME = re.compile(
    r"(?i)(?:^|_)(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|(?:API_?)?KEY|PAT)$"
)
#: Shorter values ("true", "8080") occur in ordinary text and would tear it apart.
_SHORTEST_SECRET = 6
_LONGEST_REMEMBERED = 4_000

#: Parameters that never leave: OAuth (RFC 6749, RFC 7636), sessions, and signatures of signed URLs
#: (AWS SigV4 and CloudFront, Google Cloud Storage, Azure SAS, TikTok's `x-signature`).
_PARAMETERS = (
    "code|state|nonce|access_token|refresh_token|id_token|id_token_hint|token|auth_token|csrf_?token|xsrf_?token"
    "|oauth_token|oauth_verifier|client_secret|client_assertion|assertion|code_verifier|developer_?token"
    "|music_user_token|music-user-token|session|session_?id|sessionid|sid|jsessionid|phpsessid|auth|authorization"
    "|api_?key|apikey|password|passwd|pwd|passphrase|secret|private_?key|otp|magic|ticket"
    "|signature|sig|x-amz-[a-z-]+|x-goog-[a-z-]+|googleaccessid|awsaccesskeyid|key-pair-id|policy"
    "|x-signature|x-expires|hdnts|hdnea|__token__|e?-?mail|phone|ip|client_ip|user_ip|sp_dc|sp_key"
    # And whatever calls itself one: sessionToken, login_token, _csrf, cf_clearance, g-recaptcha-response.
    r"|[\w.-]{0,40}(?:token|secret|password|passwd|csrf|jwt|session|session_?id|access_?key|clearance|captcha-response)"
)
#: Names that mean a secret wherever they stand, not only in a URL.
_TELLING_NAMES = (
    "access_?token|refresh_?token|id_?token|client_?secret|code_?verifier|developer_?token|music_?user_?token"
    "|auth_?token|api_?key|password|passwd|passphrase|secret|private_?key"
    "|session_?id|sessionid|sid|jsessionid|phpsessid|sp_dc|sp_key|jwt|x-api-key|x-auth-token|x-csrf-token"
    r"|\w{0,40}_token|\w{1,40}(?-i:Token)"
)

# `&` and `=` may be percent-encoded any number of times where one URL rides inside another.
# A script's string may begin with one, and may spell `&` as \\u0026. An intent's extra has its type before its name,
# a form's field may stand in brackets: `auth[token]`, `code[]`.
_SEPARATOR = r"(?:[?&#;\"'`]|^|%(?:25)*(?:3[Ff]|26|23|3[Bb])|\\u00(?:26|3[Ff]|23))"
_OPEN, _SHUT = r"(?:\[|%(?:25)*5B)", r"(?:\]|%(?:25)*5D)"
_URL_PARAMETER = re.compile(
    rf"(?im)({_SEPARATOR}(?:[a-z]\.|[\w.-]{{1,40}}{_OPEN})?(?:{_PARAMETERS})(?:{_OPEN}?{_SHUT})?)"
    r"(?:(=|\\u003d)[^&#\s\"'<>\\`]+|(%(?:25)*3D)(?:(?!%(?:25)*(?:26|23))[^&#\s\"'<>\\`])+)"
)
#: A quoted name of a thing that has harmless namesakes: there the value has to look like a secret, too.
_QUOTED = re.compile(
    r"(?i)([\"'](?:code|state|token|nonce|session|auth|sig)[\"']\s*:\s*[\"'])(?=[\w~.+/=-]*\d)[\w~.+/=-]{12,}(?=[\"'])"
)
_NAMED = re.compile(
    rf"(?i)((?<![\w-])[\"']?(?:{_TELLING_NAMES})[\"']?\s*(?::|=(?!=))\s*)"
    r"(?:(\")[^\"\r\n]+\"|(')[^'\r\n]+'|(?![\"'])[^\s\"',;&})\]]+)"
)
_HEADER = re.compile(
    r"(?im)((?<![\w-])(?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?|\b(?:x-)?auth(?:-token)?:\s+)"
    r"(?:(?:bearer|basic|digest|token|negotiate)\s+)?[^\s\"',;]+"
)
#: Every repetition that another can follow is bounded, here and below: pages choose how long a text is, and what
#: tries each start up to the end takes hours over a megabyte.
_COOKIE = re.compile(r"(?i)((?<![\w-])(?:set-)?cookie[\"']?\s*[:=]\s*[\"']?)[^\s=;,\"']{1,256}=[^\r\n\"']*")
_SCHEME_CREDENTIALS = re.compile(r"(?i)\b((?:bearer|basic)\s+)(?=[\w.~+/-]*[\d._~+/-])[\w.~+/-]{12,}=*")
_USERINFO = re.compile(r"(://)[^\s/?#\"'<>]+@(?=[^\s/?#])")
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{6,}\.(?:[\w-]{4,}|eyJ[\w-]+)(?:\.[\w-]*)?")
#: Tokens known by their shape: Spotify (`BQ`, `AQ`), GitHub, GitLab, Slack, AWS, Google, Stripe.
_SHAPES = re.compile(
    r"(?<![\w-])(?:(?:BQ|AQ)[\w-]{60,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}"
    r"|AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|AIza[\w-]{35}|ya29\.[\w-]{20,}|[sr]k_(?:live|test)_\w{16,})"
)
_WEBHOOK = re.compile(
    r"(?i)(hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/webhooks/)[\w/-]+"
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.S
)
_EMAIL = re.compile(
    r"(?i)[\w!$'*+.-]{0,64}[\w+-](?:(?:@|%(?:25)*40)(?:[a-z0-9-]{1,63}\.){1,30}[a-z]{2,63})+(?![\w-])"
)
#: Versions may have four numbers too: `Chrome/120.0.0.0`, `"Chromium";v="120.0.0.0"`.
_PRODUCT = re.compile(
    r"(?:Chrom\w*|CriOS|Edg\w*|OPR|Firefox|Safari|Version|\w*WebKit\w*|Instagram|musical_ly|trill|v=\")"
    r"[/ _]?\Z"
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)")
_IPV6 = re.compile(
    r"(?i)(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?:%\w+)?(?![\w:])"
)
#: With its brackets: what is left must be a host that can still be read.
_IPV6_HOST = re.compile(r"(?i)(?<=[/@])\[[0-9a-f:.]{2,45}(?:%\w+)?\]")
#: A quick look that spares most strings the long list above.
_SUSPICIOUS = re.compile(
    r"(?i)[@?&#=:]|%\w|eyJ|[AB]Q[\w-]{60}|gh[pousr]_|_pat_|glpat|xox|AKIA|ASIA|AIza|ya29|k_(?:live|test)_|bearer|basic"
    r"|\d\.\d|PRIVATE KEY|webhooks/"
)

#: Half a surrogate pair, as a page's script can make one: no file and no terminal takes it.
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")

#: Keys of JSON objects whose text is a secret; `code` and `state` only when the value looks drawn by lot.
_SECRET_KEY = re.compile(
    rf"(?i)(?:{_TELLING_NAMES}|set-cookie|cookies?|(?:proxy-)?authorization|msToken|signature|oauth_token|client_ip|user_ip|ip_address|e-?mail)"
)
_MAYBE_SECRET_KEY = re.compile(r"(?i)(?:code|state|token|nonce|session|auth|key|sig)")
_DRAWN_BY_LOT = re.compile(r"(?=[\w~.+/=-]*\d)(?=[\w~.+/=-]*[A-Za-z])[\w~.+/=-]{16,}")
#: Keys whose text is never personal and may look like an address.
TRUSTED_KEYS = frozenset(
    {"schema", "version", "engines", "os_version", "app_version", "verdict", "basis", "isrc", "upc"}
)


def secrets_in(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values in `environment` that must not leave, longest first, in URL and base64 forms too."""
    found: set[str] = set()
    for name, value in environment.items():
        if len(value.strip()) >= _SHORTEST_SECRET and _SECRET_NAME.search(name):
            plain = value.strip()
            encoded = base64.b64encode(plain.encode()).decode().rstrip("=")
            found.update((plain, quote(plain, safe=""), quote_plus(plain), encoded))
    return tuple(sorted(found, key=lambda secret: (-len(secret), secret)))


def redact_text(text: str, environment: Mapping[str, str] | None = None) -> str:
    """Return `text` without secrets and personal data; `environment` defaults to the process's own.

    Applying it again changes nothing.
    """
    return _clean(text, _secrets(environment))


def redact_json(
    value: Any,
    environment: Mapping[str, str] | None = None,
    *,
    trusted_keys: frozenset[str] = TRUSTED_KEYS,
) -> Any:
    """Return JSON-like `value` with every text redacted, key names considered (HAR too).

    What `trusted_keys` name is left as it is; JSON that isn't ours vouches for none.
    """
    return _walk(value, _secrets(environment), trusted_keys)


def redact_results(results: Results, environment: Mapping[str, str] | None = None) -> Results:
    """Return a redacted copy of `results`; identities of cases, suites and profiles stay what they are."""
    document = results.model_dump(mode="json", by_alias=True)
    return Results.model_validate(_walk(document, _secrets(environment), TRUSTED_KEYS))


def whole_characters(text: str) -> str:
    """Return `text` as every file can hold it: the two halves of a character joined, a lone one replaced."""
    if not _HALF_A_PAIR.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def redact_picture(picture: bytes) -> bytes:
    """Return `picture` as pixels only: EXIF, XMP, comments and text chunks (places, names, URLs) are dropped.

    What the pixels show can't be judged here. Raises `ValueError` when the bytes are no picture.
    """
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            kind = opened.format if opened.format in {"PNG", "JPEG", "WEBP", "GIF"} else "PNG"
            opened.load()
            bare = Image.new(opened.mode, opened.size)
            if opened.mode == "P" and (palette := opened.getpalette("RGBA")):
                bare.putpalette(palette, "RGBA")
            bare.paste(opened)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError, SyntaxError) as error:
        raise ValueError(f"not a picture: {error}") from None
    written = io.BytesIO()
    bare.convert("RGB").save(written, kind, quality=88) if kind == "JPEG" else bare.save(written, kind)
    return written.getvalue()


def _secrets(environment: Mapping[str, str] | None) -> tuple[str, ...]:
    return secrets_in(os.environ if environment is None else environment)


def _walk(value: Any, secrets: tuple[str, ...], trusted: frozenset[str], key: str = "") -> Any:
    if isinstance(value, str):
        return _value(value, secrets, key)
    if isinstance(value, Mapping):
        if _names_a_secret(value) or (key.lower() == "cookies" and "value" in value):
            return {**value, "value": MARK}
        return {
            _clean(str(name), secrets): inner
            if name in trusted
            else _walk(inner, secrets, trusted, str(name))
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_walk(inner, secrets, trusted, key) for inner in value]
    # JSON has no word for these, and a file that says NaN is none.
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _names_a_secret(pair: Mapping[Any, Any]) -> bool:
    """Whether `pair` is HAR's form of a header, cookie or parameter that carries a secret."""
    name = pair.get("name")
    if not isinstance(name, str) or not isinstance(pair.get("value"), str) or not pair["value"]:
        return False
    return bool(
        _SECRET_KEY.fullmatch(name)
        or re.fullmatch(rf"(?i){_PARAMETERS}", name)
        or "httpOnly" in pair
        or "sameSite" in pair
    )


def _value(text: str, secrets: tuple[str, ...], key: str) -> str:
    if text and _SECRET_KEY.fullmatch(key):
        return MARK
    if _MAYBE_SECRET_KEY.fullmatch(key) and _DRAWN_BY_LOT.fullmatch(text):
        return MARK
    return _clean(text, secrets)


def _clean(text: str, secrets: tuple[str, ...]) -> str:
    # Long texts hardly come twice, and thousands of them would fill the memory.
    return _scrubbed(text, secrets) if len(text) > _LONGEST_REMEMBERED else _remembered(text, secrets)


@lru_cache(maxsize=8192)
def _remembered(text: str, secrets: tuple[str, ...]) -> str:
    return _scrubbed(text, secrets)


def _scrubbed(text: str, secrets: tuple[str, ...]) -> str:
    text = whole_characters(text)
    for secret in secrets:
        if secret in text:
            text = text.replace(secret, MARK)
    if not _SUSPICIOUS.search(text):
        return text
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return text


def _host_address(match: re.Match[str]) -> str:
    return MARK if MARK in _IPV6.sub(_address, match[0][1:-1]) else match[0]


def _address(match: re.Match[str]) -> str:
    text = match[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    is_version = _PRODUCT.search(match.string, max(0, match.start() - 24), match.start())
    return text if address.is_loopback or address.is_unspecified or is_version else MARK


def _named(match: re.Match[str]) -> str:
    mark = match[2] or match[3] or ""
    return f"{match[1]}{mark}{MARK}{mark}"


_Replacement = str | Callable[[re.Match[str]], str]
_STEPS: tuple[tuple[re.Pattern[str], _Replacement], ...] = (
    (_PRIVATE_KEY, MARK),
    (_URL_PARAMETER, lambda match: f"{match[1]}{match[2] or match[3]}{MARK}"),
    (_COOKIE, rf"\g<1>{MARK}"),
    (_HEADER, rf"\g<1>{MARK}"),
    (_NAMED, _named),
    (_QUOTED, rf"\g<1>{MARK}"),
    (_SCHEME_CREDENTIALS, rf"\g<1>{MARK}"),
    (_USERINFO, rf"\g<1>{MARK}@"),
    (_WEBHOOK, rf"\g<1>{MARK}"),
    (_JWT, MARK),
    (_SHAPES, MARK),
    (_EMAIL, MARK),
    (_IPV6_HOST, _host_address),
    (_IPV6, _address),
    (_IPV4, _address),
)
