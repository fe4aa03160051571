"""Make text from hostile pages harmless in each format a report speaks; HTML is escaped by its templates."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

#: Control characters but tab and line ends, and the code points XML 1.0 (section 2.2) has no place for.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Marks that turn or hide text (Unicode bidirectional controls, zero-width characters, tags).
_DIRECTION = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#!|<>~$@:&]|^\s*[-+=]|^\d+(?=[.)]))")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain_text(text: str) -> str:
    """Return `text` without control characters, terminal escapes and marks that turn its direction."""
    return _DIRECTION.sub("", _CONTROL.sub("", _ESCAPE_SEQUENCE.sub("", text)))


def one_line(text: str, limit: int | None = None) -> str:
    """Return `text` as one plain line, cut with an ellipsis when it is longer than `limit` characters."""
    line = " ".join(plain_text(text).split())
    return line if limit is None or len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def xml_text(text: str) -> str:
    """Return `text` with only characters that XML 1.0 allows; `<` and `&` are left to the XML writer."""
    return _CONTROL.sub("", _ESCAPE_SEQUENCE.sub("", text))


def markdown(text: str, limit: int | None = None) -> str:
    """Return `text` as one line of Markdown that can't format, link, mention, or break out of a table."""
    escaped = _MARKDOWN.sub(lambda match: f"&#{ord(match[1][0])};{match[1][1:]}", one_line(text, limit))
    # GitHub looks for mentions in the rendered text, so only a word joiner parts `@` from the name after it.
    escaped = escaped.replace("&#64;", "&#64;\u2060")
    return re.sub(r"(?i)\b(www)\.", r"\1&#46;", escaped)


def csv_cell(text: str) -> str:
    """Return `text` as a cell no spreadsheet runs as a formula (OWASP, "CSV Injection": a leading quote)."""
    cell = plain_text(text)
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def web_address(url: str | None) -> str | None:
    """Return `url` when it is safe to make a link of: http or https with a host; else None."""
    if not url:
        return None
    try:
        parts = urlsplit(plain_text(url).strip())
        return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def github_property(text: str) -> str:
    """Return `text` escaped for a property of a GitHub workflow command (`::error title=…::`)."""
    return github_message(text).replace(":", "%3A").replace(",", "%2C")


def github_message(text: str) -> str:
    """Return `text` escaped for the message of a GitHub workflow command."""
    return plain_text(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def anchor(case_id: str) -> str:
    """Return a fragment identifier for `case_id` that is safe in a URL and in an HTML id."""
    return "case-" + quote(case_id, safe="").replace("%", "-")
