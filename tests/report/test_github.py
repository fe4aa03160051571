"""Workflow commands: failures only, one line each, nothing that starts another command."""

from __future__ import annotations

from tests.report.example_results import case, hostile_results, results

from dropcheck.report import github_annotations


def test_only_failures_that_are_not_accepted_are_annotated() -> None:
    lines = github_annotations(results()).splitlines()
    assert len(lines) == 2
    assert all(line.startswith("::error title=Broken%3A ") for line in lines)


def test_an_expired_known_entry_is_annotated_since_it_makes_the_run_fail() -> None:
    known = {"reason": "the shop moves", "until": "2026-11-01", "expired": True, "unexpected_pass": True}
    text = github_annotations(results(cases=[case("bio", "tiktok-ios", "escape", "pass", known=known)]))
    assert text.startswith("::error ")
    assert "the shop moves) expired on 2026-11-01" in text


def test_nothing_failed_says_nothing() -> None:
    assert github_annotations(results(cases=[case("bio", "tiktok-ios", "escape", "warn")])) == ""


def test_hostile_text_cannot_start_another_command_or_property() -> None:
    evil = "x\n::set-output name=a::b\r::warning::c,file=/etc/passwd\x1b[31m"
    text = github_annotations(results(cases=[case("a,b::c", "tiktok-ios", "escape", "fail", reason=evil)]))
    assert len(text.splitlines()) == 1
    title = text.removeprefix("::error ").split("::")[0]
    assert title.count("file=") == 0 or ",file=" not in title
    assert "\x1b" not in text
    assert len(github_annotations(hostile_results()).splitlines()) == 1


def test_more_than_github_shows_are_counted() -> None:
    many = [case(f"link{number}", "tiktok-ios", "escape", "fail") for number in range(25)]
    lines = github_annotations(results(cases=many)).splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::error title=dropcheck::16 more failures are in the report."
