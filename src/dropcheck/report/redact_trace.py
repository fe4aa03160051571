"""Playwright traces at the border: what was recorded of the views of one case, without secrets, in one file.

A trace is a zip: ``*.trace`` and ``*.network`` hold a JSON object a line, ``resources/`` what pages were made of,
``screencast/`` pictures of the screen. Several recordings lie in one zip under different names, as Playwright
Test's own do. Text is kept as far as it can be read and redacted, pictures as pixels; everything else (fonts,
media, whatever isn't UTF-8, and the ``*.stacks``, which name files of this machine) is left out.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from dropcheck.report.redact import MARK, redact_json, redact_picture, redact_text

#: Bytes of one line or resource that are read through; longer ones are left out, since nobody vouches for them.
LARGEST_TEXT = 4_000_000
LARGEST_PICTURE = 20_000_000

README_NAME = "README.txt"
README = """\
Playwright traces, one for each case. In it, numbered as they were opened: the views of the in-app browser and
of the real browser it led to. Where a phone rule is contested, the journey was played a second time.

Look at one with:  playwright show-trace FILE.zip   (it comes with Playwright; `npx playwright` has it too)

dropcheck scrubbed them before they came here:
- tokens, codes, signatures and other secrets in URLs, bodies, console text and page text,
  e-mail and IP addresses, and the values of secrets in the environment: replaced by REDACTED
- every cookie, and every header that isn't known to be harmless: its value is REDACTED
- what form fields hold, hidden ones too: REDACTED
- pictures: kept as pixels only; fonts, media and anything else that isn't plain text: left out
- anything too long to be read through, and where dropcheck's own files lie on this machine: left out

A trace may still show what was on the screen, and a page can write a secret in a form that nothing
recognises. Look before you pass one on.
"""

_LINES = (".trace", ".network")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".ico", ".avif")

#: Headers whose values tell about the page, not about who asks; the text in them is redacted all the same.
_HARMLESS_HEADER = re.compile(
    r"(?i)(?::(?:authority|method|path|scheme|status)|accept.*|age|allow|alt-svc|cache-control|connection|content-.*"
    r"|cross-origin-.*|access-control-.*|date|dnt|etag|expires|host|if-(?:none-match|modified-since)|last-modified"
    r"|link|location|origin|permissions-policy|pragma|purpose|range|referer|referrer-policy|retry-after|save-data"
    r"|sec-.*|server|server-timing|service-worker.*|strict-transport-security|transfer-encoding|upgrade.*"
    r"|user-agent|vary|via|x-content-type-options|x-frame-options|x-requested-with|x-robots-tag|x-xss-protection)"
)
_FIELDS = frozenset({"INPUT", "TEXTAREA", "SELECT", "OPTION"})
_BUTTONS = frozenset({"submit", "button", "reset"})
_TELLING_META = re.compile(r"(?i)csrf|xsrf|token|nonce|key|email|user")

#: The same in HTML source: values of fields, what a text area holds, and `meta` tokens.
_INPUT_SOURCE = re.compile(r"(?is)(<input\b[^<>]*?\svalue\s*=\s*)(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_TEXTAREA_SOURCE = re.compile(r"(?is)(<textarea\b[^<>]*>)[^<]+")
_META_SOURCE = re.compile(
    r"(?is)<meta\b(?=[^<>]*\bname\s*=\s*[\"']?[^\"'<>\s]*(?:csrf|xsrf|token|nonce|key|email|user))[^<>]*>"
)
#: Text that hides in a data URL; pictures and fonts in one are what the page looks like.
_DATA_URL = re.compile(r"(?i)data:(?!image/(?!svg)|font/)[\w./+-]*(?:;[\w=.-]+)*;base64,[\w+/=%-]+")
#: Playwright names a picture of the screen like an e-mail address.
_FRAME_NAME = re.compile(r"page@(?=[0-9a-f]{32}-\d+\.jpeg)")


def redact_trace(raw: Mapping[str, Path], file: Path, secrets: Mapping[str, str] | None = None) -> bool:
    """Join recordings, by the names they get there, into the redacted trace `file`; return whether there was any.

    `secrets` is an environment as `redact_text` takes it. A recording that can't be read is left out. The
    file is there whole or not at all; raises `OSError` when it can't be written.
    """
    readable = [(label, path) for label, path in raw.items() if path.is_file() and zipfile.is_zipfile(path)]
    if not readable:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as target:
            for label, path in readable:
                with suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as source:
                    _copy(source, target, label, secrets)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return True


def _copy(
    source: zipfile.ZipFile, target: zipfile.ZipFile, name: str, secrets: Mapping[str, str] | None
) -> None:
    there = set(target.namelist())
    for member in source.infolist():
        as_told = _FRAME_NAME.sub("page-", member.filename)
        ending = PurePosixPath(member.filename).suffix.lower()
        if ending in _LINES:
            lines = _lines(source, member, secrets)
            target.writestr(f"{name}{ending}", "".join(f"{line}\n" for line in lines))
        elif ending != ".stacks" and not member.is_dir() and as_told not in there:
            content = _resource(source, member, ending, secrets)
            if content is not None:
                target.writestr(as_told, content)


def _lines(
    source: zipfile.ZipFile, member: zipfile.ZipInfo, secrets: Mapping[str, str] | None
) -> Iterator[str]:
    """Yield the member's lines redacted, without those that are no JSON, too long or nested too deeply."""
    with source.open(member) as stream:
        while line := stream.readline(LARGEST_TEXT + 1):
            if len(line) > LARGEST_TEXT and not line.endswith(b"\n"):
                while line and not line.endswith(b"\n"):
                    line = stream.readline(LARGEST_TEXT)
                continue
            with suppress(ValueError, RecursionError):
                yield _json_text(json.loads(line), secrets)


