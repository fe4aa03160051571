"""A schedule in, suites out, and again after both were edited."""

from __future__ import annotations

import builtins
import csv
import io
import re
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dropcheck.check.options import builtin_registry
from dropcheck.label.columns import COLUMNS
from dropcheck.label.errors import ScheduleError
from dropcheck.label.schedule_import import import_schedule
from dropcheck.label.template import write_template
from dropcheck.suite import load_suite, load_suites, plan
from dropcheck.suite.model import DEFAULT_PROFILES

from .conftest import SPOTIFY, UPC

HEAD = "title,artists,upc,released,spotify,bio_link,label\n"
ROW = f"Neon Hours,Mara Vale,{UPC},2026-11-20,{SPOTIFY},https://bio.example/mara,Night Bus\n"
NAME = "mara-vale-neon-hours"


def suite(folder: Path, name: str = NAME):
    return load_suite(folder / f"{name}.yaml", builtin_registry(), {})


def whats(done) -> list[str]:
    return [one.what for one in done.files]


def test_a_row_becomes_a_suite_that_runs(bring_in, folder):
    assert whats(bring_in(HEAD + ROW)) == ["created"]
    made = suite(folder)
    assert (made.release.title, made.release.upc, str(made.release.released)) == (
        "Neon Hours",
        UPC,
        "2026-11-20",
    )
    checks = {case.check for case in plan([made], DEFAULT_PROFILES, builtin_registry()).cases}
    assert checks == {"escape", "metadata"}


def test_the_same_schedule_again_changes_nothing(bring_in, folder):
    bring_in(HEAD + ROW)
    before = (folder / f"{NAME}.yaml").read_bytes()
    assert whats(bring_in(HEAD + ROW)) == ["unchanged"]
    assert (folder / f"{NAME}.yaml").read_bytes() == before


def test_an_import_again_brings_changes_in_and_keeps_what_a_person_wrote(bring_in, folder):
    bring_in(HEAD + ROW)
    file = folder / f"{NAME}.yaml"
    file.write_text(
        file.read_text()
        .replace("label: Night Bus", "label: Night Bus Records  # as the store shows it")
        .replace("  - name: bio\n", "  # the one in both bios\n  - name: bio\n    tags: [pinned]\n")
        + "tags: [november]\n"
    )
    done = bring_in(HEAD + ROW.replace("2026-11-20", "2026-11-27"))
    assert whats(done) == ["updated"]
    text = file.read_text()
    assert "# as the store shows it" in text
    assert "# the one in both bios" in text
    made = suite(folder)
    assert str(made.release.released) == "2026-11-27"
    assert made.release.label == "Night Bus Records"
    assert (made.tags, made.links[0].tags) == (("november",), ("pinned",))
    assert done.remarks == ()


def test_where_both_changed_the_person_wins_and_is_told(bring_in, folder):
    bring_in(HEAD + ROW)
    file = folder / f"{NAME}.yaml"
    file.write_text(file.read_text().replace("bio.example/mara", "bio.example/other"))
    done = bring_in(HEAD + ROW.replace("bio.example/mara", "bio.example/new"))
    (remark,) = done.remarks
    assert "row 2, column F (bio_link)" in remark.file
    assert "bio.example/other" in remark.message
    assert "bio.example/new" in remark.message
    assert suite(folder).links[0].url == "https://bio.example/other"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: "\t" + text, "yaml:1"),
        (lambda text: text + "suite: twice\n", "`suite` is given twice"),
        (lambda text: text.replace("'2026-11-20'", "2026-13-45"), "can't be changed"),
        (lambda text: "suite: x\nrelease: hello\n", "`release` isn't what a suite holds"),
        (lambda text: "suite: x\nlinks: {url: https://a.example}\n", "`links` isn't"),
        (lambda text: "suite: x\nrelease: {tracks: 5}\n", "`release.tracks` isn't"),
        (lambda text: "- a list\n", "this is no suite but a list"),
    ],
)
def test_a_suite_that_a_person_broke_is_told_with_its_file_and_left_as_it_is(
    bring_in, refused, folder, change, said
):
    bring_in(HEAD + ROW)
    file = folder / f"{NAME}.yaml"
    broken = change(file.read_text())
    file.write_text(broken)
    told = refused(HEAD + ROW.replace("Night Bus", "Day Bus"))
    assert f"{NAME}.yaml" in told
    assert said in told
    assert file.read_text() == broken


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_suite_that_an_editor_saved_in_another_encoding_is_updated_all_the_same(bring_in, folder, encoding):
    bring_in(HEAD + ROW)
    file = folder / f"{NAME}.yaml"
    file.write_text(file.read_text("utf-8"), encoding)
    assert whats(bring_in(HEAD + ROW)) == ["unchanged"]
    assert whats(bring_in(HEAD + ROW.replace("Night Bus", "Day Bus"))) == ["updated"]
    assert suite(folder).release.label == "Day Bus"


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"suites": {"a": 1}}', '{"suites": {"a": {"values": {"x": 1}}}}']
)
def test_what_the_last_import_wrote_can_be_damaged_and_is_then_told(refused, folder, text):
    folder.mkdir()
    (folder / ".dropcheck-import.json").write_text(text)
    assert "remove the file" in refused(HEAD + ROW)


