"""Links to traces: only to those that are there, and only beside the results."""

from __future__ import annotations

from pathlib import Path

from tests.report.example_results import case, results

from dropcheck.report import Edition, write_html
from dropcheck.report.trace_links import TraceLinks
from dropcheck.result import CaseResult, Results


def traced(name: object) -> Results:
    return results(cases=[case("bio", "tiktok-android", "escape", "pass", data={"trace": name})], releases=[])


def one(name: object) -> CaseResult:
    return traced(name).cases[0]


def test_a_trace_is_named_from_the_page_that_links_it(tmp_path: Path) -> None:
    (tmp_path / "run/traces").mkdir(parents=True)
    (tmp_path / "run/traces/a case.zip").write_bytes(b"PK")
    links = TraceLinks(tmp_path / "run", tmp_path / "run/report/neon-hours")
    assert links.of(one("traces/a case.zip")) == "../../traces/a case.zip"


def test_no_link_leads_to_what_was_not_written_or_lies_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "secret.zip").write_bytes(b"PK")
    (tmp_path / "run").mkdir()
    links = TraceLinks(tmp_path / "run", tmp_path / "run/report")
    for name in (None, 7, "traces/gone.zip", "../secret.zip", str(tmp_path / "secret.zip"), "a\0b"):
        assert links.of(one(name)) is None
    assert TraceLinks(None, tmp_path).of(one("secret.zip")) is None


def test_the_report_links_a_trace_with_the_command_that_opens_it_but_not_for_a_client(tmp_path: Path) -> None:
    (tmp_path / "traces").mkdir()
    (tmp_path / "traces/bio.zip").write_bytes(b"PK")
    made = traced("traces/bio.zip")
    text = write_html(made, tmp_path / "report", evidence=tmp_path).read_text("utf-8")
    assert 'href="../traces/bio.zip"' in text
    assert "playwright show-trace ../traces/bio.zip" in text
    client = write_html(made, tmp_path / "client", evidence=tmp_path, edition=Edition(label=True))
    assert "show-trace" not in client.read_text("utf-8")
