"""Releases by areas, worst first, by owner."""

from __future__ import annotations

from tests.report.example_results import case, finding, results

from dropcheck.report.release_table import release_rows, release_table
from dropcheck.report.wording import wording
from dropcheck.result import Owner, Results


def one_release(suite: str, verdict: str, hours: float | None) -> Results:
    found = [finding(owner="distributor")] if verdict == "fail" else []
    return results(
        cases=[case("bio", "tiktok-ios", "escape", verdict, suite=suite, findings=found)],
        releases=[{"suite": suite, "sheet": {"title": suite.title()}, "hours_since_release": hours}],
    )


def test_the_worst_release_comes_first_and_of_equals_the_one_with_least_time_left() -> None:
    reports = {
        "a": one_release("fine", "pass", 10),
        "b": one_release("fresh", "fail", 2),
        "c": one_release("late", "fail", 40),
        "d": one_release("losing", "warn", 10),
        "e": one_release("over", "fail", 300),
    }
    rows = release_rows(reports, wording())
    assert [row.title for row in rows] == ["Late", "Fresh", "Over", "Losing", "Fine"]
    assert rows[0].owners == {Owner.DISTRIBUTOR: 1}
    assert rows[0].areas["escape"][0] == "broken"
    assert rows[0].href == "c#release-late"


def test_only_what_can_be_mended_is_counted_for_its_owner() -> None:
    noted = finding(owner="app", severity="info")
    one = results(
        cases=[case("bio", "tiktok-ios", "escape", "warn", suite="quiet", findings=[noted])],
        releases=[{"suite": "quiet", "sheet": {"title": "Quiet"}}],
    )
    table = release_table({"a": one_release("loud", "fail", 3), "b": one}, wording())
    assert [(owner, len(rows)) for owner, rows in table.by_owner] == [(Owner.DISTRIBUTOR, 1)]
    assert table.areas == (("escape", "Opens the right place"),)


def test_two_releases_of_one_title_are_told_apart_by_their_suites() -> None:
    twins = results(
        cases=[case("bio", "tiktok-ios", "escape", "pass", suite=suite) for suite in ("one", "two")],
        releases=[{"suite": suite, "sheet": {"title": "Same"}} for suite in ("one", "two")],
    )
    assert [row.title for row in release_rows({"": twins}, wording())] == ["Same (one)", "Same (two)"]
