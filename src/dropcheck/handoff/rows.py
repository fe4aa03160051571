"""Finds the row of a profile that speaks of a navigation, and remembers the contested ones it met."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from dropcheck.device.load import version_matches
from dropcheck.device.model import Mechanism, Profile, Row, Topic, When
from dropcheck.handoff.model import Navigation, Rule
from dropcheck.result import Confidence


class Play(StrEnum):
    """How contested and assumed rows are played: as if they fail, or as if they work."""

    FAILS = "fails"
    WORKS = "works"


@dataclass(frozen=True, slots=True)
class Applied:
    """A row and the mechanism it stands for in this play."""

    row: Row
    mechanism: Mechanism

    @property
    def asks(self) -> bool:
        """Whether the host app shows its own consent sheet first."""
        return self.row.asks and self.mechanism is self.row.does

    def rule(self, why: str, would_change: str = "") -> Rule:
        """Return the row as the rule behind a decision."""
        return Rule(
            id=self.row.id,
            why=f"{why} {self.row.note}".strip(),
            confidence=self.row.confidence,
            date=self.row.date.isoformat(),
            source=self.row.source,
            would_change=would_change,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What a row's `when` is compared with."""

    scheme: str = ""
    host: str = ""
    package: str | None = None
    dead_intent_form: bool = False


def scheme_and_host(url: str) -> tuple[str, str]:
    """Return the lower-case scheme and the host part of any URL; empty strings where there is none."""
    scheme, colon, rest = url.strip().partition(":")
    if not colon:
        return "", ""
    if rest.startswith("//"):
        try:
            host = urlsplit("x://" + rest[2:]).hostname or ""
        except ValueError:
            host = ""
        return scheme.lower(), host
    return scheme.lower(), ""


@dataclass(slots=True)
class RowReader:
    """Reads one profile's rows in one play; `met` names what it met that nobody has settled."""

    profile: Profile
    play: Play
    met: dict[str, None] = field(default_factory=dict)

    def find(self, topic: Topic, navigation: Navigation, facts: Facts) -> Applied | None:
        """Return the first row of `topic` whose `when` fits, as it acts in this play."""
        for row in self.profile.rows:
            if row.topic is topic and self._speaks_of(row.when, navigation, facts):
                return self._apply(row)
        return None

    def _apply(self, row: Row) -> Applied:
        if row.fails_as is None or self.holds(row.id, row.confidence):
            return Applied(row, row.does)
        return Applied(row, row.fails_as)

    def holds(self, name: str, confidence: Confidence) -> bool:
        """Return whether a fact holds in this play; one that may not decide alone is written down in `met`."""
        if confidence.decides:
            return True
        self.met[name] = None
        return self.play is Play.WORKS

    def _speaks_of(self, when: When, navigation: Navigation, facts: Facts) -> bool:
        if when.schemes and "*" not in when.schemes and facts.scheme not in when.schemes:
            return False
        if when.hosts and facts.host not in when.hosts:
            return False
        if when.packages and (facts.package or "none") not in when.packages:
            return False
        if when.by and navigation.by not in when.by:
            return False
        if when.gesture is not None and navigation.gesture is not when.gesture:
            return False
        if when.dead_intent_form is not None and facts.dead_intent_form is not when.dead_intent_form:
            return False
        return when.app_version is None or version_matches(self.profile.app_version, when.app_version)
