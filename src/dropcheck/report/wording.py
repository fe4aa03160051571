"""Words for people: every sentence of a report in its language, from one strings file each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

from dropcheck.report.errors import ReportError
from dropcheck.report.inert import one_line
from dropcheck.result import CaseResult, Cause, Hop, Outcome, OutcomeKind, ProfileUsed, Verdict, Where

_STRINGS = resources.files("dropcheck.report") / "strings"


class Word(StrEnum):
    """The five plain words a reader sees for a verdict, worst first."""

    BROKEN = "broken"
    LOSES = "loses"
    UNCHECKED = "unchecked"
    EARLY = "early"
    WORKS = "works"


#: Skipped and error read alike to an artist: there is no result.
WORD_OF: dict[Verdict, Word] = {
    Verdict.PASS: Word.WORKS,
    Verdict.WARN: Word.LOSES,
    Verdict.FAIL: Word.BROKEN,
    Verdict.BLOCKED: Word.UNCHECKED,
    Verdict.ERROR: Word.UNCHECKED,
    Verdict.SKIPPED: Word.UNCHECKED,
    Verdict.PENDING: Word.EARLY,
}
WORST_FIRST: tuple[Word, ...] = tuple(Word)

#: Evidence that names the tool's own rules and measures.
_FOR_ENGINEERS = frozenset(
    {"ending", "hop", "rule", "rows", "distance", "tint", "read_from", "cover_is_avatar"}
)
#: How services and apps write their own names; others are made from their ids.
_PROPER_NAMES = {
    "spotify": "Spotify",
    "apple_music": "Apple Music",
    "apple-music": "Apple Music",
    "deezer": "Deezer",
    "amazon_music": "Amazon Music",
    "youtube_music": "YouTube Music",
    "youtube": "YouTube",
    "soundcloud": "SoundCloud",
    "tidal": "TIDAL",
    "tiktok": "TikTok",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "whatsapp": "WhatsApp",
    "chrome": "Chrome",
    "safari": "Safari",
    "musicbrainz": "MusicBrainz",
    "ios": "iPhone",
    "android": "Android",
}


def languages() -> list[str]:
    """Return the codes of the languages there is a strings file for."""
    return sorted(
        name.removesuffix(".toml") for entry in _STRINGS.iterdir() if (name := entry.name).endswith(".toml")
    )


@lru_cache
def wording(language: str = "en") -> Wording:
    """Return the words of `language`; raises `ReportError` naming the languages there are."""
    if language not in languages():
        raise ReportError(f"there is no strings file for {language!r}; there are: {', '.join(languages())}")
    return Wording(tomllib.loads((_STRINGS / f"{language}.toml").read_text(encoding="utf-8")))


class Wording:
    """The sentences of one language, and the names and numbers as that language writes them."""

    def __init__(self, strings: dict[str, dict[str, Any]]) -> None:
        self._strings = strings

    @property
    def code(self) -> str:
        """The language's code, as HTML's `lang` takes it."""
        return self("language.code")

    @property
    def direction(self) -> str:
        """The direction of its writing, as HTML's `dir` takes it."""
        return self("language.direction")

    def __call__(self, key: str, /, count: int | None = None, **values: object) -> str:
        """Return the sentence at `key` with `values` filled in; `count` of one takes the sentence for one."""
        section, _, name = key.partition(".")
        entries = self._strings[section]
        text = entries.get(f"{name}_one") if count == 1 else None
        return str(text or entries[name]).format(
            count=self.number(count) if count is not None else "", **values
        )

    def template(self, key: str) -> str:
        """Return the sentence at `key` with its places for values still open."""
        section, _, name = key.partition(".")
        return str(self._strings[section][name])

    def has(self, key: str) -> bool:
        """Whether there is a sentence at `key`."""
        section, _, name = key.partition(".")
        return name in self._strings.get(section, {})

    def lines(self, key: str) -> list[str]:
        """Return the list at `key`."""
        section, _, name = key.partition(".")
        return [str(line) for line in self._strings[section][name]]

    def named(self, section: str, name: str) -> str:
        """Return the entry `name` of `section`, or `name` itself made readable."""
        key = name.casefold()
        entry = self._strings[section].get(key)
        return str(entry) if entry is not None else proper_name(name)

    def rule(self, rule_id: str) -> Mapping[str, str]:
        """Return the texts of a rule in this language (`title`, `why`, `fix`); empty where it has none."""
        entry = self._strings.get("rule", {}).get(rule_id)
        return entry if isinstance(entry, Mapping) else {}

    def entries(self, section: str) -> Mapping[str, str]:
        """Return a section that not every language has."""
        return self._strings.get(section, {})

    def number(self, value: float) -> str:
        """Return `value` with this language's thousands and decimal marks."""
        text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
        marks = {",": self("language.thousands"), ".": self("language.decimal")}
        return "".join(marks.get(mark, mark) for mark in text)

    def share(self, value: float) -> str:
        """Return the share `value` (0 to 1) in per cent, with two figures that count."""
        per_cent = value * 100
        digits = 0 if per_cent >= 10 or per_cent == 0 else 1 if per_cent >= 1 else 2
        return f"{self.number(round(per_cent, digits) if digits else round(per_cent))} %"

    def moment(self, at: datetime) -> str:
        """Return a moment, in UTC."""
        utc = at.astimezone(UTC) if at.tzinfo else at
        return self("language.moment", time=f"{utc:%H:%M}", **self._calendar(utc))

    def day(self, at: date) -> str:
        """Return a date."""
        return self("language.date", **self._calendar(at))

    def _calendar(self, at: date) -> dict[str, Any]:
        return {"day": at.day, "month": self.lines("language.months")[at.month - 1], "year": at.year}

    def moment_or_text(self, value: object) -> str:
        """Return `value` as a moment or a date where it is one in ISO 8601, else as it stands."""
        text = str(value)
        try:
            return (
                self.day(date.fromisoformat(text))
                if len(text) == 10
                else self.moment(datetime.fromisoformat(text))
            )
        except (ValueError, OverflowError):
            return text

    def listing(self, names: Iterable[str], limit: int = 3, word: str = "and") -> str:
        """Return `names` as a sentence part: "a, b and c"; beyond `limit` the rest is counted.

        With `word` "or" a verb behind it stays as it is for one.
        """
        items = list(dict.fromkeys(names))
        if len(items) > limit:
            items = [*items[:limit], f"+{len(items) - limit}"]
        if len(items) < 2:
            return "".join(items)
        return self(f"language.{word}", first=", ".join(items[:-1]), last=items[-1])

    def value(self, value: object) -> str | None:
        """Return a value of the open parts of the results as text, or None when there is nothing to show."""
        if value is None or value == "" or value == []:
            return None
        if isinstance(value, bool):
            return self("page.yes" if value else "page.no")
        if isinstance(value, list | tuple):
            return ", ".join(filter(None, (self.value(one) for one in value)))
        if isinstance(value, Mapping):
            named = value.get("name")
            return (
                str(named) if named else ", ".join(f"{key}: {self.value(one)}" for key, one in value.items())
            )
        return str(value)

    def evidence(self, evidence: Mapping[str, Any], *, plain: bool = False) -> list[tuple[str, str]]:
        """Return a finding's evidence as (what, value) rows, each one line of at most 400 characters.

        `plain` leaves out what only means something to the tool's user.
        """
        rows = []
        for key, value in evidence.items():
            text = self.value(value)
            if text and not (plain and key in _FOR_ENGINEERS):
                shown = self.moment_or_text(text) if str(key).endswith("_at") else text
                rows.append((one_line(self.named("evidence", str(key)), 60), one_line(shown, 400)))
        return rows

    def phone(self, name: str | None, profiles: Iterable[ProfileUsed] = ()) -> str:
        """Return the name of a phone as people say it: "TikTok on iPhone"."""
        if name is None:
            return ""
        for profile in profiles:
            label = str(profile.identity.get("title") or profile.identity.get("label") or "")
            if profile.name == name and label:
                app, on, phone = label.rpartition(" on ")
                return self("language.on", app=app, phone=phone) if on else label
        base, _, variant = name.partition("+")
        parts = base.split("-")
        if len(parts) > 1 and parts[-1] in ("ios", "android"):
            readable = self(
                "language.on", app=proper_name("-".join(parts[:-1])), phone=proper_name(parts[-1])
            )
            return f"{readable} ({proper_name(variant)})" if variant else readable
        return proper_name(name)

    def ending(self, outcome: Outcome | None) -> str:
        """Return where a journey ended, in a sentence."""
        if outcome is None:
            return self("how.unknown")
        kind, escape = outcome.kind, outcome.escape.value
        if kind in (OutcomeKind.APP, OutcomeKind.BROWSER):
            how = "tap_one" if escape == "tap" and outcome.taps <= 1 else escape
            key = f"how.{kind.value}_{how}"
            values: dict[str, Any] = {"app": proper_name(outcome.app or "app"), "taps": outcome.taps}
            return self(key if self.has(key) else f"how.{kind.value}_other", **values)
        key = f"how.{kind.value}_{escape}"
        return self(key if self.has(key) else f"how.{kind.value}")

    def cause(self, hop: Hop, app: str) -> str:
        """Return who caused `hop`; `app` is the name of the app whose browser it began in."""
        if hop.by is Cause.APP and hop.where is Where.BROWSER:
            return self("cause.app_browser")
        return self(f"cause.{hop.by.value}", app=app)

    def place(self, where: Where, app: str) -> str:
        """Return which side of the phone a hop happened on."""
        return self(f"place.{where.value}", app=app)

    def check(self, case: CaseResult) -> str:
        """Return what a case checks, as a column's heading."""
        return self.named("area", case.check)


def proper_name(name: str) -> str:
    """Return an id of a service, an app or a check as a name: ``apple_music`` becomes "Apple Music"."""
    known = _PROPER_NAMES.get(name.casefold())
    if known:
        return known
    words = name.replace("_", " ").replace("-", " ").split()
    text = " ".join(_PROPER_NAMES.get(word.casefold(), word) for word in words)
    return text[:1].upper() + text[1:]


def word_of(verdict: Verdict) -> Word:
    """Return the plain word for `verdict`."""
    return WORD_OF[verdict]


def worst(words: Iterable[Word]) -> Word:
    """Return the worst of `words`; none at all is "couldn't check"."""
    return min(words, key=WORST_FIRST.index, default=Word.UNCHECKED)
