"""A release's page: its clock, its links by phone, what the stores show, its sound and its funnel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dropcheck.report.advice import OwnersAdvice, advice_by_owner
from dropcheck.report.funnel_chart import FunnelChart, funnel_chart
from dropcheck.report.headline import Headline, headline_of
from dropcheck.report.inert import anchor, one_line, web_address
from dropcheck.report.journeys import Journey, journey
from dropcheck.report.pictures import Picture, Pictures
from dropcheck.report.selection import suites_of
from dropcheck.report.trace_links import TraceLinks
from dropcheck.report.wording import Word, Wording, proper_name
from dropcheck.result import CaseResult, ProfileUsed, Release, Results

#: The release must be checked within its first 48 hours (mission facts, A).
WINDOW_HOURS = 48
#: Above this many cases the journeys that work are listed without their pictures.
FOLD_ABOVE = 200


@dataclass(frozen=True, slots=True)
class Clock:
    """Hours since the release moment (negative before it); `share` is how much of the 48 is gone, 0 to 1."""

    hours: float
    share: float
    text: str
    lead: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link: its phones as rows, its checks as columns, a journey (or nothing) in each cell."""

    name: str
    url: str
    address: str | None
    placement: str | None
    checks: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[Journey | None, ...]], ...]
    journeys: tuple[Journey, ...]
    anchor: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of the release sheet beside what each source shows, in the order of `Metadata.sources`."""

    label: str
    expected: str | None
    match: str
    values: tuple[Mapping[str, Any] | None, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """The side-by-side table; `sources` are (id, name, when it was read)."""

    sources: tuple[tuple[str, str, str], ...]
    rows: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class ArtworkView:
    """One artwork: where it was found, the picture or a link to it, and how it compares."""

    source: str
    picture: Picture | None
    address: str | None
    match: str
    note: str


@dataclass(frozen=True)
class ReleaseView:
    """Everything a page says about one release."""

    suite: str
    anchor: str
    title: str
    artists: str
    sheet: Mapping[str, Any]
    cover: Picture | None
    clock: Clock | None
    headline: Headline
    advice: tuple[OwnersAdvice, ...]
    links: tuple[LinkView, ...]
    others: tuple[Journey, ...]
    metadata: Metadata | None
    artwork: tuple[ArtworkView, ...]
    sound: Mapping[str, Any]
    sound_cover: Picture | None
    funnel: Mapping[str, Any]
    chart: FunnelChart | None
    folded: int

    @cached_property
    def fine_links(self) -> list[LinkView]:
        """The links that work on every phone."""
        return [link for link in self.links if all(one.word is Word.WORKS for one in link.journeys)]

    @cached_property
    def troubled_links(self) -> list[LinkView]:
        """The links that don't, or of which it isn't known."""
        return [link for link in self.links if any(one.word is not Word.WORKS for one in link.journeys)]

    @cached_property
    def journeys(self) -> dict[str, Journey]:
        """Every journey and other check of the release by its case id."""
        every = (*(one for link in self.links for one in link.journeys), *self.others)
        return {one.case.id: one for one in every}

    @cached_property
    def anchors(self) -> dict[str, str]:
        """The place of each case on the page."""
        return {case_id: one.anchor for case_id, one in self.journeys.items()}

    @cached_property
    def phones(self) -> dict[str, str]:
        """The name of each case's phone."""
        return {case_id: one.phone for case_id, one in self.journeys.items()}

    @cached_property
    def named(self) -> dict[str, str]:
        """Each case in a few words: its link, its phone, its check."""
        return {case_id: one.name for case_id, one in self.journeys.items()}


def release_views(
    results: Results,
    pictures: Pictures,
    say: Wording,
    *,
    traces: TraceLinks | None = None,
    link_artwork: bool,
) -> list[ReleaseView]:
    """Return a view for each suite of `results`; suites without a release entry included."""
    described = {release.suite: release for release in results.releases}
    suites = suites_of(results)
    fold = len(results.cases) > FOLD_ABOVE
    views = [
        _view(
            described.get(suite, Release(suite=suite)),
            [case for case in results.cases if case.suite == suite],
            results.profiles,
            pictures,
            say,
            traces=traces,
            fold=fold,
            link_artwork=link_artwork,
        )
        for suite in suites
    ]
    titles = unlike_titles([described.get(suite, Release(suite=suite)) for suite in suites])
    return [replace(view, title=titles[view.suite]) for view in views]


def unlike_titles(releases: Sequence[Release]) -> dict[str, str]:
    """Return the title of each suite's release, with the suite's name behind it where two are alike."""
    count = Counter(title_of(release) for release in releases)
    # A release and its twin share a title; their suites tell them apart.
    return {
        release.suite: f"{title} ({release.suite})" if count[title := title_of(release)] > 1 else title
        for release in releases
    }


def title_of(release: Release) -> str:
    """Return a release's title in one line, or its suite's name when the sheet has none."""
    return one_line(str(release.sheet.get("title") or release.suite), 300)


def artists_of(release: Release) -> str:
    """Return the artists on a release sheet in order, in one line."""
    artists = release.sheet.get("artists")
    names = [str(one.get("name", "")) if isinstance(one, Mapping) else str(one) for one in _list(artists)]
    return one_line(", ".join(name for name in names if name), 300)


