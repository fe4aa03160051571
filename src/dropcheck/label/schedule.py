"""From a schedule's rows to suites as data: one per release, albums with their tracks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dropcheck.suite.errors import Problem
from dropcheck.suite.scalars import inside

from .cells import CellError, DateOrder, words_of
from .errors import ScheduleError
from .table import Cell, Row, Table

#: What each link of a schedule must do.
_LINK_CHECKS: dict[str, list[Any]] = {
    "bio": [{"escape": {"to": "app"}}],
    "story": [{"escape": {"to": "app"}}],
    "ad": [{"escape": {"to": "app"}}],
    "presave": [{"escape": {"to": "browser"}}, {"presave": {}}],
}
_STORES = ("spotify", "apple_music", "deezer")
#: What names a release from import to import, that which says most first.
KEY_KINDS = ("suite", "upc", "isrc")
_FIRST_IN_SHEET = ("title", "version", "artists")


@dataclass(slots=True)
class PlannedSuite:
    """One release of the schedule: its suite as data, what tells it apart, and the cells it came from."""

    name: str
    data: dict[str, Any]
    keys: tuple[str, ...]
    row: int
    cells: dict[tuple[str, ...], Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every release of a schedule, and what is worth a warning."""

    suites: tuple[PlannedSuite, ...]
    remarks: tuple[Problem, ...]


def read_schedule(table: Table, folder: Path, dates: DateOrder | None = None) -> Schedule:
    """Return the releases of `table`; artwork is looked for in `folder`.

    Raises `ScheduleError` with everything that is wrong.
    """
    reading = _Reading(folder.resolve(), dates)
    for row in table.rows:
        reading.take(row)
    suites = reading.suites()
    if reading.problems:
        raise ScheduleError(reading.problems)
    return Schedule(tuple(suites), (*table.remarks, *reading.remarks))


