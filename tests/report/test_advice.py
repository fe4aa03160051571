"""What to do, by who can do it."""

from __future__ import annotations

from tests.report.example_results import case, finding, results

from dropcheck.report.advice import advice_by_owner
from dropcheck.result import Owner


def test_the_same_finding_on_two_phones_is_one_piece_of_advice() -> None:
    cases = [
        case(
            "bio",
            phone,
            "escape",
            "fail",
            findings=[finding(title=f"Fans stay inside {name}", fix=f"Mend it in {name}")],
        )
        for phone, name in (("tiktok-ios", "TikTok on iPhone"), ("tiktok-android", "TikTok on Android"))
    ]
    made = results(cases=cases).cases
    merged = advice_by_owner(made, ["TikTok on iPhone", "TikTok on Android"])
    assert [len(one.cases) for group in merged for one in group.advice] == [2]
    assert [len(one.cases) for group in advice_by_owner(made) for one in group.advice] == [1, 1]


def test_another_fix_or_another_link_is_other_advice() -> None:
    cases = [
        case("bio", "tiktok-ios", "escape", "fail", findings=[finding(fix="one")]),
        case("bio", "tiktok-android", "escape", "fail", findings=[finding(fix="two")]),
        case("presave", "tiktok-ios", "escape", "fail", findings=[finding(fix="one")]),
    ]
    assert len(advice_by_owner(results(cases=cases).cases)[0].advice) == 3


def test_who_has_the_most_severe_finding_comes_first_and_known_failures_are_left_out() -> None:
    cases = [
        case("a", "tiktok-ios", "escape", "warn", findings=[finding(owner="artist", severity="warning")]),
        case("b", "tiktok-ios", "escape", "fail", findings=[finding(owner="distributor")]),
        case(
            "c", "tiktok-ios", "escape", "fail", findings=[finding(owner="store")], known={"reason": "ticket"}
        ),
    ]
    groups = advice_by_owner(results(cases=cases).cases)
    assert [group.owner for group in groups] == [Owner.DISTRIBUTOR, Owner.ARTIST]
