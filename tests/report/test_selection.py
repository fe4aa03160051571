"""The releases a document is about."""

from __future__ import annotations

from tests.report.example_results import case, results

from dropcheck.report.selection import folder_names, of_suites, suites_of


def test_only_the_named_releases_are_left_and_the_summary_counts_them_alone() -> None:
    both = results(
        cases=[
            case("bio", "tiktok-ios", "escape", "fail", suite="one"),
            case("bio", "tiktok-ios", "escape", "pass", suite="two"),
        ],
        releases=[{"suite": "one"}, {"suite": "three"}],
    )
    assert suites_of(both) == ["one", "three", "two"]
    left = of_suites(both, ["two"])
    assert [one.suite for one in left.cases] == ["two"]
    assert left.releases == []
    counts = left.summary.model_dump(by_alias=True)
    assert (counts["fail"], counts["pass"]) == (0, 1)


def test_folders_are_safe_and_no_two_alike() -> None:
    assert folder_names(["Neon Hours", "neon/hours", "../..", "夜"]) == {
        "Neon Hours": "neon-hours",
        "neon/hours": "neon-hours-2",
        "../..": "release",
        "夜": "release-2",
    }
