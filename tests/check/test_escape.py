"""The verdict over both branches of a journey."""

from __future__ import annotations

from tests.check.journeys import (
    OTHER_TRACK,
    TO_APP,
    TRACK,
    errand,
    hop,
    in_app,
    playthrough,
    with_terms,
)

from dropcheck.check.escape import judged_journey
from dropcheck.handoff.rows import Play
from dropcheck.journey.model import Ending, Journey, Seen
from dropcheck.result import Ceiling, Escape, OutcomeKind, Verdict

X_SAFARI = ("tiktok-ios/x-safari",)


def test_a_contested_way_out_warns_and_shows_the_worse_branch():
    fails = playthrough(
        OutcomeKind.WEBVIEW, escape=Escape.GUIDED, ceiling=Ceiling.REACHED, contested=X_SAFARI
    )
    works = in_app(play=Play.WORKS, contested=X_SAFARI)
    result = judged_journey(Journey(fails, works), errand(), TO_APP)
    assert result.verdict is Verdict.WARN
    assert result.outcome is not None
    assert (result.outcome.kind, result.outcome.escape) == (OutcomeKind.WEBVIEW, Escape.GUIDED)
    assert result.otherwise is not None
    assert result.otherwise.verdict is Verdict.PASS
    assert result.otherwise.outcome is not None
    assert result.otherwise.outcome.kind is OutcomeKind.APP


def test_the_worse_branch_is_shown_even_where_it_is_the_one_that_works():
    fails = playthrough(OutcomeKind.WEBVIEW, escape=Escape.GUIDED, contested=X_SAFARI)
    works = in_app(OTHER_TRACK, play=Play.WORKS, contested=X_SAFARI)
    result = judged_journey(Journey(fails, works), errand(), TO_APP)
    assert result.verdict is Verdict.WARN
    assert result.outcome is not None
    assert result.outcome.kind is OutcomeKind.APP
    assert result.otherwise is not None
    assert result.otherwise.outcome is not None
    assert result.otherwise.outcome.escape is Escape.GUIDED


def test_both_branches_passing_is_a_pass_and_both_failing_a_failure():
    both = Journey(in_app(contested=X_SAFARI), in_app(play=Play.WORKS, contested=X_SAFARI))
    assert judged_journey(both, errand(), TO_APP).verdict is Verdict.PASS
    none = Journey(
        playthrough(OutcomeKind.WEBVIEW, contested=X_SAFARI), in_app(OTHER_TRACK, contested=X_SAFARI)
    )
    assert judged_journey(none, errand(), TO_APP).verdict is Verdict.FAIL


def test_a_contested_rule_is_named_whatever_the_verdict():
    fails = playthrough(OutcomeKind.WEBVIEW, contested=X_SAFARI)
    result = judged_journey(Journey(fails, in_app(contested=X_SAFARI)), errand(), TO_APP)
    contested = next(found for found in result.findings if found.rule == "escape/contested")
    assert contested.evidence == {"rows": list(X_SAFARI)}
    assert "contested" in result.reason


def test_an_uncontested_journey_has_no_other_branch():
    result = judged_journey(Journey(in_app()), errand(), TO_APP)
    assert (result.verdict, result.otherwise) == (Verdict.PASS, None)


def test_the_results_hold_what_was_seen_on_the_way():
    journey = Journey(
        playthrough(
            OutcomeKind.WEBVIEW,
            hops=[hop(1, TRACK)],
            seen=[(Seen.TAPPED, {"text": "Play on Spotify", "href": TRACK})],
        )
    )
    result = judged_journey(journey, errand(), TO_APP)
    assert result.data["seen"] == [
        {"what": "tapped", "where": "in-app", "t_ms": 0, "text": "Play on Spotify", "href": TRACK}
    ]
    assert [entry.url for entry in result.hops] == [TRACK]


def test_a_reason_is_the_gravest_finding_in_words():
    result = judged_journey(
        Journey(playthrough(OutcomeKind.DEAD_END, ending=Ending.LOOP)), errand(), with_terms(TO_APP)
    )
    assert result.reason == "The link sends the phone round in circles"