@dataclass(slots=True)
class _Release:
    """The rows of one release."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    tracks: list[tuple[dict[str, Any], dict[str, Cell]]] = field(default_factory=list)

    def key(self) -> str | None:
        for name in ("suite", "upc"):
            if self.values.get(name):
                return f"{name}:{self.values[name]}"
        artists = ";".join(self.values.get("artists", ()))
        return f"title:{self.values['title']}|{artists}".casefold() if self.values.get("title") else None


class _Reading:
    def __init__(self, folder: Path, dates: DateOrder | None) -> None:
        self._folder, self._dates = folder, dates
        self._releases: list[_Release] = []
        self._by_key: dict[str, _Release] = {}
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []

    def take(self, row: Row) -> None:
        values: dict[str, Any] = {}
        before = len(self.problems)
        for name, cell in row.cells.items():
            try:
                values[name], remarks = words_of(cell, self._dates)
                self.remarks += remarks
            except CellError as error:
                self.problems.append(error.problem)
        if len(self.problems) > before:
            return
        is_track = "track_title" in values
        one = _Release(row.number)
        for name, value in values.items():
            column = row.cells[name].column
            if column.place == "track" or (is_track and column.place == "recording"):
                continue
            one.values[name], one.cells[name] = value, row.cells[name]
        release = self._release_of(one, row, is_track)
        if release is not None and is_track:
            mine = {
                name: value
                for name, value in values.items()
                if row.cells[name].column.place in ("track", "recording")
            }
            release.tracks.append((mine, {name: row.cells[name] for name in mine}))

    def _release_of(self, one: _Release, row: Row, is_track: bool) -> _Release | None:
        key = one.key()
        if key is None:
            if is_track and self._releases:
                return self._joined(self._releases[-1], one)
            cell = next(iter(row.cells.values()))
            self.problems.append(
                Problem(f"{cell.file}, row {row.number}", 0, 0, "this row names no release", "give its title")
            )
            return None
        same = self._by_key.get(key)
        # A later row may have told what a release is known by instead.
        if same is None or same.key() != key:
            self._releases.append(one)
            self._by_key[key] = one
            return one
        if not is_track or not same.tracks:
            cell = next(iter(row.cells.values()))
            self.problems.append(
                Problem(
                    f"{cell.file}, row {row.number}",
                    0,
                    0,
                    f"this release stands in row {same.row} already",
                    "an album's rows each name a `track_title`; another release needs its own upc",
                )
            )
            return None
        return self._joined(same, one)

    def _joined(self, release: _Release, more: _Release) -> _Release:
        """Further rows of an album may repeat what the first says, or leave it out."""
        for name, value in more.values.items():
            cell = more.cells[name]
            if name not in release.values:
                release.values[name], release.cells[name] = value, cell
            elif release.values[name] != value:
                first = release.cells[name]
                self.problems.append(
                    cell.problem(
                        f"this differs from row {first.row} of the same release ({first.text[:60]})",
                        "write the same in every row, or leave it out after the first",
                    )
                )
        self._by_key[release.key() or ""] = release
        return release

    def suites(self) -> list[PlannedSuite]:
        made: list[PlannedSuite] = []
        for release in self._releases:
            try:
                made.append(self._suite(release))
            except CellError as error:
                self.problems.append(error.problem)
        return self._named(made)

    def _suite(self, release: _Release) -> PlannedSuite:
        cells: dict[tuple[str, ...], Cell] = {}
        if "title" not in release.values:
            cell = next(iter(release.cells.values()))
            raise CellError(
                Problem(
                    f"{cell.file}, row {release.row}", 0, 0, "this release has no title", "give its title"
                )
            )
        sheet: dict[str, Any] = {}
        links: list[dict[str, Any]] = []
        for name, value in release.values.items():
            cell = release.cells[name]
            if cell.column.place == "link":
                link = cell.column.field
                links.append({"name": link, "url": value, "checks": _LINK_CHECKS[link]})
                cells["links", link, "url"] = cell
            elif name not in ("suite", "artists", "featured", "artist_spotify"):
                sheet[cell.column.field] = self._artwork(cell, value) if name == "artwork" else value
                cells["release", cell.column.field] = cell
        artists = _credit(release.values)
        if artists:
            sheet["artists"] = artists
            first = release.cells.get("artists") or release.cells.get("featured")
            if first is not None:
                cells["release", "artists"] = first
        tracks = [_track(number, *one) for number, one in enumerate(release.tracks, start=1)]
        self._refuse_twins(release)
        if tracks:
            sheet["tracks"] = tracks
        for one in links:
            self._refuse_without_target(one, sheet, cells["links", one["name"], "url"])
        checks = _release_checks(sheet)
        if not links and not checks:
            cell = release.cells["title"]
            raise CellError(
                cell.problem("this release has nothing to check", "give a bio_link, or a store's address")
            )
        ordered = {name: sheet[name] for name in _FIRST_IN_SHEET if name in sheet}
        data: dict[str, Any] = {"suite": "", "release": {**ordered, **sheet}}
        data |= {"links": links} if links else {}
        data |= {"checks": checks} if checks else {}
        named = str(release.values.get("suite") or _slug(_title_words(release.values)))
        if not re.fullmatch(r"\w[\w.-]{0,79}", named):
            raise CellError(
                release.cells["suite" if "suite" in release.cells else "title"].problem(
                    "no file name can be made of this", "give the column `suite`: letters, digits and `-`"
                )
            )
        data["suite"] = named
        return PlannedSuite(named, data, _keys(release, sheet), release.row, cells)

    def _artwork(self, cell: Cell, name: str) -> str:
        from pydantic_core import PydanticCustomError

        try:
            inside(name, self._folder, self._folder)
        except PydanticCustomError as error:
            context = error.context or {}
            raise CellError(
                cell.problem(str(context.get("what")), f"put it into {self._folder.name}/")
            ) from None
        return name

    def _refuse_twins(self, release: _Release) -> None:
        seen: dict[tuple[int, int], Cell] = {}
        for number, (values, cells) in enumerate(release.tracks, start=1):
            place = (values.get("disc", 1), values.get("track", number))
            cell = cells.get("track") or cells["track_title"]
            if place in seen:
                raise CellError(cell.problem(f"row {seen[place].row} is track {place[1]} already"))
            seen[place] = cell

    def _refuse_without_target(self, link: dict[str, Any], sheet: dict[str, Any], cell: Cell) -> None:
        wants_app = any(one.get("escape", {}).get("to") == "app" for one in link["checks"])
        if not wants_app or any(store in sheet for store in _STORES):
            return
        for track in sheet.get("tracks", ()):
            store = next((store for store in _STORES if store in track), None)
            if store is not None:
                sheet[store] = sheet.get(f"album_{store}") or track[store]
                return
        if "album_spotify" in sheet:
            sheet["spotify"] = sheet["album_spotify"]
            return
        # Before its release a song often has no address yet; the link must then reach the real browser.
        link["checks"] = [{"escape": {"to": "browser"}}]
        self.remarks.append(
            cell.remark(
                "this release names no store address, so the link is only asked to reach the real browser",
                "fill in `spotify` once it is known and import again",
            )
        )

    def _named(self, suites: list[PlannedSuite]) -> list[PlannedSuite]:
        taken: dict[str, PlannedSuite] = {}
        for suite in suites:
            earlier = taken.get(suite.name.casefold())
            if earlier is not None:
                code = suite.keys[0].partition(":")[2] if suite.keys else ""
                suite.name = suite.data["suite"] = f"{suite.name[:60]}-{code}" if code else suite.name
            if suite.name.casefold() in taken:
                cell = suite.cells["release", "title"]
                hint = "give both a upc, or names of their own in the column `suite`"
                other = taken[suite.name.casefold()].row
                self.problems.append(cell.problem(f"this release is called as that of row {other}", hint))
            taken[suite.name.casefold()] = suite
        return suites


def _credit(values: dict[str, Any]) -> list[Any]:
    main: list[Any] = [{"name": name} for name in values.get("artists", ())]
    if main and values.get("artist_spotify"):
        main[0]["spotify"] = values["artist_spotify"]
    credit = [*main, *({"name": name, "role": "featured"} for name in values.get("featured", ()))]
    return [one["name"] if set(one) == {"name"} else one for one in credit]


def _track(number: int, values: dict[str, Any], cells: dict[str, Cell]) -> dict[str, Any]:
    track = {cells[name].column.field: value for name, value in values.items()}
    track.setdefault("position", number)
    first = {name: track[name] for name in ("disc", "position", *_FIRST_IN_SHEET) if name in track}
    return {**first, **track}


def _release_checks(sheet: dict[str, Any]) -> list[Any]:
    codes = any(name in sheet for name in ("isrc", "upc"))
    stores = any(name in sheet for name in _STORES)
    checks: list[Any] = ["metadata"] if codes or stores else []
    checks += ["artwork"] if "artwork" in sheet and checks else []
    checks += ["sound_page"] if "tiktok_sound" in sheet else []
    return checks


def _keys(release: _Release, sheet: dict[str, Any]) -> tuple[str, ...]:
    """What names the release from import to import, even when its title changes."""
    named = (release.values.get("suite"), sheet.get("upc"), sheet.get("isrc"))
    return tuple(f"{kind}:{value}" for kind, value in zip(KEY_KINDS, named, strict=True) if value)


def _title_words(values: dict[str, Any]) -> Iterable[str]:
    return (*values.get("artists", ())[:1], values["title"], values.get("version", ""))


def _slug(words: Iterable[str]) -> str:
    return re.sub(r"[^\w]+", "-", " ".join(words).casefold()).strip("-_")[:80].strip("-_")
