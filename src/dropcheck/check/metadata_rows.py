"""The release sheet beside one store's item, field by field. Nothing is fetched here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dropcheck.catalog.credits import compare_credits, compare_joined
from dropcheck.catalog.facts import ItemFacts
from dropcheck.catalog.match import Match, compare_text, difference, folded
from dropcheck.catalog.title import TitleComparison, compare_titles, parse_title
from dropcheck.catalog.values import (
    Compared,
    clock,
    compare_advisory,
    compare_date,
    compare_isrc,
    compare_length,
    compare_upc,
)
from dropcheck.check.metadata_credits import credit_note, credit_rule, expected_credits
from dropcheck.check.options import Tolerances
from dropcheck.check.recordings import in_order, places, recording_of
from dropcheck.suite.sheet import Artist, Recording, Release

#: The mark of a ℗ or © line, which services write or leave out.
_MARK = re.compile(r"^\s*(?:[℗©]|\([PC]\))\s*", re.IGNORECASE)
_SERVICE_WITHOUT_CLEAN = frozenset({"spotify", "deezer"})


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the sheet beside one store's value.

    `expected` and `value` are as people read them; `via` is the store's interface. `rule` is the rule it
    breaks, None for none. `skipped` says why there is nothing to compare. `track` is a track's number.
    """

    field: str
    service: str
    expected: str | None
    value: str | None
    match: Match
    read_at: dt.datetime
    via: str = ""
    note: str = ""
    rule: str | None = None
    track: str | None = None
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares one sheet with the stores' items; `now` decides whether a day's difference is a time zone."""

    sheet: Release
    tolerances: Tolerances
    now: dt.datetime
    fields: frozenset[str] = frozenset()

    def rows(self, facts: ItemFacts) -> list[Row]:
        """Return a row for each field of the sheet that is asked for."""
        song, number = recording_of(self.sheet, facts)
        made = [*self._recording(song, facts, number), *self._of_release(facts), *self._tracks(facts)]
        return [row for row in made if not self.fields or row.field in self.fields]

    def _recording(self, sheet: Recording, facts: ItemFacts, track: str | None) -> Iterator[Row]:
        yield from self._title(sheet, facts, track)
        artists = sheet.artists or self.sheet.artists
        if artists:
            yield self._artists(artists, facts, track)
        # An album's own length, code and flag are those of its only track.
        single = facts.tracks[0] if facts.kind == "album" and len(facts.tracks) == 1 else facts
        if facts.kind == "album" and single is facts:
            return
        if sheet.isrc:
            yield self._coded("isrc", sheet.isrc, single, track, sheet.alternate_isrcs)
        if sheet.duration is not None:
            yield self._length(sheet.duration, single, track)
        if sheet.explicit is not None:
            yield self._explicit(sheet, single, track)

    def _title(self, sheet: Recording, facts: ItemFacts, track: str | None) -> Iterator[Row]:
        if sheet.title is None:
            return
        if facts.title is None:
            yield self._absent("title", sheet.title, facts, track)
            return
        names = tuple(one.name for one in sheet.artists or self.sheet.artists)
        found = compare_titles(
            sheet.title,
            facts.title,
            version=sheet.version,
            seen_version=facts.title_version,
            artists=names,
            localized=tuple(sheet.title_localized.values()),
        )
        yield self._row(
            "title", found.expected.base, found.seen.base, found.base, facts, track, **_title_says(found)
        )
        if found.expected.version is not None or found.seen.version is not None:
            rule = "metadata/version-different" if found.version is Match.DIFFERENT else None
            note = difference(found.expected.version or "", found.seen.version or "") if rule is None else ""
            yield self._row(
                "version",
                found.expected.version or "none",
                found.seen.version or "none",
                found.version,
                facts,
                track,
                rule=rule or ("metadata/title-style" if found.version is not Match.EXACT else None),
                note=note if found.version is not Match.EXACT else "",
            )
        yield from self._features(found, names, facts, track)

    def _features(
        self, found: TitleComparison, names: Sequence[str], facts: ItemFacts, track: str | None
    ) -> Iterator[Row]:
        """What the titles say of features, where the credits don't say it too."""
        credited = folded(" ".join([*(one.name for one in facts.credits), facts.credit_text or ""]))
        missing = [name for name in found.missing_featured if folded(name) not in credited]
        unsaid = [name for name in missing if name not in names]
        if unsaid and (facts.credits or facts.credit_text):
            without = ", ".join(unsaid)
            yield self._row(
                "artists",
                found.expected.text,
                facts.title,
                Match.DIFFERENT,
                facts,
                track,
                rule="metadata/artists-different",
                note=f"without {without}, whom the sheet's title names",
                via_field="title",
            )
        if found.extra_featured:
            extra = ", ".join(found.extra_featured)
            yield self._row(
                "artists",
                ", ".join(names) or None,
                f"{facts.title} (names {extra})",
                Match.DIFFERENT,
                facts,
                track,
                rule="metadata/feature-added",
                note="in the title",
                via_field="title",
            )

    def _artists(self, artists: Sequence[Artist], facts: ItemFacts, track: str | None) -> Row:
        expected = expected_credits(self.sheet, artists, facts.service)
        title = parse_title(facts.title or "")
        # The whole text too: a name can hold the comma at which features are told apart.
        in_title = (*title.featured, title.text.partition(title.base)[2]) if title.featured else ()
        if facts.credits:
            found = compare_credits(expected, facts.credits, in_title)
            value: str | None = ", ".join(one.name for one in facts.credits)
        elif facts.credit_text:
            found = compare_joined(expected, facts.credit_text, in_title, facts.credit_id)
            value = facts.credit_text
        else:
            return self._absent("artists", ", ".join(one.name for one in expected), facts, track)
        return self._row(
            "artists",
            ", ".join(one.name for one in expected),
            value,
            found.match,
            facts,
            track,
            rule=credit_rule(found),
            note=credit_note(found),
            via_field="credits" if facts.credits else "credit_text",
        )

    def _of_release(self, facts: ItemFacts) -> Iterator[Row]:
        sheet = self.sheet
        if sheet.upc:
            yield self._coded("upc", sheet.upc, facts, None)
        lines = (("label", sheet.label), ("p_line", sheet.p_line), ("c_line", sheet.c_line))
        for name, expected in lines:
            if expected:
                yield self._line(name, expected, facts)
        if sheet.released is not None:
            yield self._date(facts)

    def _line(self, name: str, expected: str, facts: ItemFacts) -> Row:
        seen: str | None = getattr(facts, name)
        field = {"p_line": "phonogram", "c_line": "copyright"}.get(name, name)
        if seen is None:
            return self._absent(field, expected, facts, None, name)
        match = compare_text(_MARK.sub("", expected), _MARK.sub("", seen))
        rules = {Match.DIFFERENT: "metadata/label-different", Match.EXACT: None}
        rule = rules.get(match, "metadata/label-style")
        return self._row(field, expected, seen, match, facts, None, rule=rule, via_field=name)

    def _date(self, facts: ItemFacts) -> Row:
        released = self.sheet.released
        assert released is not None
        if facts.released is None:
            return self._absent("released", released.date.isoformat(), facts, None)
        found = compare_date(
            released.date,
            facts.released,
            self.now,
            moment=released.at,
            original=self.sheet.original_release,
            tolerance_days=self.tolerances.release_day,
        )
        rule = {Match.DIFFERENT: "metadata/date-different", Match.STYLE: "metadata/date-near"}.get(
            found.match
        )
        return self._said(
            "released", released.date.isoformat(), facts.released.text, found, facts, None, rule
        )

    def _coded(
        self, field: str, expected: str, facts: ItemFacts, track: str | None, alternates: tuple[str, ...] = ()
    ) -> Row:
        seen: str | None = getattr(facts, field)
        if seen is None:
            return self._absent(field, expected, facts, track)
        found = compare_isrc(expected, seen, alternates) if field == "isrc" else compare_upc(expected, seen)
        rule = f"metadata/{field}-different" if found.match is Match.DIFFERENT else None
        return self._said(field, expected, seen, found, facts, track, rule)

    def _length(self, expected: float, facts: ItemFacts, track: str | None) -> Row:
        if facts.length_s is None:
            return self._absent("duration", clock(expected), facts, track, "length_s")
        found = compare_length(
            expected,
            facts.length_s,
            whole_seconds=facts.whole_seconds,
            same_within_s=self.tolerances.duration,
            review_within_s=self.tolerances.duration_review,
        )
        rules = {Match.DIFFERENT: "metadata/duration-different", Match.STYLE: "metadata/duration-near"}
        rule = rules.get(found.match)
        return self._said(
            "duration", clock(expected), clock(facts.length_s), found, facts, track, rule, "length_s"
        )

    def _explicit(self, sheet: Recording, facts: ItemFacts, track: str | None) -> Row:
        assert sheet.explicit is not None
        expected = _advisory(sheet.explicit)
        if facts.explicit is None:
            return self._absent("explicit", expected, facts, track)
        certain = facts.service not in _SERVICE_WITHOUT_CLEAN
        found = compare_advisory(sheet.explicit, facts.explicit, false_is_certain=certain)
        rules = {Match.DIFFERENT: "metadata/explicit-different", Match.STYLE: "metadata/explicit-unlike"}
        rule = rules.get(found.match)
        return self._said("explicit", expected, _advisory(facts.explicit), found, facts, track, rule)

    def _tracks(self, facts: ItemFacts) -> Iterator[Row]:
        numbered = in_order(self.sheet)
        listed = [track for _, track in numbered]
        if not listed or facts.kind != "album":
            return
        count = facts.track_count
        same = count == len(listed)
        if count is None:
            yield self._absent("tracks", str(len(listed)), facts, None, "track_count")
        else:
            yield self._row(
                "tracks",
                str(len(listed)),
                str(count),
                Match.EXACT if same else Match.DIFFERENT,
                facts,
                None,
                rule=None if same else "metadata/track-count",
                via_field="track_count",
            )
        if not facts.tracks:
            return
        found = places(listed, facts.tracks)
        if same and None not in found and found != sorted(found, key=lambda place: place or 0):
            order = ", ".join(track.title or "?" for track in facts.tracks)
            expected = ", ".join(track.title or "?" for track in listed)
            yield self._row(
                "tracks", expected, order, Match.DIFFERENT, facts, None, rule="metadata/track-order"
            )
        elif same:
            found = list(range(len(listed)))
        for (number, track), place in zip(numbered, found, strict=True):
            if place is not None and place < len(facts.tracks):
                yield from self._recording(track, facts.tracks[place], number)

    def _said(
        self,
        field: str,
        expected: str,
        value: str,
        found: Compared,
        facts: ItemFacts,
        track: str | None,
        rule: str | None,
        via_field: str | None = None,
    ) -> Row:
        return self._row(
            field, expected, value, found.match, facts, track, rule=rule, note=found.note, via_field=via_field
        )

    def _row(
        self,
        field: str,
        expected: str | None,
        value: str | None,
        match: Match,
        facts: ItemFacts,
        track: str | None,
        *,
        rule: str | None = None,
        note: str = "",
        via_field: str | None = None,
    ) -> Row:
        via = facts.source_of(via_field or field)
        return Row(field, facts.service, expected, value, match, facts.read_at, via, note, rule, track)

    def _absent(
        self, field: str, expected: str, facts: ItemFacts, track: str | None, name: str | None = None
    ) -> Row:
        """A field the store doesn't tell: no mismatch, whatever the sheet says."""
        why = facts.unasked.get(name or field, "not told")
        return Row(
            field,
            facts.service,
            expected,
            None,
            Match.UNKNOWN,
            facts.read_at,
            "",
            why,
            None,
            track,
            skipped=True,
        )


def _title_says(found: TitleComparison) -> dict[str, str]:
    rules = {
        Match.DIFFERENT: "metadata/title-different",
        Match.STYLE: "metadata/title-style",
        Match.UNKNOWN: "metadata/title-unclear",
    }
    rule = rules.get(found.base)
    return {"rule": rule, "note": difference(found.expected.base, found.seen.base)} if rule else {}


def _advisory(value: object) -> str:
    return (
        {True: "explicit", False: "not explicit"}.get(value, "edited version")
        if isinstance(value, bool)
        else "edited version"
    )