def clock_of(release: Release, say: Wording) -> Clock | None:
    """Return a release's 48-hour clock, or None when its moment isn't known."""
    hours = release.hours_since_release
    if hours is None:
        return None
    if hours < 0:
        left = _hours(-hours, say)
        return Clock(hours, 0.0, say("clock.before", hours=left), say("lead.clock_before", hours=left))
    if hours <= WINDOW_HOURS:
        left = say("clock.hours", hours=_hours(WINDOW_HOURS - hours, say))
        lead = say("lead.clock_inside", hours=_hours(hours, say), left=left)
        return Clock(hours, hours / WINDOW_HOURS, say("clock.after", hours=_hours(hours, say)), lead)
    text = say("clock.after", hours=_hours(hours, say))
    if hours >= 4 * 24:
        text = say("clock.after_days", days=say.number(int(hours // 24)))
    return Clock(hours, 1.0, text, say("lead.clock_after"))


def _hours(hours: float, say: Wording) -> str:
    return say.number(round(hours, 1) if hours < 1 else round(hours))


def _view(
    release: Release,
    cases: Sequence[CaseResult],
    profiles: Sequence[ProfileUsed],
    pictures: Pictures,
    say: Wording,
    *,
    traces: TraceLinks | None,
    fold: bool,
    link_artwork: bool,
) -> ReleaseView:
    journeys = {
        case.id: journey(
            case, profiles, pictures, say, traces=traces, folded=fold and case.verdict.value == "pass"
        )
        for case in cases
    }
    artwork = tuple(
        _artwork(entry, pictures, say, link_artwork) for entry in release.artwork if _is_shown(entry)
    )
    cover = next((entry.picture for entry in artwork if entry.picture), None)
    sound_cover = None if link_artwork else pictures.get(_text(release.sound.get("cover_file")))
    return ReleaseView(
        suite=release.suite,
        anchor=anchor(release.suite).replace("case-", "release-", 1),
        title=title_of(release),
        artists=artists_of(release),
        sheet=release.sheet,
        cover=cover,
        clock=clock_of(release, say),
        headline=headline_of(cases, profiles, say),
        advice=tuple(advice_by_owner(cases, profiles, say)),
        links=tuple(_links(cases, journeys, profiles, say)),
        others=tuple(journeys[case.id] for case in cases if case.link is None),
        metadata=_metadata(release, say),
        artwork=artwork,
        sound=release.sound,
        sound_cover=sound_cover,
        funnel=release.funnel,
        chart=funnel_chart(release.funnel),
        folded=sum(one.folded for one in journeys.values()),
    )


def _links(
    cases: Sequence[CaseResult],
    journeys: Mapping[str, Journey],
    profiles: Sequence[ProfileUsed],
    say: Wording,
) -> Iterable[LinkView]:
    for name in dict.fromkeys(case.link for case in cases if case.link is not None):
        of_link = [case for case in cases if case.link == name]
        checks = tuple(dict.fromkeys(_column(case, say) for case in of_link))
        phones = dict.fromkeys(case.profile for case in of_link)
        rows = []
        for phone in phones:
            cell = {_column(case, say): journeys[case.id] for case in of_link if case.profile == phone}
            rows.append((phone or "", say.phone(phone, profiles), tuple(cell.get(check) for check in checks)))
        first = of_link[0]
        yield LinkView(
            name=name,
            url=first.url or "",
            address=web_address(first.url),
            placement=first.placement,
            checks=checks,
            rows=tuple(rows),
            journeys=tuple(journeys[case.id] for case in of_link),
            anchor=anchor(f"{first.suite}/{name}").replace("case-", "link-", 1),
        )


def _column(case: CaseResult, say: Wording) -> str:
    """Return the column of a case: its check, and the end of its id where that says more."""
    heading = say.check(case)
    last = case.id.rpartition("/")[2]
    return heading if last == case.check else f"{heading} ({one_line(last, 40)})"


def _metadata(release: Release, say: Wording) -> Metadata | None:
    if not release.fields:
        return None
    grouped: dict[tuple[str, str], dict[str, Any]] = {}
    sources: dict[str, str] = {}
    for entry in release.fields:
        field = str(entry.get("field") or "?")
        row = grouped.setdefault(
            (str(entry.get("track") or ""), field), {"expected": None, "match": "", "values": {}}
        )
        row["expected"] = entry.get("expected", row["expected"])
        row["match"] = entry.get("match") or row["match"]
        values = _list(entry.get("values")) or ([entry] if entry.get("source") else [])
        for value in values:
            if isinstance(value, Mapping) and (source := _text(value.get("source"))):
                row["values"][source] = value
                sources.setdefault(source, _text(value.get("read_at")) or "")
    rows = []
    for (track, field), row in grouped.items():
        label = say.named("field", field)
        rows.append(
            FieldRow(
                label=f"{say('page.track', n=track)} · {label}" if track else label,
                expected=say.value(row["expected"]),
                match=str(row["match"]).casefold(),
                values=tuple(row["values"].get(source) for source in sources),
            )
        )
    heads = tuple(
        (source, proper_name(source), say.moment_or_text(at) if at else "") for source, at in sources.items()
    )
    return Metadata(heads, tuple(rows))


def _is_shown(entry: Mapping[str, Any]) -> bool:
    """Whether there is a picture, an address or a comparison; a source that wasn't asked is no picture."""
    compared = str(entry.get("match") or "unknown").casefold() not in ("unknown", "skipped")
    return compared or any(_text(entry.get(key)) for key in ("file", "url"))


def _artwork(entry: Mapping[str, Any], pictures: Pictures, say: Wording, link_artwork: bool) -> ArtworkView:
    source = _text(entry.get("source")) or "?"
    is_sheet = source == "sheet"
    # A store's picture may be theirs to publish; in link mode only the label's own file is copied.
    picture = pictures.get(_text(entry.get("file"))) if is_sheet or not link_artwork else None
    return ArtworkView(
        source=say("page.sheet") if is_sheet else proper_name(source),
        picture=picture,
        address=web_address(_text(entry.get("url"))),
        match=str(entry.get("match") or "unknown").casefold(),
        note=_text(entry.get("note")) or "",
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
