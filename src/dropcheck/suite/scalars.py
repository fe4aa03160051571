"""The single values of a suite: web addresses, durations, moments, ISRC, UPC, names, files.

Every validator takes the text that was typed and says in its error what to write instead.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from dropcheck.apps import music_link
from dropcheck.apps.catalogue import app_for_host

from .tree import Text, shorten

#: No published limit; TikTok's and Meta's own click parameters stay well below. Our choice.
MAX_URL = 8_000
#: Far from any release, and as far from the ends of the calendar. Our choice.
_FIRST_YEAR, _LAST_YEAR = 1500, 2999
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SPOTIFY_URI = re.compile(r"spotify:(track|album|artist|playlist|episode|show):([A-Za-z0-9]{22})")
_FORBIDDEN_IN_URL = re.compile(r"[\s\\\x00-\x1f\x7f<>\"{}|^`]")


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """Return the error a validator raises: what is wrong, and what to write instead."""
    return PydanticCustomError("dropcheck", "{what}", {"what": message, "hint": hint})


def web_url(text: str) -> str:
    """Return `text` unchanged when it is an http or https address that a browser would open as written."""
    if len(text) > MAX_URL:
        raise wrong(f"this address is longer than {MAX_URL} characters")
    scheme = _SCHEME.match(text)
    if scheme is None or (scheme[1].lower() not in ("http", "https") and "." in scheme[1]):
        rest = text.lstrip("/")
        whole = (
            f"write https://{shorten(rest, 80)}" if "." in rest else "give the whole address, https:// first"
        )
        raise wrong("this is not a web address", whole)
    if scheme[1].lower() not in ("http", "https"):
        uri = _SPOTIFY_URI.fullmatch(text)
        raise wrong(
            f"only http:// and https:// addresses are taken, not `{shorten(scheme[1], 30)}:`",
            f"write https://open.spotify.com/{uri[1]}/{uri[2]}"
            if uri
            else "give the web address of the page",
        )
    bad = _FORBIDDEN_IN_URL.search(text)
    if bad is not None:
        raise wrong(f"an address cannot hold {_character(bad[0])}", "percent-encode it, or remove it")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as reason:
        raise wrong(f"this is not a web address: {reason}") from None
    if not text[scheme.end() :].startswith("//") or not host:
        raise wrong("this address names no host", "write https://host/path")
    if parts.username is not None or parts.password is not None:
        raise wrong(
            "an address must not hold a user name or password", "put them under the suite's `access:`"
        )
    if port == 0 or not _is_host(host):
        raise wrong(f"`{shorten(parts.netloc)}` is not a host that can be reached")
    return text


def _is_host(host: str) -> bool:
    if ":" in host:
        return True  # an IPv6 literal: urlsplit has checked its form
    labels = host.removesuffix(".").split(".")
    return all(0 < len(label) <= 63 and not label.startswith("-") for label in labels) and len(host) <= 253


def _character(character: str) -> str:
    if character.isspace():
        return "a space or a line break"
    return f"`{character}`" if character.isprintable() else f"the control character U+{ord(character):04X}"


WebUrl = Annotated[
    str,
    AfterValidator(web_url),
    WithJsonSchema({"type": "string", "pattern": "^([hH][tT]{2}[pP][sS]?://|\\$\\{)"}),
]


def service_of(url: str) -> str | None:
    """Return the app or service a web address belongs to, by `dropcheck.apps`, or None."""
    link = music_link.parse(url)
    if link is not None:
        return "apple_music" if link.service == "itunes" else str(link.service)
    app = app_for_host((urlsplit(url).hostname or "").removesuffix("."))
    return None if app is None else app.id


def _of_service(service: str, named: str) -> AfterValidator:
    def check(url: str) -> str:
        if service_of(url) != service:
            raise wrong(f"this is not an address of {named}", f"copy the share link from {named}")
        return url

    return AfterValidator(check)


SpotifyUrl = Annotated[WebUrl, _of_service("spotify", "Spotify")]
AppleMusicUrl = Annotated[WebUrl, _of_service("apple_music", "Apple Music")]
DeezerUrl = Annotated[WebUrl, _of_service("deezer", "Deezer")]
TikTokUrl = Annotated[WebUrl, _of_service("tiktok", "TikTok")]
InstagramUrl = Annotated[WebUrl, _of_service("instagram", "Instagram")]


def _name(text: str) -> str:
    if len(text) > 80 or not re.fullmatch(r"\w[\w.-]*", text):
        slug = re.sub(r"[^\w.-]+", "-", text).strip("-.")[:80].lower() or "my-link"
        raise wrong("a name is letters, digits, `-`, `_` and `.`, at most 80", f"write `{slug}`")
    return text


#: Names appear in case ids, ``-k`` expressions and file names.
Name = Annotated[str, AfterValidator(_name)]

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d(?:\.\d+)?)")
_ISO_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.IGNORECASE)
_SECONDS = re.compile(r"(\d+(?:\.\d+)?) ?(ms|s|sec|seconds?|)", re.IGNORECASE)


def seconds(value: Any) -> Any:
    """Return the seconds of ``2:58``, ``1:02:03``, ``178``, ``178 s``, ``178000 ms`` or ``PT2M58S``."""
    text = str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    if len(text) > 40 or not text.isascii():
        text = ""
    if match := _CLOCK.fullmatch(text):
        total = int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3])
    elif (match := _ISO_DURATION.fullmatch(text)) and any(match.groups()):
        total = int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + float(match[3] or 0)
    elif match := _SECONDS.fullmatch(text):
        total = float(match[1]) / (1000 if match[2].lower() == "ms" else 1)
    else:
        raise wrong("this is not a duration", 'write "2:58", 178 (seconds) or "178000 ms"')
    if total > 24 * 3600:
        raise wrong(
            "this is longer than a day", "a plain number means seconds; write `178000 ms` for milliseconds"
        )
    return total


_DURATION_SCHEMA = {"type": ["string", "number"], "examples": ["2:58", 178, "PT2M58S"]}
#: Seconds.
Duration = Annotated[float, BeforeValidator(seconds), Field(gt=0), WithJsonSchema(_DURATION_SCHEMA)]
#: Seconds from the song's beginning.
Offset = Annotated[float, BeforeValidator(seconds), WithJsonSchema(_DURATION_SCHEMA)]


#: What stands between a code's parts in mails, PDFs and spreadsheets: spaces, hyphens and dashes, seen or not.
_BETWEEN = re.compile("[\\s\u00ad\u200b-\u200f\u2060\ufeff\u2010-\u2015\u2212-]")


def _code(value: str) -> str:
    """A code's bare letters and digits, full-width ones as plain ones."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", value))