def test_what_a_person_removed_stays_removed(bring_in, folder):
    bring_in(HEAD + ROW)
    file = folder / f"{NAME}.yaml"
    file.write_text(file.read_text().replace("checks: [metadata]\n", "").replace("  label: Night Bus\n", ""))
    assert whats(bring_in(HEAD + ROW)) == ["unchanged"]
    assert suite(folder).release.label is None


def test_an_emptied_cell_takes_its_value_back(bring_in, folder):
    bring_in(HEAD + ROW)
    assert whats(bring_in(HEAD + ROW.replace("Night Bus", ""))) == ["updated"]
    assert suite(folder).release.label is None


def test_a_new_title_stays_in_the_same_file(bring_in, folder):
    bring_in(HEAD + ROW)
    done = bring_in(HEAD + ROW.replace("Neon Hours", "Neon Hours II"))
    assert whats(done) == ["updated"]
    assert [file.name for file in folder.glob("*.yaml")] == [f"{NAME}.yaml"]
    assert suite(folder).release.title == "Neon Hours II"


def test_one_recording_on_two_products_is_two_releases_each_time(bring_in, folder):
    head, single = f"isrc,{HEAD}", f"QZABC2600001,{ROW}"
    deluxe = single.replace(UPC, "859712345684").replace("bio.example/mara", "bio.example/deluxe")
    for _ in range(2):
        bring_in(head + single + deluxe)
        made = {file.stem: suite(folder, file.stem) for file in folder.glob("*.yaml")}
        assert {one.release.upc: one.links[0].url for one in made.values()} == {
            UPC: "https://bio.example/mara",
            "859712345684": "https://bio.example/deluxe",
        }
    assert whats(bring_in(head + deluxe + single)) == ["unchanged", "unchanged"]


def test_a_corrected_upc_is_the_same_release(bring_in, folder):
    bring_in(HEAD + ROW)
    assert whats(bring_in(HEAD + ROW.replace(UPC, "859712345684"))) == ["updated"]
    assert [file.stem for file in folder.glob("*.yaml")] == [NAME]


def test_a_new_release_of_an_old_ones_name_leaves_the_old_suite_alone(bring_in, folder):
    head, row = f"isrc,{HEAD}", f"QZABC2600001,{ROW}"
    bring_in(head + row)
    done = bring_in(head + row.replace(UPC, "859712345684").replace("QZABC2600001", "QZABC2600009"))
    assert whats(done) == ["created"]
    assert done.gone == (NAME,)
    assert suite(folder).release.upc == UPC


def test_a_release_that_left_the_schedule_is_kept_and_named(bring_in, folder):
    other = ROW.replace("Neon Hours", "Slow Tide").replace(UPC, "859712345684")
    bring_in(HEAD + ROW + other)
    done = bring_in(HEAD + ROW)
    assert done.gone == ("mara-vale-slow-tide",)
    assert (folder / "mara-vale-slow-tide.yaml").exists()


ALBUM = (
    "title,artists,upc,track,track_title,isrc,duration,spotify,bio_link\n"
    f"Night Bus,Mara Vale,859712345684,1,Intro,QZABC2600002,62,{SPOTIFY},https://bio.example/mara\n"
    "Night Bus,,859712345684,2,Last Stop,QZABC2600003,3:21,,\n"
)


def test_an_album_is_one_suite_with_its_tracks(bring_in, folder):
    bring_in(ALBUM)
    made = suite(folder, "mara-vale-night-bus")
    assert [(track.position, track.title, track.isrc, track.duration) for track in made.release.tracks] == [
        (1, "Intro", "QZABC2600002", 62),
        (2, "Last Stop", "QZABC2600003", 201),
    ]


