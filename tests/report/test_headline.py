"""One sentence on a run: never better than it was."""

from __future__ import annotations

import pytest
from tests.report.example_results import case, document, results

from dropcheck.report.headline import headline
from dropcheck.report.wording import wording


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        (["pass", "pass"], "Everything works."),
        (["pass", "warn"], "Everything opens, but fans get lost on the way."),
        (["pass", "fail"], "One of 2 links is broken."),
        (["fail"], "The link is broken."),
        (["fail", "fail", "error"], "2 of 3 links are broken."),
        (["blocked", "error"], "We couldn't check enough to say."),
        (["pending"], "Too early to say: the stores are still catching up."),
        ([], "Nothing was checked."),
    ],
)
def test_the_sentence_says_the_worst_that_is_known(verdicts: list[str], sentence: str) -> None:
    made = [case(f"l{number}", "tiktok-ios", "escape", verdict) for number, verdict in enumerate(verdicts)]
    assert headline(results(cases=made), wording()).sentence == sentence


def test_what_is_no_link_is_counted_as_a_thing() -> None:
    phones = [case("bio", phone, "escape", "fail") for phone in ("tiktok-ios", "tiktok-android")]
    made = results(cases=[*phones, case(None, None, "metadata", "fail")])
    assert headline(made, wording()).sentence == "2 things are broken."


def test_what_could_not_be_checked_is_said_beside_what_works() -> None:
    made = results(
        cases=[case("a", "tiktok-ios", "escape", "pass"), case("b", "tiktok-ios", "escape", "blocked")]
    )
    said = headline(made, wording())
    assert said.sentence == "What could be checked works."
    assert said.lead == ("One check came to no result and is not counted as working.",)


def test_a_failure_accepted_as_known_is_counted_but_not_called_broken() -> None:
    known = case("a", "tiktok-ios", "escape", "fail", known={"reason": "ticket"})
    made = headline(results(cases=[known, case("b", "tiktok-ios", "escape", "pass")]), wording())
    assert made.sentence == "Everything works."
    assert made.lead[0] == "One more failure is known and accepted."


def test_an_interrupted_run_is_never_said_to_work_as_a_whole() -> None:
    run = {**document()["run"], "status": "interrupted"}
    said = headline(results(run=run, cases=[case("a", "tiktok-ios", "escape", "pass")]), wording())
    assert said.sentence == "What could be checked works. The run was stopped before its end."
    assert said.lead == ()


def test_an_interrupted_run_says_so() -> None:
    made = results(run={**document()["run"], "status": "interrupted"})
    assert headline(made, wording()).sentence.endswith("The run was stopped before its end.")


def test_phones_are_only_spoken_of_where_phones_were_tried() -> None:
    tapped = results(cases=[case("a", "tiktok-ios", "escape", "pass")])
    compared = results(cases=[case(None, None, "metadata", "pass")])
    assert headline(tapped, wording()).lead == ("On every phone we tried, a tap ends where it should.",)
    assert headline(compared, wording()).lead == ()