def _isrc(value: str) -> str:
    code = _code(value).upper()
    if re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", code):
        return code
    if len(code) == 12 and re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}[0-9O]{7}", code):
        raise wrong(
            "this ISRC has the letter O where a digit belongs",
            f"write {code[:5]}{code[5:].replace('O', '0')}",
        )
    raise wrong(
        "this is not an ISRC",
        "twelve characters: two letters, three letters or digits, seven digits (QZABC2600001)",
    )


#: Kept without hyphens, in capitals: both are presentation (`reference/services.md` 8.6).
Isrc = Annotated[str, AfterValidator(_isrc)]


def _upc(value: str) -> str:
    code = _code(value)
    if re.fullmatch(r"\d{8}|\d{12,14}", code) and code.isascii():
        return code
    if re.fullmatch(r"\d([.,]\d+)?[eE]\+?\d+", code):
        raise wrong(
            "a spreadsheet has turned this UPC into a rounded number", "copy it again from the distributor"
        )
    if re.fullmatch(r"\d{9,11}", code) and code.isascii():
        raise wrong(
            f"this UPC has {len(code)} digits; a spreadsheet may have dropped its leading zeros",
            f'write "{code.zfill(12)}" if that is the code',
        )
    digits = code.upper().replace("O", "0")
    if digits != code and re.fullmatch(r"\d{8}|\d{12,14}", digits) and digits.isascii():
        raise wrong("this UPC has the letter O where a digit belongs", f'write "{digits}"')
    raise wrong("this is not a UPC or EAN", "12 digits (UPC), 13 (EAN), 14 (GTIN) or 8")