def test_a_track_that_comes_later_is_added_and_hand_made_edits_of_others_stay(bring_in, folder):
    bring_in(ALBUM)
    file = folder / "mara-vale-night-bus.yaml"
    file.write_text(file.read_text().replace("title: Last Stop", "title: The Last Stop\n      focus: true"))
    bring_in(ALBUM + "Night Bus,,859712345684,3,Home,QZABC2600004,200,,\n")
    tracks = suite(folder, "mara-vale-night-bus").release.tracks
    assert [(track.title, track.focus) for track in tracks] == [
        ("Intro", False),
        ("The Last Stop", True),
        ("Home", False),
    ]


def test_tracks_whose_positions_a_person_took_out_are_still_known_by_their_order(bring_in, folder):
    bring_in(ALBUM)
    file = folder / "mara-vale-night-bus.yaml"
    file.write_text(re.sub(r"- position: \d\n      title", "- title", file.read_text()))
    bring_in(ALBUM.replace("3:21", "3:22"))
    tracks = suite(folder, "mara-vale-night-bus").release.tracks
    assert [(track.title, track.duration) for track in tracks] == [("Intro", 62), ("Last Stop", 202)]


def test_a_track_that_left_the_schedule_leaves_its_suite_whole(bring_in, folder):
    bring_in(ALBUM + "Night Bus,,859712345684,3,Home,QZABC2600004,200,,\n")
    assert whats(bring_in(ALBUM)) == ["updated"]
    tracks = suite(folder, "mara-vale-night-bus").release.tracks
    assert [track.title for track in tracks] == ["Intro", "Last Stop"]


def test_tracks_without_positions_leave_whole_too(bring_in, folder):
    bring_in(ALBUM + "Night Bus,,859712345684,3,Home,QZABC2600004,200,,\n")
    file = folder / "mara-vale-night-bus.yaml"
    file.write_text(re.sub(r"- position: \d\n      title", "- title", file.read_text()))
    bring_in("".join(ALBUM.splitlines(keepends=True)[:2]))
    assert [track.title for track in suite(folder, "mara-vale-night-bus").release.tracks] == ["Intro"]


def test_a_track_with_something_of_a_persons_own_stays_as_far_as_it_is_theirs(bring_in, folder):
    bring_in(ALBUM)
    file = folder / "mara-vale-night-bus.yaml"
    file.write_text(file.read_text().replace("title: Last Stop", "title: Last Stop\n      focus: true"))
    bring_in("".join(ALBUM.splitlines(keepends=True)[:2]))
    _, left = suite(folder, "mara-vale-night-bus").release.tracks
    assert (left.position, left.focus, left.title) == (2, True, None)


