"""The text of a new suite: commented, with what is known filled in; and of one that follows an old one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ruamel.yaml.comments import CommentedMap

from .new import STORE_FIELDS
from .round_trip import as_text, editable
from .tree import Source

SCHEMA_LINE = "# yaml-language-server: $schema=./suite.schema.json\n"
_PLAIN = re.compile(r"[A-Za-z][\w /:.?&%+~@-]*[\w/]")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
#: What the sheet can say beside title and artists, and why it is worth saying.
_SHEET = {
    "version": "",
    "released": "2026-11-20T00:00:00-05:00   # with its time zone: the 48 hours count from here",
    "isrc": "QZABC2600001",
    "upc": '"859712345677"   # in quotes, so that no leading zero is lost',
    "label": "",
    "duration": "",
    "explicit": "",
    "artwork": "cover.jpg   # a file beside this one; the `artwork` check needs it",
    "tiktok_sound": "https://www.tiktok.com/music/…   # the `sound_page` check needs it",
}
#: What belongs to one release and not to the next, in a suite that serves as the pattern.
_OF_ONE_RELEASE = frozenset(
    {
        "title",
        "version",
        "title_localized",
        "isrc",
        "alternate_isrcs",
        "upc",
        "released",
        "original_release",
        "duration",
        "explicit",
        "artwork",
        "tiktok_sound",
        "alternate_sounds",
        "instagram_audio",
        "clip_start",
        "hook_at",
        "type",
        "p_line",
        "c_line",
        "tracks",
        "album_spotify",
        "album_apple_music",
        "album_deezer",
        *STORE_FIELDS,
    }
)
#: What a check says of one release or campaign: what was accepted, its numbers, its posts and dates.
_OF_ONE_CAMPAIGN = frozenset(
    {
        "known",
        "expect",
        "numbers",
        "csv",
        "sound",
        "smart_link",
        "post",
        "posted",
        "authorised",
        "code_ends",
        "campaign_ends",
    }
)
#: Where a link must lead: an address is one release's, a field of the sheet is every release's.
_LEADS_TO = frozenset({"opens", "contains"})


def draft(
    name: str, *, bio: str, stores: Mapping[str, str], presave: str | None, sheet: Mapping[str, Any]
) -> str:
    """Return the text of a new suite for a bio link, the song's addresses and a pre-save page.

    `stores` maps fields of the sheet to addresses, `sheet` holds what else is known of the release.
    """
    lines = [
        SCHEMA_LINE.rstrip(),
        f"# Check it: dropcheck validate {name}.yaml     Run it: dropcheck run {name}.yaml",
        "version: 1",
        f"suite: {name}",
        "release:",
        "  # What is true; checks hold the stores against it. Leave out what you don't know.",
        _line("title", sheet.get("title"), "Your Song"),
        _line("artists", sheet.get("artists"), "[Your Name]"),
    ]
    lines += [_line(field, sheet.get(field), example) for field, example in _SHEET.items()]
    lines += [_line(field, url, "") for field, url in stores.items()]
    lines += [
        "# The phones to try; these four unless you name others (`dropcheck profiles` lists them):",
        "# profiles: [tiktok-ios, tiktok-android, instagram-ios, instagram-android]",
        "links:",
        "  # The link fans tap, exactly as it is published.",
        "  - name: bio",
        f"    url: {_value(bio)}",
        "    checks:",
    ]
    keeps = [key for key, _ in parse_qsl(urlsplit(bio).query) if key.startswith("utm_")]
    kept = f", keeps: {_value(keeps)}" if keeps else ""
    if stores:
        lines += [
            "      # It must leave the in-app browser and open the song in its app.",
            f"      - escape: {{to: app{kept}}}",
        ]
    else:
        lines += [
            "      # It must leave the in-app browser. With the song's address above, ask for more: {to: app}",
            f"      - escape: {{to: browser{kept}}}",
        ]
    if presave:
        lines += [
            "  - name: presave",
            f"    url: {_value(presave)}",
            "    checks:",
            "      # Fans can't log in inside TikTok or Instagram: the page has to leave first.",
            "      - escape: {to: browser}",
            "      - presave",
        ]
    if stores:
        lines += [
            "checks:",
            "  # From the release moment on: do the stores show what the sheet says?",
            "  - metadata",
        ]
    return "\n".join(line for line in lines if line) + "\n"


def _line(field: str, value: Any, example: str) -> str:
    if value not in (None, "", [], {}):
        return f"  {field}: {_value(value)}"
    return f"  # {field}: {example}" if example else ""


def _value(value: Any) -> str:
    """A value as YAML writes it on one line; quoted as JSON where a plain word would mean something else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_inner(member)}" for key, member in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_inner(member) for member in value) + "]"
    text = str(value)
    if isinstance(value, (int, float)) or re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return text
    plain = _PLAIN.fullmatch(text) and ": " not in text and text.casefold() not in _WORDS_OF_YAML
    return text if plain else json.dumps(text, ensure_ascii=False)


def _inner(value: Any) -> str:
    """Inside brackets a comma or a brace would end the value, so anything but words is quoted."""
    if isinstance(value, str) and not re.fullmatch(r"[A-Za-z][\w .-]*\w", value):
        return json.dumps(value, ensure_ascii=False)
    return _value(value)


def renewed(
    old: Source,
    name: str,
    *,
    bio: str | None,
    stores: Mapping[str, str],
    presave: str | None,
    sheet: Mapping[str, Any],
) -> str:
    """Return an old suite's text for the next release: its links, phones and checks, with a fresh sheet.

    Links named `bio` and `presave` (else the first, for `bio`) get the new addresses. What spoke of the old release
    is left out: its numbers, posts and dates, `known` entries and expectations, until when a link was up. Raises
    `SuiteError` for a text that is no suite.
    """
    document = editable(old)
    document["suite"] = name
    document.pop("include", None)
    release = document.get("release")
    release = document["release"] = release if isinstance(release, CommentedMap) else CommentedMap()
    for field in _OF_ONE_RELEASE & release.keys():
        del release[field]
    if sheet.get("artists"):
        release.pop("artists", None)
    for number, (field, value) in enumerate({**sheet, **stores}.items()):
        if field not in release:
            release.insert(number, field, value)
    links = document.get("links")
    links = [link for link in links if isinstance(link, CommentedMap)] if isinstance(links, list) else []
    for wanted, url in (("bio", bio), ("presave", presave)):
        link = next((one for one in links if one.get("name") == wanted), None)
        if link is None and wanted == "bio" and links:
            link = links[0]
        if url and link is not None:
            link["url"] = url
    for link in links:
        link.pop("until", None)
    for calls in (document.get("checks"), *(link.get("checks") for link in links)):
        _forget(calls)
    made = as_text(document)
    return made if "$schema=" in made else SCHEMA_LINE + made


def _forget(calls: Sequence[Any] | None) -> None:
    for call in calls if isinstance(calls, list) else ():
        for options in call.values() if isinstance(call, Mapping) else ():
            if isinstance(options, CommentedMap):
                for key in _OF_ONE_CAMPAIGN & options.keys():
                    del options[key]
                for key in _LEADS_TO & options.keys():
                    if not str(options[key]).startswith("release."):
                        del options[key]