#: As typed, without spaces and hyphens. The check digit is the `metadata` check's matter.
Upc = Annotated[str, AfterValidator(_upc), WithJsonSchema({"type": ["string", "integer"]})]


def upc_check_digit_fits(code: str) -> bool:
    """Return whether the last digit is GS1's mod-10 check digit (weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return total % 10 == 0


def _country(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise wrong("this is not a country", "write ISO codes of two letters, such as US, GB, NO")
    return value.upper()


Country = Annotated[str, AfterValidator(_country)]


def _suite_file(value: str, info: ValidationInfo) -> str:
    context = info.context or {}
    root: Path | None = context.get("root")
    written_in: Path | None = root
    if isinstance(value, Text) and value.node.source.path is not None:
        written_in = value.node.source.path.parent
    if root is None or written_in is None:
        raise wrong("a file can only be named by a suite that is a file itself")
    return inside(value, written_in, root).relative_to(root).as_posix()


def inside(name: str, folder: Path, root: Path) -> Path:
    """Return the existing file `name`, seen from `folder`, symbolic links resolved.

    Raises a validation error when it is missing or lies outside `root` (itself a resolved path).
    """
    if "\x00" in name or not name.strip():
        raise wrong("this is not a file name")
    if _SCHEME.match(name) and "://" in name:
        raise wrong("this is an address, not a file", "download the file and put it beside the suite")
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive or name.startswith("\\"):
        raise wrong("a suite reads only files of its own folder", "write a path relative to the suite")
    try:
        found = (folder / name).resolve()
        if not found.is_relative_to(root):
            raise wrong("this file is outside the suite's folder", "put it into the suite's folder")
        if not found.is_file():
            raise wrong(
                f"there is no file `{shorten(name)}`", "paths are relative to the file that names them"
            )
    except (OSError, RuntimeError) as reason:
        raise wrong(
            f"this file cannot be reached: {shorten(str(getattr(reason, 'strerror', reason)))}"
        ) from None
    return found


#: A file inside the suite's folder, kept relative to that folder.
SuiteFile = Annotated[str, BeforeValidator(_suite_file), WithJsonSchema({"type": "string"})]


@dataclass(frozen=True, slots=True)
class ShortForm:
    """Lets a value be written shorter: `convert` makes the long form of it, `schema` describes the short one.

    Without a `schema` the short form is the single member of a list.
    """

    convert: Callable[[Any], Any]
    schema: Mapping[str, Any] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.convert, handler(source))

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        long = handler(core)
        return {"anyOf": [long, dict(self.schema) if self.schema is not None else long["items"]]}


#: Marks a list that may be given as its single member.
OneOrMany = ShortForm(lambda value: [value] if isinstance(value, (str, int, float)) else value)


def day(value: Any) -> Any:
    """Return the date of ``2026-11-20``."""
    if isinstance(value, dt.date):
        return value
    text = str(value).strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) or not text.isascii():
        raise wrong("this is not a date", "write year-month-day, such as 2026-11-20")
    try:
        return within_reason(dt.date.fromisoformat(text))
    except ValueError as reason:
        raise wrong(f"this is not a date: {reason}", "write year-month-day, such as 2026-11-20") from None


def within_reason(date: dt.date) -> dt.date:
    """Return `date`, unless it lies where no release does and calendars end."""
    if not _FIRST_YEAR <= date.year <= _LAST_YEAR:
        raise wrong(f"no release is of the year {date.year}", "write year-month-day, such as 2026-11-20")
    return date


Day = Annotated[
    dt.date,
    BeforeValidator(day),
    PlainSerializer(lambda value: value.isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date"}),
]