def test_a_link_that_left_the_schedule_leaves_with_its_address(bring_in, folder):
    head = HEAD.replace("bio_link", "bio_link,ad_link")
    row = ROW.replace("/mara,", "/mara,https://bio.example/ad,")
    bring_in(head + row)
    assert [link.name for link in suite(folder).links] == ["bio", "ad"]
    assert whats(bring_in(HEAD + ROW)) == ["updated"]
    assert [link.name for link in suite(folder).links] == ["bio"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + ROW + ROW, "stands in row 2 already"),
        (HEAD + ROW.replace("Neon Hours", ""), "row 2"),
        (ALBUM.replace("Night Bus,,", "Night Train,,"), "differs from row 2"),
        (ALBUM.replace(",2,Last", ",1,Last"), "row 2 is track 1 already"),
        ("name,url\na,b\n", "no column `title`"),
        ("title,title\na,b\n", "stands twice"),
        ("", "no release"),
        (HEAD, "no release"),
        ("title,artwork,bio_link\nx,../cover.jpg,https://a.example\n", "column B (artwork)"),
        ("title,artwork,bio_link\nx,cover.jpg,https://a.example\n", "there is no file `cover.jpg`"),
        ("title\nx\n", "nothing to check"),
        ("title,suite,bio_link\nx,../../evil,https://a.example\n", "no file name"),
        (b"title,artists\nCaf\xe9,x\n", "not UTF-8"),
        ('title,artists\n"x,y\n', "not valid CSV"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_and_nothing_is_written(refused, folder, text, said):
    assert said in refused(text)
    assert not list(folder.glob("*.yaml"))


def test_every_problem_is_told_at_once(refused):
    said = refused(HEAD + ROW.replace(UPC, "8.6E+11") + ROW.replace("2026-11-20", "03/04/2026"))
    assert "row 2, column C (upc)" in said
    assert "row 3, column D (released)" in said


def test_an_unknown_column_is_a_warning_with_what_was_probably_meant(bring_in):
    done = bring_in(HEAD.replace("\n", ",relased\n") + ROW.replace("\n", ",x\n"))
    (remark,) = done.remarks
    assert "did you mean `released`" in remark.hint


def test_a_dry_run_writes_nothing(bring_in, folder):
    assert whats(bring_in(HEAD + ROW, write=False)) == ["created"]
    assert not folder.exists()


def test_a_release_without_a_store_address_is_asked_to_reach_the_browser(bring_in, folder):
    done = bring_in("title,artists,bio_link\nNeon Hours,Mara Vale,https://bio.example/mara\n")
    assert "real browser" in done.remarks[0].message
    assert suite(folder).links[0].checks[0].options.to == "browser"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_and_excels_own_line_are_read(bring_in, folder, separator):
    text = (HEAD + ROW).replace(",", separator)
    bring_in(f"sep={separator}\r\n{text}".encode("utf-8-sig"))
    assert suite(folder).release.upc == UPC


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_imports_as_it_is(tmp_path, bring_in, folder, ending):
    file = tmp_path / f"t.{ending}"
    write_template(file)
    done = bring_in(file.read_bytes(), f"schedule.{ending}")
    assert whats(done) == ["created", "created"]
    assert done.remarks == ()
    assert len(load_suites([folder], builtin_registry(), {})) == 2


def workbook(file: Path, *rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.read_bytes()


def test_a_workbooks_formula_without_a_value_is_an_error(tmp_path, refused):
    raw = workbook(tmp_path / "w.xlsx", ["title", "bio_link"], ["=UPPER(A1)", "https://a.example"])
    assert "a formula" in refused(raw, "schedule.xlsx")


def test_a_workbooks_sheet_is_found_by_name(tmp_path, refused):
    raw = workbook(tmp_path / "w.xlsx", ["title"], ["x"])
    assert "it has Sheet" in refused(raw, "schedule.xlsx", sheet="November")


@pytest.mark.parametrize("name", ["schedule.xls", "schedule.ods", "schedule.pdf"])
def test_other_files_are_refused_with_what_to_save_instead(refused, name):
    assert "save it as .xlsx or .csv" in refused("x", name)


def test_a_broken_workbook_is_refused(refused):
    assert "not an .xlsx workbook" in refused(b"PK\x03\x04 no", "schedule.xlsx")


def test_a_missing_openpyxl_is_told_with_the_command_that_installs_it(refused, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **more):
        if name == "openpyxl":
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install openpyxl" in refused(b"x", "schedule.xlsx")


def test_a_suite_broken_by_hand_is_named_and_left_alone(bring_in, refused, folder):
    bring_in(HEAD + ROW)
    (folder / f"{NAME}.yaml").write_text("suite: [broken\n")
    assert f"{NAME}.yaml" in refused(HEAD + ROW)
    assert (folder / f"{NAME}.yaml").read_text() == "suite: [broken\n"


CELLS = st.sampled_from(
    [
        "",
        "x",
        "x",
        "Neon Hours",
        UPC,
        "QZABC2600001",
        "1",
        "2",
        SPOTIFY,
        "https://a.example",
        "2026-11-20",
        "=A1",
        '"',
    ]
)
SHEETS = st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=5)
HEADERS = st.lists(st.sampled_from([column.name for column in COLUMNS]), min_size=1, max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(HEADERS, SHEETS)
def test_whatever_a_sheet_holds_it_is_imported_or_refused_in_words(tmp_path_factory, headers, rows):
    folder = tmp_path_factory.mktemp("sheet")
    stream = io.StringIO()
    csv.writer(stream).writerows([["title", *headers], *rows])
    file = folder / "s.csv"
    file.write_text(stream.getvalue())
    with suppress(ScheduleError):
        done = import_schedule(file, folder / "suites", builtin_registry())
        assert {one.what for one in done.files} == {"created"}
        again = import_schedule(file, folder / "suites", builtin_registry())
        assert {one.what for one in again.files} == {"unchanged"}


@given(st.binary(max_size=300))
def test_bytes_that_are_no_schedule_are_refused(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("s.csv", "s.xlsx"):
        (folder / name).write_bytes(raw)
        with suppress(ScheduleError):
            import_schedule(folder / name, folder, builtin_registry(), write=False)
