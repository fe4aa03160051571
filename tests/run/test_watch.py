"""A release watched through its 48 hours, in a time of the test's own making."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from dropcheck.check.options import builtin_registry
from dropcheck.result import Results, RunInfo, RunStatus, Summary
from dropcheck.run.errors import RunError
from dropcheck.run.watch import STATE_FILE, Due, Watcher, WatchError, cron_lines, due_times, github_schedule
from dropcheck.suite import Moment, Suite, parse_suite

RELEASE = dt.datetime(2026, 11, 20, 5, tzinfo=dt.UTC)
SUITE = """
suite: {name}
release: {{released: "2026-11-20T00:00:00-05:00"}}
links: [{{url: "https://bio.example/mara", checks: [{{escape: {{to: browser}}}}]}}]
"""


def suite(name: str = "song") -> Suite:
    return parse_suite(SUITE.format(name=name), builtin_registry(), {})


def results(status: RunStatus) -> Results:
    info = RunInfo(id="x", status=status, started=RELEASE, version="0")
    return Results(run=info, summary=Summary())


class World:
    """A clock that sleeping moves, and a record of what was run and told."""

    def __init__(self, folder: Path, hours: float = -24 * 15) -> None:
        self.folder = folder
        self.now = RELEASE + dt.timedelta(hours=hours)
        self.ran: list[float] = []
        self.told: list[tuple[str, str, bool]] = []
        self.troubles: list[Exception] = []
        self.run: Callable[[], None] = lambda: None
        self.status = RunStatus.FINISHED
        self._song = suite()

    def watcher(self, *suites: Suite, times: tuple[str, ...] = ()) -> Watcher:
        return Watcher(
            load=lambda: suites or (self._song,),
            perform=self._perform,
            tell=lambda one, due, found, out, before: self.told.append(
                (one.suite, due.name, before is not None)
            ),
            trouble=self.troubles.append,
            folder=self.folder,
            times=times,
            clock=lambda: self.now,
            sleep=self._sleep,
        )

    def _perform(self, one: Suite, out: Path) -> Results:
        self.run()
        out.mkdir(parents=True)
        self.ran.append((self.now - RELEASE) / dt.timedelta(hours=1))
        return results(self.status)

    def _sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += dt.timedelta(seconds=seconds)


def test_a_release_is_looked_at_from_14_days_before_to_48_hours_after(tmp_path: Path):
    world = World(tmp_path)
    world.watcher().until_over()
    assert [round(hours) for hours in world.ran] == [-336, -24, 0, 1, 6, 24, 48]
    assert [before for _, _, before in world.told] == [False] + [True] * 6


def test_after_a_restart_it_goes_on_where_it_was(tmp_path: Path):
    first = World(tmp_path, -2)
    first.run = lambda: first.ran and (_ for _ in ()).throw(KeyboardInterrupt())  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        first.watcher().until_over()
    second = World(tmp_path, 0.5)
    second.watcher().until_over()
    assert [round(hours, 1) for hours in second.ran] == [0.5, 1, 6, 24, 48]


def test_two_runs_in_one_second_keep_a_folder_each(tmp_path: Path):
    for _ in range(2):
        world = World(tmp_path, 7)
        (tmp_path / STATE_FILE).unlink(missing_ok=True)
        world.watcher().once()
    assert len(list((tmp_path / "song").iterdir())) == 2


def test_of_the_runs_it_slept_through_only_the_last_is_made_up_for(tmp_path: Path):
    world = World(tmp_path, 7)
    assert len(world.watcher().once()) == 1
    assert world.told == [("song", "6 h after", False)]
    assert world.watcher().once() == []


def test_a_release_that_moves_is_watched_anew(tmp_path: Path):
    world = World(tmp_path, 49)
    world.watcher().until_over()
    later = parse_suite(SUITE.format(name="song").replace("11-20", "11-27"), builtin_registry(), {})
    world.ran.clear()
    world.watcher(later).until_over()
    assert [round(hours) for hours in world.ran] == [144, 168, 169, 174, 192, 216]


def test_suites_are_watched_side_by_side(tmp_path: Path):
    world = World(tmp_path, 23)
    world.watcher(suite("a"), suite("b")).until_over()
    assert [(name, when) for name, when, _ in world.told] == [
        ("a", "6 h after"),
        ("b", "6 h after"),
        ("a", "24 h after"),
        ("b", "24 h after"),
        ("a", "48 h after"),
        ("b", "48 h after"),
    ]


def test_a_run_that_cannot_begin_is_tried_again(tmp_path: Path):
    world = World(tmp_path, 48)
    attempts = iter([RunError("no browser"), None])

    def run() -> None:
        if error := next(attempts):
            raise error

    world.run = run
    world.watcher().until_over()
    assert [str(error) for error in world.troubles] == ["no browser"]
    assert len(world.ran) == 1


def test_what_cannot_begin_is_raised_where_nobody_waits(tmp_path: Path):
    world = World(tmp_path, 48)
    world.run = lambda: (_ for _ in ()).throw(RunError("no browser"))  # type: ignore[assignment]
    with pytest.raises(RunError, match="no browser"):
        world.watcher().once()
    assert not (tmp_path / STATE_FILE).exists()


def test_a_state_that_cannot_be_read_is_told(tmp_path: Path):
    (tmp_path / STATE_FILE).write_text("{broken")
    with pytest.raises(WatchError, match="remove the file"):
        World(tmp_path).watcher().once()


def moment(text: str) -> Moment:
    return Moment(text, dt.date.fromisoformat(text[:10]), dt.datetime.fromisoformat(text))


def test_times_are_offsets_or_moments():
    dues = due_times(moment("2026-11-20T00:00:00-05:00"), ("6", "-1d", "90m", "2026-11-20T05:00:00+00:00"))
    assert [(due.at - RELEASE) / dt.timedelta(hours=1) for due in dues] == [-24, 0, 1.5, 6]


@pytest.mark.parametrize(
    ("times", "released", "said"),
    [
        (("soon",), True, "-14d, 6h"),
        (("2026-11-20T00:00:00",), True, "no time zone"),
        ((), False, "no `released:`"),
        (("6h",), False, "no `released:`"),
    ],
)
def test_times_that_mean_nothing_are_told(times, released, said):
    when = moment("2026-11-20T00:00:00-05:00") if released else None
    with pytest.raises(WatchError, match=said):
        due_times(when, times)


def test_cron_and_github_lines_are_in_utc():
    dues = [Due("at the release", dt.datetime.fromisoformat("2026-11-20T00:00:00-05:00"))]
    assert cron_lines(dues, "dropcheck watch s.yaml --once")[:2] == [
        "CRON_TZ=UTC",
        "0 5 20 11 * dropcheck watch s.yaml --once  # at the release (2026-11-20)",
    ]
    text = yaml.safe_dump(github_schedule(dues))
    assert yaml.safe_load(text)["schedule"] == [{"cron": "0 5 20 11 *"}]


def test_a_run_that_was_stopped_stays_due(tmp_path: Path):
    world = World(tmp_path, 48)
    world.status = RunStatus.INTERRUPTED
    with pytest.raises(KeyboardInterrupt):
        world.watcher().until_over()
    world.status = RunStatus.FINISHED
    assert len(world.watcher().once()) == 1


def test_two_watches_of_one_folder_do_a_run_once(tmp_path: Path):
    waits = threading.Event()

    class Waiting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            waits.set()

    handler = Waiting()
    logging.getLogger("dropcheck").addHandler(handler)
    first, second = World(tmp_path, hours=0), World(tmp_path, hours=0)
    other = threading.Thread(target=lambda: second.watcher().once())

    def begins_while_the_first_runs() -> None:
        other.start()
        assert waits.wait(30)

    first.run = begins_while_the_first_runs
    try:
        first.watcher().once()
        other.join()
    finally:
        logging.getLogger("dropcheck").removeHandler(handler)
    assert (len(first.ran), len(second.ran)) == (1, 0)