def _resource(
    source: zipfile.ZipFile, member: zipfile.ZipInfo, ending: str, secrets: Mapping[str, str] | None
) -> bytes | None:
    """Return a resource without secrets; None when nobody can tell what it holds."""
    if member.file_size > LARGEST_PICTURE:
        return None
    content = source.read(member)
    if ending in _PICTURES:
        try:
            return redact_picture(content)
        except ValueError:
            return None
    if len(content) > LARGEST_TEXT or b"\0" in content:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            return _json_text(json.loads(text), secrets).encode()
    return redact_text(_bare_source(text), secrets).encode()


def _json_text(value: Any, secrets: Mapping[str, str] | None) -> str:
    # The names in it are Playwright's and the pages', so none of them vouches for what it names.
    cleaned = redact_json(_bare(value), secrets, trusted_keys=frozenset())
    return json.dumps(cleaned, ensure_ascii=False, separators=(",", ":"))


def _bare(value: Any, key: str = "") -> Any:
    """Return a trace's JSON without what only its shape gives away: cookies, headers, fields, base64."""
    if isinstance(value, str):
        return _bare_source(value)
    if isinstance(value, list):
        if key == "cookies":
            return [_marked(one) for one in value]
        if key == "headers":
            return [one if _is_harmless(one) else _marked(one) for one in map(_bare, value)]
        if len(value) > 1 and isinstance(value[0], str) and isinstance(value[1], dict):
            return _bare_element(value)
        return [_bare(one) for one in value]
    if isinstance(value, dict):
        if value.get("isBase64") is True and "body" in value:
            value = {**value, "body": MARK}
        return {
            name: _bare(inner, name) for name, inner in value.items() if name not in ("stack", "storageState")
        }
    return value


def _is_harmless(header: Any) -> bool:
    name = header.get("name") if isinstance(header, dict) else None
    return isinstance(name, str) and _HARMLESS_HEADER.fullmatch(name) is not None


def _marked(pair: Any) -> Any:
    return {"name": pair.get("name", ""), "value": MARK} if isinstance(pair, dict) else MARK


def _bare_element(element: Sequence[Any]) -> list[Any]:
    """Return an element of a DOM snapshot (``[tag, attributes, *children]``) without what a person or site typed."""
    tag, attributes, children = element[0].upper(), element[1], element[2:]
    hidden = {"__playwright_value_"}
    if tag in _FIELDS and str(attributes.get("type", "")).lower() not in _BUTTONS:
        hidden.add("value")
    if tag == "META" and _TELLING_META.search(str(attributes.get("name", ""))):
        hidden.add("content")
    bare = {name: MARK if name in hidden else _bare(text, name) for name, text in attributes.items()}
    if tag == "TEXTAREA":
        return [element[0], bare, *(MARK if isinstance(child, str) else _bare(child) for child in children)]
    return [element[0], bare, *(_bare(child) for child in children)]


def _bare_source(text: str) -> str:
    text = _FRAME_NAME.sub("page-", text)
    if "<" in text:
        text = _INPUT_SOURCE.sub(rf'\g<1>"{MARK}"', text)
        text = _TEXTAREA_SOURCE.sub(rf"\g<1>{MARK}", text)
        text = _META_SOURCE.sub(f"<!-- {MARK} -->", text)
    return _DATA_URL.sub(f"data:,{MARK}", text) if "base64," in text else text
