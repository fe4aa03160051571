"""What to do, by who can do it."""

from __future__ import annotations

from tests.report.example_results import case, finding, results

from dropcheck.report.advice import advice_by_owner
from dropcheck.report.wording import wording
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
    (group,) = advice_by_owner(made)
    (one,) = group.advice
    assert len(one.cases) == 2
    assert one.finding.title == "Fans stay inside TikTok on iPhone or TikTok on Android"
    assert one.finding.fix == "Mend it in TikTok on iPhone or TikTok on Android"
    assert one.finding.message.endswith("Seen with: bio · TikTok on iPhone, bio · TikTok on Android")


def test_a_phone_that_a_rule_is_about_is_not_taken_for_the_one_it_was_seen_on() -> None:
    cases = [
        case("bio", phone, "escape", "fail", findings=[finding(title="It no longer leaves TikTok on iPhone")])
        for phone in ("tiktok-ios", "tiktok-android")
    ]
    (group,) = advice_by_owner(results(cases=cases).cases)
    assert [one.finding.title for one in group.advice] == ["It no longer leaves TikTok on iPhone"]


def test_one_change_that_mends_two_links_is_one_piece_of_advice() -> None:
    cases = [
        case("bio", "tiktok-ios", "escape", "fail", findings=[finding(fix="one")]),
        case("bio", "tiktok-android", "escape", "fail", findings=[finding(fix="two")]),
        case("presave", "tiktok-ios", "escape", "fail", findings=[finding(fix="one")]),
        case("presave", "tiktok-ios", "escape", "fail", suite="other", findings=[finding(fix="one")]),
    ]
    advice = advice_by_owner(results(cases=cases).cases)[0].advice
    assert [one.places for one in advice] == [
        ["bio · TikTok on iPhone", "presave · TikTok on iPhone"],
        ["bio · TikTok on Android"],
        ["presave · TikTok on iPhone"],
    ]


def test_a_message_is_for_somebody_else_and_about_something_to_mend() -> None:
    cases = [
        case("a", "tiktok-ios", "escape", "fail", findings=[finding(owner="distributor")]),
        case("b", "tiktok-ios", "escape", "error", findings=[finding(owner="us")]),
        case("c", "tiktok-ios", "escape", "warn", findings=[finding(owner="app", severity="info")]),
    ]
    groups = advice_by_owner(results(cases=cases).cases)
    assert {group.owner: group.advice[0].for_somebody_else for group in groups} == {
        Owner.DISTRIBUTOR: True,
        Owner.US: False,
        Owner.APP: False,
    }
    assert {group.owner: group.advice[0].urgency(wording()) for group in groups} == {
        Owner.DISTRIBUTOR: "Must fix",
        Owner.US: "Couldn't check",
        Owner.APP: "Good to know",
    }


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
