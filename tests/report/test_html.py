"""The report as files: folder, single file, size limit, missing pictures, editions."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.example_results import case, finding, hop, results

from dropcheck.report import Edition, ReportError, ReportWarning, write_html
from dropcheck.result import Results


def test_a_folder_has_the_page_its_pictures_and_the_phone_page(tmp_path: Path, evidence: Path) -> None:
    with pytest.warns(ReportWarning, match="missing.png"):
        page = write_html(results(), tmp_path / "site", evidence=evidence)
    assert page == tmp_path / "site" / "index.html"
    assert (tmp_path / "site" / "on-your-phone.html").is_file()
    assert {one.suffix for one in (tmp_path / "site" / "pictures").iterdir()} == {".webp"}


def test_a_folder_written_again_keeps_no_picture_of_the_report_before(tmp_path: Path, evidence: Path) -> None:
    with pytest.warns(ReportWarning):
        write_html(results(), tmp_path, evidence=evidence)
    mine = tmp_path / "pictures" / "logo.webp"
    mine.write_bytes(b"mine")
    write_html(results(cases=[], releases=[]), tmp_path, evidence=evidence)
    assert [file.name for file in (tmp_path / "pictures").iterdir()] == ["logo.webp"]


def test_a_single_file_needs_nothing_beside_it(tmp_path: Path, evidence: Path) -> None:
    with pytest.warns(ReportWarning):
        page = write_html(results(), tmp_path / "one.html", evidence=evidence, single_file=True)
    assert [one.name for one in tmp_path.iterdir()] == ["one.html"]
    text = page.read_text(encoding="utf-8")
    assert "data:image/webp;base64," in text
    assert 'id="on-your-phone"' in text


def test_a_single_file_above_its_limit_leaves_pictures_out_and_warns(tmp_path: Path, evidence: Path) -> None:
    with pytest.warns(ReportWarning, match="above the limit"):
        page = write_html(results(), tmp_path / "one.html", evidence=evidence, single_file=True, limit=1000)
    assert "data:image" not in page.read_text(encoding="utf-8")


def test_secrets_in_results_never_reach_the_page(tmp_path: Path) -> None:
    secret_hop = hop(1, "redirect", "https://smart.example/callback?code=AQDsecretcode&state=s3cr3t")
    leaky = case(
        "presave",
        "tiktok-ios",
        "presave",
        "fail",
        hops=[secret_hop],
        reason="mail fan@example.org from 203.0.113.9",
    )
    text = write_html(results(cases=[leaky], releases=[]), tmp_path).read_text(encoding="utf-8")
    for secret in ("AQDsecretcode", "s3cr3t", "fan@example.org", "203.0.113.9"):
        assert secret not in text


def test_store_artwork_is_linked_rather_than_copied_when_asked(tmp_path: Path, evidence: Path) -> None:
    with pytest.warns(ReportWarning):
        linked = write_html(results(), tmp_path, evidence=evidence, edition=Edition(link_artwork=True))
    text = linked.read_text(encoding="utf-8")
    assert 'href="https://is1.example/cover"' in text
    assert text.count("Artwork: Apple Music") == 0
    assert text.count("Artwork: Release sheet") == 1


def test_an_unknown_language_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="de, en"):
        write_html(results(), tmp_path, edition=Edition(language="xx"))


def test_a_logo_that_is_no_picture_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>")
    with pytest.raises(ReportError, match=r"logo\.svg: .* PNG"):
        write_html(results(), tmp_path / "r", edition=Edition(label=True, logo=tmp_path / "logo.svg"))


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="can't be written"):
        write_html(results(), tmp_path / "file" / "site")


def test_a_result_the_suite_did_not_expect_is_marked(tmp_path: Path) -> None:
    as_declared = case("bio", "tiktok-ios", "escape", "fail", data={"expected": "fail"})
    surprise = case("bio", "tiktok-android", "escape", "pass", data={"expected": "fail"})
    text = write_html(results(cases=[as_declared, surprise], releases=[]), tmp_path).read_text(
        encoding="utf-8"
    )
    assert "as this suite expects" in text
    assert "not what this suite expects (fail)" in text


def month(count: int) -> Results:
    cases, releases = [], []
    for number in range(count):
        suite = f"song {number:02d}"
        verdict = "fail" if number == 3 else "pass"
        found = [finding()] if verdict == "fail" else []
        cases.append(case("bio", "tiktok-ios", "escape", verdict, suite=suite, findings=found))
        releases.append({"suite": suite, "sheet": {"title": suite.title()}, "hours_since_release": number})
    return results(cases=cases, releases=releases)


def test_a_month_of_releases_gets_an_index_and_a_folder_each_that_can_be_sent_on(tmp_path: Path) -> None:
    page = write_html(month(13), tmp_path)
    index = page.read_text("utf-8")
    assert page == tmp_path / "index.html"
    assert index.index("Song 03") < index.index("Song 00"), "the worst first"
    assert 'href="song-03/index.html#release-song-2003"' in index
    one = (tmp_path / "song-03/index.html").read_text("utf-8")
    assert "Song 03" in one
    assert "Song 04" not in one
    assert 'href="../index.html"' in one
    assert (tmp_path / "song-03/on-your-phone.html").is_file()


def test_a_few_releases_stand_on_one_page_below_a_table_of_them(tmp_path: Path) -> None:
    text = write_html(month(4), tmp_path).read_text("utf-8")
    assert 'href="#release-song-2003"' in text
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_dir()] == []
